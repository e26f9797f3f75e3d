"""What of the launch travels: plan, log, who waits and who was invited. Mails that wait to leave do not."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import models

from communities.launch.gauges import OF_SPACE
from communities.launch.models import (
    GaugeDay,
    Invitation,
    InvitationLink,
    JoinRequest,
    LaunchLogEntry,
    LinkArrival,
    Stage,
    StageNews,
    StageOpening,
    WaitingPlace,
    WatchReading,
    Wave,
)
from communities.models import FormerHandle, Membership
from communities.portable import (
    NOWHERE,
    Moved,
    Portable,
    Rewrite,
    Row,
    narrow_to,
    one_of,
    register_about,
    register_portable,
)

LEFT = "A mail that waits leaves from here, once."


def _each_gauge(space: type[models.Model]) -> Rewrite:
    """Thresholds by gauge; those of a space bear its number."""

    def rewrite(value: Any, row: Row, moved: Moved) -> Any:
        there = {name: _moved_gauge(name, space, moved) for name in value or {}}
        return {there[name]: goal for name, goal in (value or {}).items() if there[name]}

    return rewrite


def _gauge_name(space: type[models.Model]) -> Rewrite:
    return lambda value, row, moved: (
        _moved_gauge(str(value), space, moved) or str(value).replace(OF_SPACE, f"{OF_SPACE}{NOWHERE}")
    )


def _moved_gauge(name: str, space: type[models.Model], moved: Moved) -> str:
    if not name.startswith(OF_SPACE):
        return name
    number = moved(space, int(name.removeprefix(OF_SPACE)))
    return f"{OF_SPACE}{number}" if number is not None else ""


def register() -> None:
    # Spaces stand a layer above, and invitations name them by number.
    space = apps.get_model("content", "Space")
    register_portable(
        Portable(Stage, named=True, numbers={"criteria": _each_gauge(space)}),
        Portable(StageOpening, blank={"watch_at": None}, why="Limits are watched where the place is."),
        Portable(GaugeDay, numbers={"gauge": _gauge_name(space)}),
        Portable(WatchReading),
        Portable(LaunchLogEntry),
        Portable(StageNews),
        Portable(WaitingPlace, blank={"mail_due_at": None}, why=LEFT),
        Portable(Wave),
        Portable(
            Invitation,
            blank={"mail_due_at": None},
            numbers={"role_spaces": narrow_to(space)},
            named=True,
            why=LEFT,
        ),
        Portable(InvitationLink, numbers={"space_id": one_of(space)}, named=True),
        Portable(LinkArrival),
        Portable(JoinRequest),
        Portable(FormerHandle),
    )
    register_about(InvitationLink, acts=("link_made", "link_closed", "link_reopened"))
    register_about(Invitation, acts=("team_invited", "team_uninvited"))
    register_about(Membership, acts=("role_set",))

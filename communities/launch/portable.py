"""What of the launch travels: plan, log, who waits and who was invited. Mails that wait to leave do not."""

from __future__ import annotations

from django.apps import apps

from communities.launch.models import (
    Invitation,
    InvitationLink,
    JoinRequest,
    LaunchLogEntry,
    LinkArrival,
    Stage,
    StageNews,
    StageOpening,
    WaitingPlace,
    Wave,
)
from communities.models import FormerHandle, Membership
from communities.portable import Portable, each_of, one_of, register_about, register_portable

LEFT = "A mail that waits leaves from here, once."


def register() -> None:
    # Spaces stand a layer above, and invitations name them by number.
    space = apps.get_model("content", "Space")
    register_portable(
        Portable(Stage, named=True),
        Portable(StageOpening),
        Portable(LaunchLogEntry),
        Portable(StageNews),
        Portable(WaitingPlace, blank={"mail_due_at": None}, why=LEFT),
        Portable(Wave),
        Portable(
            Invitation,
            blank={"mail_due_at": None},
            numbers={"role_spaces": each_of(space)},
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

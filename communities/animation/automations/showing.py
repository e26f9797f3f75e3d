"""Automations and what they did, in words."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.animation.automations.models import Automation, Firing
from communities.animation.automations.reaching import parts_of
from communities.automatic import automatics, conditions, triggers
from communities.content.models import Thread
from communities.content.viewers import Viewer, viewer_for
from communities.keysets import NUMBER, Keyset, Page
from communities.models import Community, Membership

WEEK = datetime.timedelta(days=7)
BY_NUMBER = Keyset(("pk", NUMBER), size=30)
ON_LIST = 10


def trigger_words(automation: Automation) -> str:
    trigger = triggers.get(automation.trigger)
    return trigger.said(automation.trigger_values) if trigger is not None else _("something unknown happens")


def act_words(automation: Automation) -> str:
    act = automatics.get(automation.act)
    if act is None:
        return _("something unknown is done")
    to = automation.to.display_name if automation.to is not None else _("nobody")
    by = automation.signed_by.display_name if automation.signed_by is not None else _("nobody")
    return act.said(automation.act_values, to, by)


def conditions_words(pairs: Iterable[Sequence[str]], community: Community | None = None) -> str:
    """Conditions with the choices that were made, joined."""
    said = []
    for name, key in pairs or ():
        condition = conditions.get(name)
        if condition is None:
            continue
        choices = dict(condition.choices(community)) if community is not None else {}
        said.append(f"{condition.label} {choices.get(key, key)}")
    return str(_(" and ")).join(said)


@dataclass(frozen=True)
class Row:
    """One automation on the list."""

    automation: Automation
    when: str
    only_if: str
    then: str
    times: int = 0
    last: Any = None
    left_out: int = 0

    @property
    def is_whole(self) -> bool:
        return parts_of(self.automation) is not None


def rows_of(community: Community, automations: Sequence[Automation]) -> list[Row]:
    """With what they did in seven days: one query for all of them."""
    since = timezone.now() - WEEK
    lately = Firing.objects.filter(automation__in=list(automations), ended_at__gte=since)
    counted: dict[int, dict[str, Any]] = {
        one["automation_id"]: {**one}
        for one in lately.values("automation_id").annotate(
            times=Count("pk", filter=Q(state=Firing.State.DONE)),
            left_out=Count("pk", filter=Q(state=Firing.State.SKIPPED)),
            last=Max("ended_at", filter=Q(state=Firing.State.DONE)),
        )
    }
    return [
        Row(
            one,
            trigger_words(one),
            conditions_words(one.conditions, community),
            act_words(one),
            counted.get(one.pk, {}).get("times", 0),
            counted.get(one.pk, {}).get("last"),
            counted.get(one.pk, {}).get("left_out", 0),
        )
        for one in automations
    ]


@dataclass(frozen=True)
class Line:
    """One line of the log. What its reader may not read is not named."""

    firing: Firing
    happened: str
    did: str
    thread: Thread | None
    can_be_undone: bool

    @property
    def why(self) -> str:
        said = self.firing.detail or (
            str(Firing.Reason(self.firing.reason).label) if self.firing.reason else ""
        )
        return str(said)


def log_page(community: Community, reader: Membership, *, after: str = "", size: int | None = None) -> Any:
    """The newest lines first, in a constant number of queries."""
    rows = Firing.objects.with_all()
    found: Page[Firing] = BY_NUMBER.newest_after(rows, after)
    shown = found.rows[:size] if size else found.rows
    readable = _readable(shown, viewer_for(community, reader))
    return Page([_line(one, readable) for one in shown], found.older)


def _readable(firings: Sequence[Firing], viewer: Viewer) -> dict[int, Thread]:
    ids = {one.thread_id for one in firings if one.thread_id}
    if not ids:
        return {}
    return Thread.objects.visible_to(viewer).select_related("space").in_bulk(ids)


def _line(firing: Firing, readable: dict[int, Thread]) -> Line:
    act = automatics.get(firing.kept.get("act", firing.automation.act))
    can = firing.state == Firing.State.DONE and firing.undone_at is None
    return Line(
        firing,
        trigger_words(firing.automation),
        act_words(firing.automation),
        readable.get(firing.thread_id or 0),
        can and act is not None and act.can_be_undone,
    )


def happened_words(firing: Firing) -> str:
    """What somebody of the team is told: that something happened, and to what."""
    said = trigger_words(firing.automation)
    about = firing.what
    if firing.thread is not None:
        about = firing.thread.title
    elif firing.person is not None:
        about = firing.person.display_name
    if not about:
        return _("An automation tells you: %(what)s") % {"what": said}
    return _("An automation tells you: %(what)s – %(about)s") % {"what": said, "about": about}


def may_read(firing: Firing, community: Community, reader: Membership, memo: dict[str, Any]) -> bool:
    """Whether somebody may be told of it now."""
    trigger = triggers.get(firing.automation.trigger)
    if trigger is None or not trigger.may_be_told(reader, firing.what):
        return False
    if firing.thread_id is None:
        return True
    if "automation_reader" not in memo:
        memo["automation_reader"] = viewer_for(community, reader)
    readable = Thread.objects.visible_to(memo["automation_reader"])
    return bool(readable.filter(pk=firing.thread_id).exists())

"""Rituals: what comes every week is laid out in time by itself, and somebody is told that it is theirs to write."""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from communities.animation.calendar.exceptions import MovedMeanwhile
from communities.animation.calendar.items import CalendarSource, Item, Standing, Window
from communities.animation.calendar.models import Entry, Ritual
from communities.animation.calendar.permissions import can_edit_calendar, can_see_calendar
from communities.animation.calendar.services import begin_draft, tell_owner
from communities.animation.calendar.sources import look_of
from communities.calendar import DAY, day_of, moment_at, today
from communities.content.kinds import THREAD_KINDS
from communities.content.models import Space
from communities.exceptions import DomainError, NotAllowed
from communities.fields import one_line
from communities.journal.services import record
from communities.models import Community, Membership
from communities.tasks import each_apart

WEEK = 7 * DAY
# Of one community in one run; the next goes on.
MOST = 100


@dataclass(frozen=True)
class RitualWishes:
    """What comes every week. `weekday` is 0 for Monday; `ahead` are days before it."""

    title: str
    kind: str
    weekday: int
    hour: datetime.time
    space: Space | None = None
    brief: str = ""
    owner: Membership | None = None
    ahead: int = 3

    def put_into(self, ritual: Ritual) -> None:
        ritual.title, ritual.kind, ritual.brief = one_line(self.title), self.kind, self.brief.strip()
        ritual.space, ritual.owner = self.space, self.owner
        ritual.weekday, ritual.hour, ritual.ahead = self.weekday, self.hour, self.ahead


@transaction.atomic
def start_ritual(wishes: RitualWishes, *, by: Membership, community: Community) -> Ritual:
    """Begin a ritual; its first text is that of the next such day. Raises NotAllowed."""
    if not can_edit_calendar(by):
        raise NotAllowed
    ritual = Ritual(created_by=by)
    wishes.put_into(ritual)
    _aim(ritual, community)
    ritual.save()
    record(by, "ritual_started", what=ritual.title, about=ritual.pk)
    return ritual


@transaction.atomic
def edit_ritual(
    ritual: Ritual,
    wishes: RitualWishes,
    *,
    by: Membership,
    community: Community,
    version: int | None = None,
) -> Ritual:
    """Change what is to come; what is laid out already stays. Raises NotAllowed, MovedMeanwhile."""
    row = _locked(ritual, by, version)
    before = row.values()
    wishes.put_into(row)
    if row.values() != before:
        if row.weekday != before["weekday"]:
            _aim(row, community)
        elif row.due_at is not None:
            row.due_at = _due(row, community)
        _save(row)
        record(by, "ritual_edited", what=row.title, about=row.pk, before=before, after=row.values())
    return row


@transaction.atomic
def pause_ritual(ritual: Ritual, *, by: Membership) -> Ritual:
    """Lay nothing out until it goes on; False answers twice. Raises NotAllowed, MovedMeanwhile."""
    row = _locked(ritual, by)
    if row.paused_at is None:
        row.paused_at, row.due_at = timezone.now(), None
        _save(row)
        record(by, "ritual_paused", what=row.title, about=row.pk)
    return row


@transaction.atomic
def resume_ritual(ritual: Ritual, *, by: Membership, community: Community) -> Ritual:
    """Go on with the next such day; those that passed meanwhile are left out. Raises NotAllowed, MovedMeanwhile."""
    row = _locked(ritual, by)
    if row.paused_at is not None:
        row.paused_at = None
        _aim(row, community)
        _save(row)
        record(by, "ritual_resumed", what=row.title, about=row.pk)
    return row


@transaction.atomic
def end_ritual(ritual: Ritual, *, by: Membership) -> None:
    """For good; what is laid out already stays. Raises NotAllowed, MovedMeanwhile."""
    row = _locked(ritual, by)
    row.ended_at, row.due_at = timezone.now(), None
    _save(row)
    record(by, "ritual_ended", what=row.title, about=row.pk)


def lay_out_due(community: Community, *, now: datetime.datetime | None = None) -> int:
    """Make the entries that are due in the community in scope, each with its draft; how many. Safe to run twice at
    once."""
    moment = now or timezone.now()
    rows = Ritual.objects.due(moment).select_for_update(of=("self",), skip_locked=True)
    due = {row.pk: row for row in rows.select_related("space", "owner")[:MOST]}
    return each_apart("ritual", due, lambda pk: _lay_out(due[pk], community, moment))


def _lay_out(ritual: Ritual, community: Community, now: datetime.datetime) -> int:
    """One entry; days that are over are left out."""
    day, here = ritual.next_day, day_of(now, community)
    while day < here:
        day += WEEK
    entry, is_new = Entry.objects.get_or_create(
        ritual=ritual,
        ritual_day=day,
        defaults={
            "title": ritual.title,
            "brief": ritual.brief,
            "kind": ritual.kind,
            "space": ritual.space,
            "owner": ritual.owner,
            "day": day,
            "hour": ritual.hour,
        },
    )
    ritual.next_day = day + WEEK
    ritual.due_at = _due(ritual, community)
    ritual.save(update_fields=["next_day", "due_at"])
    if is_new:
        _begin(entry, community)
        tell_owner(entry, None)
    return int(is_new)


def _begin(entry: Entry, community: Community) -> None:
    """Its draft is its owner’s. Whoever may not write there now has an entry without one."""
    if entry.owner is None:
        return
    try:
        with transaction.atomic():
            begin_draft(entry, by=entry.owner, community=community)
    except DomainError:
        return


def _aim(ritual: Ritual, community: Community) -> None:
    """At the next such day, today included while its hour is to come."""
    here = today(community)
    day = here + ((ritual.weekday - here.weekday()) % 7) * DAY
    if moment_at(day, ritual.hour, community) <= timezone.now():
        day += WEEK
    ritual.next_day = day
    ritual.due_at = None if ritual.paused_at else _due(ritual, community)


def _due(ritual: Ritual, community: Community) -> datetime.datetime:
    return moment_at(ritual.next_day - ritual.ahead * DAY, ritual.hour, community)


def _locked(ritual: Ritual, by: Membership, version: int | None = None) -> Ritual:
    """Raises NotAllowed, MovedMeanwhile where it has ended or another one was seen."""
    if not can_edit_calendar(by):
        raise NotAllowed
    row: Ritual | None = Ritual.objects.select_for_update(of=("self",)).filter(pk=ritual.pk).first()
    if row is None or row.ended_at is not None or (version is not None and version != row.version):
        raise MovedMeanwhile
    return row


def _save(row: Ritual) -> None:
    row.version += 1
    row.save()


class Rituals(CalendarSource):
    """What rituals will bring and is not laid out yet."""

    name, order = "rituals", 15

    def may(self, viewer: Membership) -> bool:
        return can_see_calendar(viewer)

    def items(self, window: Window) -> Sequence[Item]:
        found = []
        for ritual in Ritual.objects.living().filter(paused_at__isnull=True).select_related("space", "owner"):
            # Straight to the first of its days that is shown, however far away that is.
            days_before = (max(window.first, window.today) - ritual.next_day).days
            day = ritual.next_day + max(math.ceil(days_before / 7), 0) * WEEK
            while day <= window.last:
                found.append(_item(ritual, day, window.viewer))
                day += WEEK
        return found


def _item(ritual: Ritual, day: datetime.date, viewer: Membership) -> Item:
    kind = THREAD_KINDS[ritual.kind]
    every = _("every %(day)s") % {"day": date_format(ritual.a_day, "l")}
    return Item(
        uid=f"ritual-{ritual.pk}-{day:%Y%m%d}",
        title=ritual.title,
        day=day,
        hour=ritual.hour,
        group="ritual",
        label=_("Ritual"),
        icon="redo",
        look=look_of(kind.kind.name),
        standing=Standing.IDEA,
        owner=ritual.owner,
        url=reverse("animation:edit-ritual", args=[ritual.pk]) if can_edit_calendar(viewer) else "",
        fact=every,
        is_text=True,
        is_told=True,
        space_id=ritual.space_id,
        brief=ritual.brief,
    )

"""Dates of a series: made some weeks ahead by the clock, changed or cancelled from one of them on.

The row of the series is the lock of its dates: whoever makes some, or changes several, holds it first.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from itertools import takewhile
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from communities.content.models import State, Thread
from communities.content.permissions import can_edit_post, can_start_thread
from communities.content.services import edit_post, publish_made, start_thread
from communities.events.exceptions import CancelledAlready, DatesAfterEnd, NotThatDay
from communities.events.models import EVENT, Event
from communities.events.permissions import can_edit_event
from communities.events.series import AHEAD, Series, local
from communities.events.services import Facts, cancel_event, change_event, stored_facts
from communities.exceptions import DomainError, NotAllowed
from communities.limits import without_limits
from communities.models import Community, Membership
from communities.reads import CompiledRead
from communities.tasks import each_apart

# Of one series at once.
MOST_AT_ONCE = 10
# Series of one community in one run; the next goes on.
MOST_SERIES = 50
# When somebody looks again at a series whose first date is not out yet; whose author may not write at the moment.
SOON, LATER = datetime.timedelta(hours=1), datetime.timedelta(days=1)
A_SECOND = datetime.timedelta(seconds=1)
LIVING = (State.DRAFT, State.PENDING, State.SCHEDULED, State.PUBLISHED)


# Compiled once: it is asked in each community in which a date is due.
_due: CompiledRead[tuple[int]] = CompiledRead(
    lambda now: Series.objects.with_dates_due(now).order_by("due_at", "pk").values_list("pk")[:MOST_SERIES]
)


def make_dates(community: Community) -> int:
    """Announce the dates that are due, in the community in scope; of how many series."""
    numbers = [number for (number,) in _due(timezone.now())]
    return each_apart("series", numbers, lambda number: make_dates_of(number, community))


def make_dates_of(number: int, community: Community) -> int:
    """Those of one series that are due; 0 where there is nothing to do, or somebody else is doing it."""
    now = timezone.now()
    rows = Series.objects.with_dates_due(now).filter(pk=number)
    series = rows.select_for_update(of=("self",), skip_locked=True, no_key=True).first()
    if series is None or series.next_at is None:
        return 0
    pattern = _pattern(series)
    if pattern is None:
        # Nothing is left of it, or not out yet.
        waits = Event.objects.filter(series=series, thread__state__in=LIVING).exists()
        series.due_at = now + SOON if waits else None
        series.save(update_fields=["due_at"])
        return 0
    author: Membership | None = pattern.thread.author
    if author is None or not author.is_active:
        _end(series)
        return 0
    author.community = community
    try:
        with transaction.atomic(), without_limits():
            made = _make(series, pattern, author, community, now)
    except DomainError:
        # They may not write at the moment, their part of the place is closed, their words are banned by now.
        made = 0
        series.refresh_from_db()
        series.due_at = now + LATER
    series.save(update_fields=["next_at", "due_at", "until"])
    return made


def _pattern(series: Series) -> Event | None:
    """The date after which new ones are made: the last that was not changed by itself, else the last."""
    there = Event.objects.filter(series=series, thread__state=State.PUBLISHED, cancelled_at__isnull=True)
    found = there.select_related("thread__space", "thread__author").order_by("differs", "-slot").first()
    if found is None:
        # All that is left is cancelled one by one: it goes on as they were.
        called_off = Event.objects.filter(series=series, thread__state=State.PUBLISHED)
        found = (
            called_off.select_related("thread__space", "thread__author").order_by("differs", "-slot").first()
        )
    return found


def _end(series: Series) -> None:
    """No date is made any more: who announced it has left."""
    last = Event.objects.filter(series=series).order_by("-slot").values_list("slot", flat=True).first()
    series.until, series.next_at, series.due_at = last or series.starts_at, None, None
    series.save(update_fields=["until", "next_at", "due_at"])


def _make(
    series: Series, pattern: Event, author: Membership, community: Community, now: datetime.datetime
) -> int:
    if not can_start_thread(author, pattern.thread.space):
        raise NotAllowed
    made = 0
    while series.next_at is not None and series.next_at - AHEAD <= now and made < MOST_AT_ONCE:
        # A date that has passed while the platform stood still is no news.
        if series.next_at > now and not Event.objects.filter(series=series, slot=series.next_at).exists():
            _make_one(series, series.next_at, pattern, author, community)
            made += 1
        series.set_next(after=series.next_at)
    return made


def _make_one(
    series: Series, slot: datetime.datetime, pattern: Event, author: Membership, community: Community
) -> None:
    """As its author announced the others: a thread with the same words, which is judged as every text is."""
    like, opening = pattern.thread, pattern.thread.opening()
    thread = start_thread(
        like.space,
        by=author,
        community=community,
        kind=EVENT,
        title=like.title,
        body=opening.body_source or opening.body_html,
        body_format=opening.body_format,
        tags=list(like.tags.values_list("name", flat=True)),
        language=like.language,
        state=State.DRAFT,
    )
    facts = moved(Facts(**stored_facts(pattern)), slot, series)
    Event.objects.create(thread=thread, series=series, slot=slot, **asdict(facts))
    publish_made(thread, by=author)


def moved(facts: Facts, starts: datetime.datetime, series: Series) -> Facts:
    """The same at another moment: by the clocks of the series it lasts as long, and registration ends as long before
    it."""
    clock = series.clock
    begins = local(facts.starts_at, clock)

    def put(moment: datetime.datetime) -> datetime.datetime:
        there = local(starts, clock) + (local(moment, clock) - begins)
        return there.replace(tzinfo=clock)

    until = facts.registers_until
    return replace(
        facts,
        starts_at=starts,
        ends_at=put(facts.ends_at),
        registers_until=put(until) if until is not None else None,
        zone=series.zone,
    )


@dataclass(frozen=True)
class Change:
    """What is to hold of several dates: of the one that it was typed for, as typed; of the others, at their moments.
    `until` is the new end of their series, None for none."""

    title: str
    tags: Sequence[str] | None
    facts: Facts
    until: datetime.datetime | None = None


@transaction.atomic
def change_dates(thread: Thread, *, by: Membership, change: Change, everything: bool) -> bool:
    """Change a date of a series and all that follow or, with `everything`, all that are to come; those that were
    changed by themselves keep what they have. The others get its text, too. False where a moderator reads a new title
    first.

    Raises NotAllowed, NotThatDay for another day of all, DatesAfterEnd where one would take place after the end, and
    as `change_event`.
    """
    event, series = _held(thread, by)
    if event.is_cancelled:
        raise CancelledAlready
    dates = _concerned(event, series, everything=everything)
    starts = change.facts.starts_at
    if everything:
        starts = _at_hour_of(event, dates[0], change.facts, series)
    last = dates[-1].due_slot
    if change.until is not None and change.until < max(one.due_slot for one in dates if _takes_place(one)):
        raise DatesAfterEnd
    ahead = series.slots(after=dates[0].due_slot - A_SECOND)
    former = list(takewhile(lambda slot: slot <= last, ahead))
    target = _from(series, dates[0], starts, change)
    fresh = dict(zip(former, target.slots(), strict=False))
    beyond = {*former[len(fresh) :]}
    is_shown = True
    for one in dates:
        if one.due_slot in beyond:
            _take_out(one)
            continue
        slot = fresh.get(one.due_slot, one.due_slot)
        is_out = one.thread.state not in LIVING
        Event.objects.filter(pk=one.pk).update(series=target, slot=slot, differs=one.differs or is_out)
        if one.pk == event.pk or (_takes_place(one) and not (one.differs or one.is_over)):
            facts = change.facts if one.pk == event.pk else moved(change.facts, slot, target)
            is_shown &= _change_one(one, thread, by, change, facts)
    Event.objects.filter(pk=event.pk).update(differs=False)
    target.set_next(after=fresh.get(last, last))
    target.save()
    return is_shown


def _concerned(event: Event, series: Series, *, everything: bool) -> list[Event]:
    """The date and all that follow; or with all that are to come. Also those that are cancelled or out of sight: they
    keep what they have, and nobody else gets their place."""
    rows = Event.objects.filter(series=series)
    since = Q(slot__gte=event.due_slot)
    if everything:
        since = Q(pk=event.pk) | Q(starts_at__gt=timezone.now())
    return list(rows.filter(since).select_related("thread__space", "thread__community").order_by("slot"))


def _takes_place(one: Event) -> bool:
    return one.thread.state in LIVING and not one.is_cancelled


def _take_out(one: Event) -> None:
    """A date that would come after the end of its series stands for itself. Raises DatesAfterEnd for one that takes
    place."""
    if _takes_place(one):
        raise DatesAfterEnd
    Event.objects.filter(pk=one.pk).update(series=None, slot=None, differs=False)


def _change_one(one: Event, source: Thread, by: Membership, change: Change, facts: Facts) -> bool:
    with without_limits():
        _give_text(source, one.thread, by)
        return change_event(one.thread, by=by, title=change.title, tags=change.tags, facts=facts, alone=False)


def _give_text(thread: Thread, other: Thread, by: Membership) -> None:
    """The text of one date for another, by who may change it; whoever only looks after the calendar leaves both."""
    said, theirs = thread.opening(), other.opening()
    if theirs.body_html != said.body_html and can_edit_post(by, theirs):
        edit_post(theirs, by=by, body=said.body_source or said.body_html, body_format=said.body_format)


def _at_hour_of(event: Event, first: Event, facts: Facts, series: Series) -> datetime.datetime:
    """The hour that was typed, on the day of the first date. Raises NotThatDay for another day."""
    clock = ZoneInfo(facts.zone)
    typed = local(facts.starts_at, clock)
    if typed.date() != local(event.due_slot, series.clock).date():
        raise NotThatDay
    return datetime.datetime.combine(local(first.due_slot, series.clock).date(), typed.time(), clock)


def _from(series: Series, first: Event, starts: datetime.datetime, change: Change) -> Series:
    """The series from one of its dates on: itself where that is its first, else a new one, and it ends before."""
    zone, until = change.facts.zone, change.until
    if first.due_slot <= series.starts_at:
        series.starts_at, series.zone, series.until = starts, zone, until
        series.sequence += 1
        series.save()
        return series
    series.until = max(takewhile(lambda slot: slot < first.due_slot, series.slots()))
    series.next_at = series.due_at = None
    series.sequence += 1
    series.save()
    made: Series = Series.objects.create(every=series.every, starts_at=starts, zone=zone, until=until)
    return made


@transaction.atomic
def cancel_dates(thread: Thread, *, by: Membership, reason: str = "") -> int:
    """Cancel a date of a series and all that follow, for good; no more are made. How many. Everybody who registered is
    told, once for each date. Raises as `cancel_event`."""
    event, series = _held(thread, by)
    rows = Event.objects.filter(series=series, slot__gte=event.due_slot, cancelled_at__isnull=True)
    ahead = rows.filter(thread__state=State.PUBLISHED, ends_at__gt=timezone.now()).order_by("slot")
    done = 0
    for one in ahead.select_related("thread__space"):
        with without_limits():
            cancel_event(one.thread, by=by, reason=reason)
        done += 1
    series.until, series.next_at, series.due_at = event.due_slot, None, None
    series.sequence += 1
    series.save()
    return done


def _held(thread: Thread, by: Membership) -> tuple[Event, Series]:
    """A date of a series with the series locked, read afterwards. Raises NotAllowed."""
    known = Event.objects.get(pk=thread.pk)
    if known.series_id is None or not can_edit_event(by, thread):
        raise NotAllowed
    Series.objects.select_for_update(of=("self",), no_key=True).get(pk=known.series_id)
    event = Event.objects.select_related("series", "thread__space").get(pk=thread.pk)
    if event.series is None:
        raise NotAllowed
    return event, event.series

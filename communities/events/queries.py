"""What pages read of events: lists by the hour at which they begin, one event, who comes."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    TextField,
    When,
)
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils import timezone

from communities.calendar import moments
from communities.content.managers import Reader, ThreadQuerySet
from communities.content.models import Post, Space, Subscription, Thread
from communities.content.showing.reading import with_reader
from communities.content.viewers import Viewer, readable_spaces, viewer_of
from communities.drawing import lasts_until
from communities.events.models import EVENT, EVENTS, LONGEST, Event, Registration, RegistrationQuerySet
from communities.events.teams import Team
from communities.keysets import MOMENT, NUMBER, Keyset
from communities.letters import fold
from communities.models import Community, Membership
from communities.queries import communities_by_id, people_named
from communities.reads import CompiledRead
from communities.scoping import active_community_id

PER_PAGE = 20
BY_START = Keyset(("starts_at", MOMENT), ("pk", NUMBER), size=PER_PAGE)
BY_HOUR = Keyset(("starts_at", MOMENT), ("event_id", NUMBER), size=PER_PAGE)
IN_LINE = Keyset(("since", MOMENT), ("pk", NUMBER), size=100)
# Faces beside an event; of a file of a calendar, how many events.
MOST_FACES, MOST_IN_FILE = 5, 500
# On the home page.
MOST_NEXT = 3
# Beside a date of a series, of its others.
MOST_DATES = 4
# Beside an event to which people come in teams.
MOST_TEAMS = 20
# What stands in a file of a calendar: a month back, a year ahead.
BACK, AHEAD = datetime.timedelta(days=31), datetime.timedelta(days=366)


@dataclass
class EventPage:
    """One page of a list, and the cursor of the next."""

    threads: list[Thread] = field(default_factory=list)
    older: str = ""


def readable_calendars(community: Community, viewer: Viewer) -> list[Space]:
    return readable_spaces(community, viewer, EVENTS)


def has_calendars(request: HttpRequest) -> bool:
    """Whether there is a calendar that this reader may open: a place in the header leads to something."""
    visit: Any = request
    return bool(readable_calendars(visit.community, viewer_of(request)))


def _visible(viewer: Reader) -> ThreadQuerySet:
    visible: ThreadQuerySet = Thread.objects.visible_to(viewer).of_kind(EVENT)
    return visible


def list_of_events(
    viewer: Viewer, spaces: Sequence[Space], *, past: bool = False, after: str = ""
) -> EventPage:
    """Events of these calendars that are to come, the next first; or that are over, the latest first."""
    if not spaces:
        return EventPage()
    now, place = timezone.now(), BY_START.place(after)
    rows = Event.objects.over(now) if past else Event.objects.to_come(now)
    if place:
        at, number = place
        later = Q(starts_at=at, pk__lt=number) if past else Q(starts_at=at, pk__gt=number)
        # Beside the exact condition, the part of the index where it can be found.
        rows = rows.filter(starts_at__lte=at) if past else rows.filter(starts_at__gte=at)
        rows = rows.filter(later | (Q(starts_at__lt=at) if past else Q(starts_at__gt=at)))
    by_id = {space.pk: space for space in spaces}
    rows = rows.filter(
        thread__state="published",
        thread__published_at__isnull=False,
        thread__space_id__in=[pk for pk in by_id if pk in viewer.space_ids],
    )
    told = Post.objects.filter(pk=OuterRef("report"), thread=OuterRef("pk"), state="published")
    seated = with_seats(rows).annotate(has_report=Exists(told))
    page = BY_START.page(seated.select_related("thread__author"))
    threads = []
    for event in page.rows:
        event.thread.space = by_id[event.thread.space_id]
        event.thread.event = event
        threads.append(event.thread)
    return EventPage(threads, page.older)


def with_seats(events: QuerySet[Event]) -> QuerySet[Event]:
    """Adds how many places are taken (`taken`), guests included; of teams, where people come in teams."""
    teams = Team.objects.filter(event=OuterRef("pk")).coming().order_by().values("event")
    in_teams = Coalesce(Subquery(teams.annotate(n=Count("pk")).values("n")), 0)
    rows = Registration.objects.filter(event=OuterRef("pk")).coming().order_by().values("event")
    taken = rows.annotate(n=Sum(F("guests") + 1)).values("n")
    alone = Coalesce(Subquery(taken), 0)
    return events.annotate(taken=Case(When(team_size__isnull=False, then=in_teams), default=alone))


def event_for_page(viewer: Viewer, slug: str, by: Membership | None) -> Thread | None:
    """One event whose page this reader may open, with its author, tags and space, and whether they follow it."""
    reachable = Thread.objects.reachable_by(viewer).of_kind(EVENT).filter(slug=slug)
    threads = reachable.select_related("author", "space", "community", "event__series").with_tags()
    found: Thread | None = with_reader(threads, by.pk if by is not None else None).first()
    return found


@dataclass(frozen=True)
class Attendance:
    """How full an event is, who comes, and what the reader is to it: one statement for sums, one for faces."""

    taken: int = 0
    waiting: int = 0
    here: int = 0
    # People whom the organisers took off the list.
    off: int = 0
    mine: Registration | None = None
    # Whether the organisers took the reader off the list; then there is no `mine`.
    is_off: bool = False
    # Out of which team its captain took the reader, who may come in another; then there is no `mine` either.
    out_of: Team | None = None
    # Which place in line the reader has; 0 for who does not wait.
    rank: int = 0
    faces: Sequence[Registration] = ()
    # Where people come in teams: how many come and wait, the first of them, and those in the reader’s own.
    teams: int = 0
    teams_waiting: int = 0
    first_teams: Sequence[Team] = ()
    own_team: Sequence[Registration] = ()

    @property
    def absent(self) -> int:
        """How many were to come and were not checked in, guests included."""
        return max(0, self.taken - self.here)

    def filled(self, event: Event) -> int:
        """How many places are taken: of teams, where people come in teams."""
        return self.teams if event.team_size else self.taken

    def free(self, event: Event) -> int | None:
        return None if event.capacity is None else max(0, event.capacity - self.filled(event))

    @property
    def is_captain(self) -> bool:
        return bool(self.own_team and self.mine and self.own_team[0].pk == self.mine.pk)


def attendance_of(event: Event, by: Membership | None) -> Attendance:
    rows = Registration.objects.of(event)
    sums = rows.aggregate(
        taken=Coalesce(Sum(F("guests") + 1, filter=Q(state="coming")), 0),
        waiting=Coalesce(Sum(F("guests") + 1, filter=Q(state="waiting")), 0),
        here=Coalesce(Sum(F("guests") + 1, filter=Q(here_at__isnull=False)), 0),
        off=Count("pk", filter=Q(state="off")),
    )
    if event.team_size:
        sums |= Team.objects.of(event).aggregate(
            teams=Count("pk", filter=Q(is_coming=True)), teams_waiting=Count("pk", filter=Q(is_coming=False))
        )
    if by is None:
        return Attendance(**sums)
    # There is one at most: asked for the first by number, all of the place would be walked through.
    own = rows.filter(membership=by).select_related("team", "out_of").order_by()
    mine: Registration | None = next(iter(own[:1]), None)
    is_off, out_of = False, None
    if mine is not None and mine.is_off:
        is_off, out_of, mine = mine.out_of_id is None, mine.out_of, None
    if event.team_size:
        return _in_teams(event, mine, Attendance(**sums, mine=mine, is_off=is_off, out_of=out_of))
    rank = 0
    if mine is not None and not mine.is_coming:
        before = rows.waiting().filter(Q(since__lt=mine.since) | Q(since=mine.since, pk__lt=mine.pk))
        rank = before.count() + 1
    faces = list(rows.coming().in_order().select_related("membership")[:MOST_FACES])
    return Attendance(**sums, mine=mine, is_off=is_off, rank=rank, faces=faces)


def _in_teams(event: Event, mine: Registration | None, found: Attendance) -> Attendance:
    """The same of an event to which people come in teams."""
    teams = list(Team.objects.of(event).counted().order_by("-is_coming", "since", "pk")[:MOST_TEAMS])
    if mine is None or mine.team is None:
        return replace(found, first_teams=teams)
    waits = not mine.team.is_coming
    before = Team.objects.of(event).waiting().before(mine.team.since, mine.team.pk)
    own = Registration.objects.filter(team=mine.team).in_order().select_related("membership")
    return replace(found, first_teams=teams, own_team=list(own), rank=before.count() + 1 if waits else 0)


def attendees(event: Event, *, shown: str = "", words: str = "") -> QuerySet[Registration]:
    """The list of an event: those who come, wait or have arrived, as far as these words are in their names."""
    rows = Registration.objects.of(event)
    if shown == "waiting":
        rows = rows.waiting()
    elif shown == "here":
        rows = rows.coming().filter(here_at__isnull=False)
    elif shown == "off":
        rows = rows.filter(state=Registration.State.OFF)
    else:
        rows = rows.coming()
    if words:
        rows = _named(rows, words)
    return rows.in_order().select_related("membership", "team")


def _named(rows: RegistrationQuerySet, words: str) -> RegistrationQuerySet:
    """Of people whose name holds the words, or whose handle begins so. Where very many in the community have them, each
    who is on the list is asked."""
    named = people_named(words)
    if named is not None:
        return rows.filter(membership__in=named)
    key = fold(words).lstrip("@")
    folded = Func(F("membership__display_name"), function="public.f_unaccent", output_field=TextField())
    begins = Q(membership__handle_key__gte=key, membership__handle_key__lt=key + "\U0010ffff")
    return rows.annotate(folded_name=folded).filter(begins | Q(folded_name__contains=key))


def planned_events(viewer: Reader, first: datetime.date, last: datetime.date) -> Iterable[Thread]:
    """What takes place on these local days of the community, as far as the viewer may see it."""
    community = communities_by_id.get(active_community_id())
    if community is None:
        return []
    start, end = moments(first, last, community)
    return (
        _visible(viewer)
        .filter(event__starts_at__gte=start, event__starts_at__lt=end, event__cancelled_at__isnull=True)
        .select_related("space", "event")
        .order_by("event__starts_at", "pk")[:MOST_IN_FILE]
    )


def events_for_file(viewer: Viewer, now: datetime.datetime) -> list[Thread]:
    """What a calendar file of the community holds."""
    there = _visible(viewer).filter(event__starts_at__gt=now - BACK, event__starts_at__lt=now + AHEAD)
    return list(
        there.select_related("space", "event__series", "author").order_by("event__starts_at", "pk")[
            :MOST_IN_FILE
        ]
    )


def slots_shown(viewer: Reader, series: Iterable[int]) -> dict[int, set[datetime.datetime]]:
    """Of these series, for which of their dates there is an event that this reader may see."""
    found: dict[int, set[datetime.datetime]] = {}
    rows = _visible(viewer).filter(event__series__in=list(series))
    for number, slot in rows.values_list("event__series", "event__slot"):
        found.setdefault(number, set()).add(slot)
    return found


def other_dates(viewer: Viewer, event: Event) -> list[Thread]:
    """The next few dates of the same series that this reader may open."""
    if event.series_id is None:
        return []
    ahead = _visible(viewer).filter(
        event__series=event.series_id, event__starts_at__gt=timezone.now(), event__cancelled_at__isnull=True
    )
    others = ahead.exclude(pk=event.pk).select_related("space", "event")
    return list(others.order_by("event__starts_at", "pk")[:MOST_DATES])


def events_of(by: Membership, viewer: Viewer, now: datetime.datetime) -> list[Thread]:
    """Where somebody is registered, as far as they may still read it; each thread with their registration (`mine`)."""
    rows = Registration.objects.next_of(by, now - BACK).filter(starts_at__lt=now + AHEAD)
    mine = {row.event_id: row for row in rows[:MOST_IN_FILE]}
    there = _visible(viewer).filter(pk__in=mine).select_related("space", "event", "author")
    threads = list(there.order_by("event__starts_at", "pk"))
    for thread in threads:
        thread.mine = mine[thread.pk]
    return threads


def own_events(by: Membership, viewer: Viewer, *, after: str = "") -> EventPage:
    """Where somebody is registered and that is not over, as far as they may read it, the next first; a page of it."""
    now, place = timezone.now(), BY_HOUR.place(after)
    rows = Registration.objects.next_of(by, now - LONGEST).filter(event__ends_at__gt=now)
    if place:
        at, number = place
        rows = rows.filter(starts_at__gte=at).filter(
            Q(starts_at__gt=at) | Q(starts_at=at, event_id__gt=number)
        )
    page = BY_HOUR.page(rows.filter(event__in=_visible(viewer).order_by().values("pk")))
    threads = _visible(viewer).filter(pk__in=[row.event_id for row in page.rows])
    by_id = {thread.pk: thread for thread in threads.select_related("space", "event", "author")}
    return EventPage([by_id[row.event_id] for row in page.rows if row.event_id in by_id], page.older)


def follows_calendar(space: Space, by: Membership) -> bool:
    return bool(Subscription.objects.following().filter(space=space, membership=by).exists())


def next_events(viewer: Viewer) -> list[Thread]:
    """The next few that this viewer may read, for the home page; what is cancelled is no invitation."""
    now = timezone.now()
    found = _each_series_once(_next_events(viewer, now, now - LONGEST))[:MOST_NEXT]
    if found:
        lasts_until(min(thread.event.ends_at for thread in found))
    return found


def _each_series_once(threads: Iterable[Thread]) -> list[Thread]:
    """Of a series the next date alone."""
    found: dict[object, Thread] = {}
    for thread in threads:
        found.setdefault(thread.event.series_id or thread, thread)
    return list(found.values())


def _to_come(viewer: Viewer, now: datetime.datetime, since: datetime.datetime) -> ThreadQuerySet:
    coming = _visible(viewer).filter(
        event__ends_at__gt=now, event__starts_at__gt=since, event__cancelled_at__isnull=True
    )
    return coming.select_related("space", "event").order_by("event__starts_at", "pk")[: MOST_NEXT * 10]


_next_events: CompiledRead[Thread] = CompiledRead(_to_come)


def days_of(threads: Collection[int]) -> dict[int, datetime.date]:
    """The day on which each of these takes place, where it takes place."""
    rows = Event.objects.filter(thread__in=threads).only("thread_id", "starts_at", "zone")
    return {event.thread_id: event.starts.date() for event in rows}

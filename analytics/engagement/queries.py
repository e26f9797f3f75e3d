"""Engagement of members, computed exactly. All need the community's scope; days are local, both ends count.

`members_active(on, days)`            distinct active people in the `days` that end with `on`
`members_active_by(ends)`             the same for several such ends, by one statement
`activity(on)`                        day, 7 days, 28 days and stickiness
`activity_by_day(since, until)`       active people, day by day
`lifecycle(since, until, grain)`      new, returning, resurrecting, dormant
`retention(since, until, …)`          the triangle; cells that are not over yet are absent
`activation(since, until)`            newcomers who contributed within seven days
`participation(since, until)`         contributions per person, 90-9-1, Gini
`answered_rate(since, until)` · `answered_by_month(since, until)` · `accepted_rate(since, until)` ·
`first_response(since, until)`        see responses.py

Who is active is a parameter everywhere: `Active.VIEW` (default; any signed-in page view or contribution) or
`Active.CONTRIBUTION` (posts and reactions). The team, and people suspended or banned, are left out; people who
left or were erased stay in the past. The words for “How is this computed” are in formulas.py.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Min, Q, Sum, Value

from analytics.engagement.intervals import Share, gini, quantile
from analytics.engagement.models import MemberDay
from communities.calendar import DAY, Month
from communities.models import STAFF_ROLES, Membership
from communities.scoping import ScopedQuerySet

# 28 rather than a month: every window has four of each weekday.
MONTH_DAYS = 28
ACTIVATION_DAYS = 7
# Fewer newcomers are asked for by name; of more, all who contributed are read.
FEW = 1000


class Active(StrEnum):
    VIEW = "view"
    CONTRIBUTION = "contribution"


class Grain(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Cohort(StrEnum):
    """JOINED: by joining; FIRST: by first activity; RECURRING: whoever was active in the period, so that one
    person may be in several.
    """

    JOINED = "joined"
    FIRST = "first"
    RECURRING = "recurring"


class Mode(StrEnum):
    """CLASSIC: active in period N; ROLLING: active in N or later."""

    CLASSIC = "classic"
    ROLLING = "rolling"


@dataclass(frozen=True, slots=True)
class Activity:
    on: datetime.date
    daily: int
    weekly: int
    monthly: int
    mean_daily: float

    @property
    def stickiness(self) -> float | None:
        """Mean of the daily active people over 28 days / people active in those 28 days."""
        return self.mean_daily / self.monthly if self.monthly else None

    @property
    def weekly_stickiness(self) -> float | None:
        """For communities with a weekly habit: people of the last 7 days / of the last 28."""
        return self.weekly / self.monthly if self.monthly else None


@dataclass(frozen=True, slots=True)
class Stage:
    """One period of the lifecycle. active = new + returning + resurrecting; the previous period's active
    people = returning + dormant.
    """

    start: datetime.date
    new: int
    returning: int
    resurrecting: int
    dormant: int


@dataclass(frozen=True, slots=True)
class CohortRow:
    """A cohort: when it began, its size, and how many of it were there N periods later."""

    start: datetime.date
    size: int
    counts: list[int]

    def share(self, period: int) -> Share | None:
        """None for a period that is not over yet."""
        return Share(self.counts[period], self.size) if period < len(self.counts) else None


@dataclass(frozen=True, slots=True)
class Participation:
    """Contributions of the people active in a window; those who contributed nothing are in every figure."""

    members: int
    contributors: int
    contributions: int
    median: float | None
    p90: float | None
    gini: float | None
    top_share: float | None
    next_share: float | None

    @property
    def silent(self) -> Share:
        """Active people who contributed nothing (the “90” of 90-9-1)."""
        return Share(self.members - self.contributors, self.members)


def members_active(on: datetime.date, days: int = MONTH_DAYS, active: Active = Active.VIEW) -> int:
    return _people(on - DAY * (days - 1), on, active)


def members_active_by(ends: Sequence[datetime.date], days: int = MONTH_DAYS) -> dict[datetime.date, int]:
    """`members_active` for each of these ends."""
    if not ends:
        return {}
    # Each by itself, in one statement: asked for as sums of one walk, the days of all windows are walked through in the
    # order of people, which they do not lie in.
    counts = [
        _active_days(Active.VIEW, on - DAY * (days - 1), on)
        .order_by()
        .values("community_id")
        .annotate(place=Value(place), n=Count("person", distinct=True))
        .values_list("place", "n")
        for place, on in enumerate(ends)
    ]
    found = dict(counts[0].union(*counts[1:], all=True))
    return {on: found.get(place, 0) for place, on in enumerate(ends)}


def activity(on: datetime.date, active: Active = Active.VIEW) -> Activity:
    """Distinct active people on `on`, in the 7 and the 28 days that end with it."""
    daily = dict(activity_by_day(on - DAY * (MONTH_DAYS - 1), on, active))
    return Activity(
        on,
        daily=daily[on],
        weekly=members_active(on, 7, active),
        monthly=members_active(on, MONTH_DAYS, active),
        mean_daily=sum(daily.values()) / MONTH_DAYS,
    )


def activity_by_day(
    since: datetime.date, until: datetime.date, active: Active = Active.VIEW
) -> list[tuple[datetime.date, int]]:
    counts = dict(_active_days(active, since, until).values_list("day").annotate(n=Count("person")))
    return [(day, counts.get(day, 0)) for day in _range(since, until)]


def lifecycle(
    since: datetime.date,
    until: datetime.date,
    *,
    grain: Grain = Grain.DAY,
    active: Active = Active.VIEW,
) -> list[Stage]:
    """Per period: new (first ever), returning (also in the previous), resurrecting, dormant (in the previous only)."""
    periods = _periods(since, until, grain)
    before = _previous(periods[0], grain)
    people = _by_period(active, before, _end(periods[-1], grain), grain)
    first = _first_days(active)
    stages, previous = [], people.get(before, set())
    for start in periods:
        now = people.get(start, set())
        new = {person for person in now if _period(first[person], grain) == start}
        stages.append(
            Stage(start, len(new), len(now & previous), len(now - previous - new), len(previous - now))
        )
        previous = now
    return stages


def retention(
    since: datetime.date,
    until: datetime.date,
    *,
    grain: Grain = Grain.WEEK,
    cohort: Cohort = Cohort.JOINED,
    mode: Mode = Mode.CLASSIC,
    active: Active = Active.VIEW,
) -> list[CohortRow]:
    """The triangle: R(c, N) = distinct people of cohort c active in period c + N. `until` is the last day that
    is over; a period that ends after it has no cell.
    """
    periods = [start for start in _periods(since, until, grain) if _end(start, grain) <= until]
    people = _by_period(active, since, until, grain)
    cohorts = _cohorts(cohort, periods, people, active, grain)
    rows = []
    for place, start in enumerate(periods):
        there = [people.get(later, set()) & cohorts[start] for later in periods[place:]]
        if mode == Mode.ROLLING:
            for earlier in range(len(there) - 2, -1, -1):
                there[earlier] |= there[earlier + 1]
        rows.append(CohortRow(start, len(cohorts[start]), [len(group) for group in there]))
    return rows


def activation(since: datetime.date, until: datetime.date, *, days: int = ACTIVATION_DAYS) -> Share:
    """Of those who joined in the period, who contributed within `days`. Pass an `until` at least that long ago."""
    joined = _joined(since, until)
    deeds = _active_days(Active.CONTRIBUTION, since, until + DAY * days)
    if len(joined) <= FEW:
        deeds = deeds.filter(person__in=list(joined))
    first = dict(deeds.values_list("person").annotate(d=Min("day")))
    hits = sum(1 for person, day in joined.items() if person in first and first[person] <= day + DAY * days)
    return Share(hits, len(joined))


def participation(since: datetime.date, until: datetime.date) -> Participation:
    """How contributions are spread over the people active in the window (not over all who ever registered)."""
    rows = _active_days(Active.VIEW, since, until).values("person").annotate(n=Sum("contributions"))
    counts = sorted((row["n"] for row in rows), reverse=True)
    total, people = sum(counts), len(counts)
    top, following = max(1, round(people * 0.01)), round(people * 0.10)
    return Participation(
        members=people,
        contributors=sum(1 for count in counts if count),
        contributions=total,
        median=quantile(counts, 0.5),
        p90=quantile(counts, 0.9),
        gini=gini(counts),
        top_share=sum(counts[:top]) / total if total else None,
        next_share=sum(counts[top : max(top, following)]) / total if total else None,
    )


def _active_days(active: Active, since: datetime.date, until: datetime.date) -> ScopedQuerySet[MemberDay]:
    return _counted(active).filter(day__range=(since, until))


def _counted(active: Active) -> ScopedQuerySet[MemberDay]:
    rows: Any = MemberDay.objects.exclude(person__in=_left_out())
    acted = Q(contributions__gt=0)
    found: ScopedQuerySet[MemberDay] = rows.filter(
        acted if active == Active.CONTRIBUTION else acted | Q(views__gt=0)
    )
    return found


def _left_out() -> Any:
    """The team, and people suspended or banned: neither counts towards engagement."""
    shut = (Membership.Status.SUSPENDED, Membership.Status.BANNED)
    team, barred = Membership.objects.in_roles(STAFF_ROLES), Membership.objects.filter(status__in=shut)
    return (team | barred).values("pk")


def _people(since: datetime.date, until: datetime.date, active: Active) -> int:
    found: int = _active_days(active, since, until).aggregate(n=Count("person", distinct=True))["n"]
    return found


def _first_days(active: Active) -> dict[int, datetime.date]:
    return dict(_counted(active).values_list("person").annotate(first=Min("day")))


def _joined(since: datetime.date, until: datetime.date) -> dict[int, datetime.date]:
    """Membership id → local day of joining; imported names that nobody claimed never joined."""
    people = Membership.objects.filter(unclaimed=False).exclude(pk__in=_left_out())
    people = people.exclude(status=Membership.Status.INVITED)
    # By the moment, which has an index: a day of the place lies within a day of it anywhere else.
    first = datetime.datetime.combine(since - DAY, datetime.time.min, datetime.UTC)
    last = datetime.datetime.combine(until + 2 * DAY, datetime.time.min, datetime.UTC)
    people = people.filter(joined_at__gte=first, joined_at__lt=last)
    # Plain values: of everybody who ever joined there may be hundreds of thousands.
    found = people.values_list("pk", "joined_at", "community__time_zone")
    days = {pk: joined_at.astimezone(ZoneInfo(zone)).date() for pk, joined_at, zone in found}
    return {person: day for person, day in days.items() if since <= day <= until}


def _by_period(
    active: Active, since: datetime.date, until: datetime.date, grain: Grain
) -> dict[datetime.date, set[int]]:
    people: dict[datetime.date, set[int]] = defaultdict(set)
    for day, person in _active_days(active, since, until).values_list("day", "person"):
        people[_period(day, grain)].add(person)
    return people


def _cohorts(
    cohort: Cohort,
    periods: list[datetime.date],
    people: dict[datetime.date, set[int]],
    active: Active,
    grain: Grain,
) -> dict[datetime.date, set[int]]:
    if cohort == Cohort.RECURRING:
        return {start: people.get(start, set()) for start in periods}
    began = (
        _first_days(active)
        if cohort == Cohort.FIRST
        else _joined(periods[0], _end(periods[-1], grain))
        if periods
        else {}
    )
    cohorts: dict[datetime.date, set[int]] = {start: set() for start in periods}
    for person, day in began.items():
        if (start := _period(day, grain)) in cohorts:
            cohorts[start].add(person)
    return cohorts


def _range(since: datetime.date, until: datetime.date) -> list[datetime.date]:
    return [since + DAY * number for number in range((until - since).days + 1)]


def _periods(since: datetime.date, until: datetime.date, grain: Grain) -> list[datetime.date]:
    """First days of the periods that meet [since, until]; weeks begin on Monday."""
    return sorted({_period(day, grain) for day in _range(since, until)})


def _period(day: datetime.date, grain: Grain) -> datetime.date:
    if grain == Grain.WEEK:
        return day - DAY * day.weekday()
    return Month.of(day).first if grain == Grain.MONTH else day


def _end(start: datetime.date, grain: Grain) -> datetime.date:
    """The last day of a period."""
    if grain == Grain.WEEK:
        return start + DAY * 6
    return Month.of(start).last if grain == Grain.MONTH else start


def _previous(start: datetime.date, grain: Grain) -> datetime.date:
    return _period(start - DAY, grain)

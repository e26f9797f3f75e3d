"""Reading what was captured. All need the community's scope; days are local to it and both ends count.

For pages and for attribution:

`audience(since, until)`                 sums of a period: page views, visits, daily visitors, bounces, duration
`audience_by_day(since, until)`          the same, day by day, days without visits included
`audience_by(dimension, since, until)`   the same by channel, source, campaign, page or landing page
`filtered_views(since, until)`           what was not counted, by reason, and its share
`machine_clicks(since, until)`           links to offers that programs followed
`touches_before(membership, at)`         a consenting member's visits before a moment, the oldest first
`touches_of(ids, since, until)`          the same for many members in one query
`consent_share(since, until)`            the share of members active in a period whose visits can be attributed

“Visitors” are daily: the sum over days counts a person who comes on five days five times, and is never divided by.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, Sum

from analytics.capture.channels import Channel
from analytics.capture.models import AudienceDay, Dimension, Event, FilteredDay, Kind, Reason
from communities.models import Membership

DAY = datetime.timedelta(days=1)
# Clicks are remembered this long before a conversion, unless the reader chooses otherwise.
LOOK_BACK_DAYS = 30
# Reasons that say something else than why a page view is not counted.
NOT_LEFT_OUT = (Reason.MACHINE_CLICK, Reason.LOST, Reason.LOST_DAYS)


@dataclass(frozen=True, slots=True)
class Figures:
    """Sums of a period. Rates are None where nothing was visited: show “–”."""

    page_views: int = 0
    visits: int = 0
    visitors_daily: int = 0
    bounces: int = 0
    seconds: int = 0

    @property
    def bounce_rate(self) -> float | None:
        """Visits of one page view and no act / visits."""
        return self.bounces / self.visits if self.visits else None

    @property
    def mean_seconds(self) -> float | None:
        """Sum of (last event − first event) / visits; a visit of one page lasts 0 s."""
        return self.seconds / self.visits if self.visits else None

    @property
    def views_per_visit(self) -> float | None:
        return self.page_views / self.visits if self.visits else None


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a breakdown: the stored key, what a person reads, the figures."""

    key: str
    label: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class Filtered:
    """What was left out; `share` is of everything that asked for a page, None when nothing did."""

    counted: int
    by_reason: dict[Reason, int]

    @property
    def total(self) -> int:
        return sum(self.by_reason.values())

    @property
    def share(self) -> float | None:
        asked = self.counted + self.total
        return self.total / asked if asked else None

    def share_of(self, reason: Reason) -> float | None:
        asked = self.counted + self.total
        return self.by_reason.get(reason, 0) / asked if asked else None


@dataclass(frozen=True, slots=True)
class LostDay:
    """Page views that were lost on a day before anybody counted them, and how many of them members’ days miss."""

    day: datetime.date
    page_views: int
    of_members: int


@dataclass(frozen=True, slots=True)
class Touch:
    """One visit of a consenting person, for attribution. A visit is one touch however many pages it has."""

    at: datetime.datetime
    channel: Channel
    source: str
    campaign: str
    landing_path: str


@dataclass(frozen=True, slots=True)
class ConsentShare:
    consenting: int
    members: int

    @property
    def share(self) -> float | None:
        return self.consenting / self.members if self.members else None


def audience(since: datetime.date, until: datetime.date) -> Figures:
    """All visits of a period."""
    rows = _days(Dimension.ALL, since, until).aggregate(**_SUMS)
    return _figures(rows)


def audience_by_day(since: datetime.date, until: datetime.date) -> list[tuple[datetime.date, Figures]]:
    rows = {row["day"]: row for row in _days(Dimension.ALL, since, until).values("day").annotate(**_SUMS)}
    days = [since + DAY * number for number in range((until - since).days + 1)]
    return [(day, _figures(rows[day]) if day in rows else Figures()) for day in days]


def audience_by(
    dimension: Dimension,
    since: datetime.date,
    until: datetime.date,
    *,
    most: int | None = None,
    least: int = 0,
) -> list[Row]:
    """The period by the values of a dimension, the most visited first.

    With `least`, only values that are named, with at least so many visits: of pages, which no visit belongs to,
    daily visitors. The sum over pages exceeds the total: a visitor of two pages counts once for each.
    """
    is_page = dimension == Dimension.PAGE
    order = "-page_views_sum" if is_page else "-visits_sum"
    rows = _days(dimension, since, until).values("key").annotate(**_SUMS).order_by(order, "key")
    if least:
        enough = {"visitors_sum__gte" if is_page else "visits_sum__gte": least}
        rows = rows.exclude(key="").filter(**enough)
    return [Row(row["key"], _label(dimension, row["key"]), _figures(row)) for row in rows[:most]]


def filtered_views(since: datetime.date, until: datetime.date) -> Filtered:
    """Left out as it came (declared robots, spam, refusals) or set apart later by its behaviour."""
    days = FilteredDay.objects.filter(day__range=(since, until)).exclude(reason__in=NOT_LEFT_OUT)
    rows = days.values("reason").annotate(n=Sum("views"))
    counts = [(Reason(row["reason"]), row["n"]) for row in rows]
    for row in audience_by(Dimension.ROBOTS, since, until):
        counts.append((Reason(row.key), row.figures.page_views))
    by_reason = dict(sorted(counts, key=lambda item: (-item[1], item[0])))
    return Filtered(counted=audience(since, until).page_views, by_reason=by_reason)


def lost_days(since: datetime.date, until: datetime.date) -> list[LostDay]:
    """Days whose figures are incomplete: measuring stood still so long that there was no room."""
    days = FilteredDay.objects.filter(day__range=(since, until), reason__in=(Reason.LOST, Reason.LOST_DAYS))
    sums = days.values("day").annotate(
        page_views=Sum("views", filter=Q(reason=Reason.LOST), default=0),
        of_members=Sum("views", filter=Q(reason=Reason.LOST_DAYS), default=0),
    )
    return [LostDay(row["day"], row["page_views"], row["of_members"]) for row in sums.order_by("day")]


def lost_rows(since: datetime.date, until: datetime.date) -> list[tuple[str, int, int]]:
    """The same as plain values, for a month that is closed."""
    return [(one.day.isoformat(), one.page_views, one.of_members) for one in lost_days(since, until)]


def machine_clicks(since: datetime.date, until: datetime.date) -> int:
    """How often programs followed the links of offers; none of these is a click-out."""
    days = FilteredDay.objects.filter(day__range=(since, until), reason=Reason.MACHINE_CLICK)
    return sum(days.values_list("views", flat=True))


def touches_before(
    membership: Membership, at: datetime.datetime, *, days: int = LOOK_BACK_DAYS
) -> list[Touch]:
    """The member's visits in the `days` before `at`, the oldest first; empty when they never agreed.

    Visits made in the same browser before they signed in count, if they had agreed by then.
    """
    since = at - datetime.timedelta(days=days)
    return touches_of([membership.pk], since, at).get(membership.pk, [])


def touches_of(
    memberships: Iterable[int], since: datetime.datetime, until: datetime.datetime
) -> dict[int, list[Touch]]:
    """Membership id → visits that began in [since, until), the oldest first; one query for the people, one for
    the visits. Those who never agreed are absent.
    """
    known = Event.objects.filter(membership__in=list(memberships), consent=1, visitor__isnull=False)
    # A browser that two members share counts for each of them: it cannot be told who sat before it.
    people: dict[int, set[int]] = {}
    for visitor, membership in known.values_list("visitor", "membership_id").distinct():
        if visitor is not None:
            people.setdefault(visitor, set()).add(membership)
    entries = Event.objects.filter(
        visitor__in=list(people), consent=1, entry=True, occurred_at__gte=since, occurred_at__lt=until
    )
    touches: dict[int, list[Touch]] = {}
    fields = ("visitor", "occurred_at", "channel", "source", "campaign", "path")
    for visitor, at, channel, source, campaign, path in entries.order_by("occurred_at").values_list(*fields):
        for membership in people[visitor or 0]:
            touch = Touch(at, Channel(channel), source, campaign, path)
            touches.setdefault(membership, []).append(touch)
    return touches


def consent_share(since: datetime.datetime, until: datetime.datetime, members: int) -> ConsentShare:
    """How many of `members` people active in [since, until) have agreed to be recognised."""
    seen = Event.objects.filter(
        consent=1, membership__isnull=False, occurred_at__gte=since, occurred_at__lt=until
    )
    return ConsentShare(seen.aggregate(n=Count("membership_id", distinct=True))["n"], members)


def views_by_page(
    paths: Collection[str], since: datetime.date, until: datetime.date
) -> dict[tuple[str, datetime.date], int]:
    """Page views of these paths on each local day of [since, until], from the days that are rolled up."""
    rows = _days(Dimension.PAGE, since, until).filter(key__in=paths)
    return {(key, day): views for key, day, views in rows.values_list("key", "day", "page_views")}


def visits_by_campaign(
    campaigns: Collection[str], since: datetime.date, until: datetime.date
) -> dict[str, int]:
    """Visits that began at links of these campaigns, on the local days [since, until], from what is rolled up."""
    rows = _days(Dimension.CAMPAIGN, since, until).filter(key__in=campaigns).order_by()
    return dict(rows.values_list("key").annotate(n=Sum("visits")))


def events_between(kind: Kind, since: datetime.datetime, until: datetime.datetime) -> dict[int | None, int]:
    """How often each object (an offer, a form) met with an act of this kind in [since, until)."""
    rows = Event.objects.filter(kind=kind, occurred_at__gte=since, occurred_at__lt=until)
    return dict(rows.values_list("object_id").annotate(n=Count("uid")).order_by("-n"))


_SUMS = {
    f"{name}_sum": Sum(name, default=0) for name in ("page_views", "visits", "visitors", "bounces", "seconds")
}


def _days(dimension: Dimension, since: datetime.date, until: datetime.date) -> Any:
    return AudienceDay.objects.filter(dimension=dimension, day__range=(since, until))


def _figures(row: dict[str, int]) -> Figures:
    return Figures(
        row["page_views_sum"], row["visits_sum"], row["visitors_sum"], row["bounces_sum"], row["seconds_sum"]
    )


def _label(dimension: Dimension, key: str) -> str:
    return str(Channel(int(key)).label) if dimension == Dimension.CHANNEL else key

"""What “Visits and members” shows of other days than a month, as the same plain values; nothing of it is kept.

Nobody is recognised from one day to the next, so visitors are those of each day, added up. Members are: who was
active in these days is counted, each of them once.
"""

from __future__ import annotations

import datetime
from typing import Any

from analytics.capture.models import AudienceDay
from analytics.capture.queries import audience_by_day
from analytics.engagement.models import MemberDay
from analytics.engagement.queries import activity_by_day
from analytics.reports.engagement_figures import began, measure_days, members_between, visits_of
from analytics.reports.models import ClosedMonth
from analytics.reports.periods import Period
from communities.calendar import Month, today
from communities.models import Community

# The order of a day’s figures.
FIGURES = ("visits", "page_views", "visitors_daily", "bounces", "seconds")
Day = list[Any]


def period_figures(community: Community, period: Period) -> dict[str, Any]:
    """The days of a period that has begun and ends today at the latest, beside as many before it."""
    before = period.before
    counted_since, known_since = began(AudienceDay.objects.all()), began(MemberDay.objects.all())
    reported = _reported(before.first, period.last)
    days = _days(period, reported, counted_since)
    return {
        **measure_days(community, period.first, period.last),
        "visits": _sums(days, period, counted_since),
        "days": days,
        "members": _members(community, period),
        "running": period.last >= today(community),
        "reported": sorted({day[:7] for day in reported if day >= period.first.isoformat()}),
        "before": _before(community, before, reported, counted_since, known_since),
    }


def _before(
    community: Community,
    before: Period,
    reported: dict[str, Day],
    counted_since: datetime.date | None,
    known_since: datetime.date | None,
) -> dict[str, Any]:
    """What a period is compared with; None where nothing was counted then, `whole` where all of it was."""
    days = _days(before, reported, counted_since)
    is_known = known_since is not None and known_since <= before.last
    return {
        "visits": _sums(days, before, counted_since),
        "days": [row[:2] for row in days],
        "members": _members(community, before) if is_known else None,
        "whole": {
            "visits": counted_since is not None and counted_since <= before.first,
            "members": known_since is not None and known_since <= before.first,
        },
    }


def _days(period: Period, reported: dict[str, Day], since: datetime.date | None) -> list[Day]:
    """Each day that was counted, with its figures; those of a closed month as they were reported."""
    if since is None or since > period.last:
        return []
    found = audience_by_day(max(period.first, since), period.last)
    return [
        reported.get(day.isoformat()) or [day.isoformat(), *visits_of(seen).values()] for day, seen in found
    ]


def _reported(first: datetime.date, last: datetime.date) -> dict[str, Day]:
    """The days that closed months keep, by their names."""
    closed = ClosedMonth.objects.filter(month__range=(Month.of(first).first, last))
    kept = closed.values_list("page__engagement__days", flat=True)
    return {row[0]: row for days in kept for row in days or ()}


def _sums(days: list[Day], period: Period, since: datetime.date | None) -> dict[str, int] | None:
    """The sum of the rows that stand behind it; None where none of these days was counted."""
    if since is None or since > period.last:
        return None
    return {name: sum(row[place] for row in days) for place, name in enumerate(FIGURES, start=1)}


def _members(community: Community, period: Period) -> dict[str, Any]:
    found = members_between(community, period.first, period.last)
    daily = [n for _day, n in activity_by_day(period.first, period.last)]
    # Whoever was active is in the count of those who contributed nothing, or did.
    return {"active": found["silent"][1], "mean_daily": sum(daily) / len(daily), **found}

"""What “Visits and members” shows of one month, as plain values: a closed month keeps them, pages word them."""

from __future__ import annotations

import datetime
from contextlib import suppress
from typing import Any

from django.db.models import Min
from django.urls import Resolver404, get_script_prefix, resolve

from analytics.capture.models import AudienceDay, Dimension
from analytics.capture.queries import (
    Figures,
    Row,
    audience,
    audience_by,
    audience_by_day,
    filtered_views,
    lost_rows,
)
from analytics.engagement.models import MemberDay
from analytics.engagement.queries import Grain, activity, activity_by_day, participation, retention
from analytics.engagement.responses import answered_rate, first_response, waits_of
from analytics.reports.models import ClosedMonth
from communities.calendar import Month, day_of, today
from communities.content.models import Space, State, Thread
from communities.content.readers import readers_of
from communities.models import Community

COHORT_MONTHS = 6
MOST_ROWS = 10
MOST_WAITS = 500
# Below it a row would be about somebody rather than about a page or a letter.
LEAST_VISITS = 10
# Whose threads everybody who reads results may know by name.
BREAKDOWNS = {"sources": Dimension.SOURCE, "campaigns": Dimension.CAMPAIGN, "pages": Dimension.PAGE}


def month_figures(community: Community, first: datetime.date) -> dict[str, Any]:
    """One month; a closed one as it was kept."""
    return _kept(first) or measure_month(community, first)


def measure_month(community: Community, first: datetime.date) -> dict[str, Any]:
    """One month of visits and members; of a running month, up to today. Days are ISO, waits are in seconds."""
    month = Month.of(first)
    last = min(month.last, today(community))
    return {
        **measure_days(community, first, last),
        "visits": visits_of(audience(first, last)),
        "days": [
            [day.isoformat(), *visits_of(found).values()] for day, found in audience_by_day(first, last)
        ],
        "members": _members(community, first, last),
        "before": _month_before(community, month.before),
    }


def measure_days(community: Community, first: datetime.date, last: datetime.date) -> dict[str, Any]:
    """What is counted alike for a month and for any other days."""
    since, filtered = began(AudienceDay.objects.all()), filtered_views(first, last)
    breakdowns = {
        name: [_row(row) for row in audience_by(one, first, last, most=MOST_ROWS, least=LEAST_VISITS)]
        for name, one in BREAKDOWNS.items()
    }
    waits = waits_of(community, first, last, most=MOST_WAITS)
    return {
        "last": last.isoformat(),
        # The days before it were not counted at all, which is not the same as nought.
        "since": since and since.isoformat(),
        "active_days": [[day.isoformat(), n] for day, n in activity_by_day(first, last)],
        "waits": [
            [
                day_of(wait.began, community).isoformat(),
                wait.waited and wait.waited.total_seconds(),
                *_named(wait.thread),
            ]
            for wait in waits
        ],
        "channels": [_row(row) for row in audience_by(Dimension.CHANNEL, first, last, most=12)],
        "breakdowns": breakdowns,
        "titles": titles_of([row[0] for row in breakdowns["pages"]]),
        "filtered": {"counted": filtered.counted, "by_reason": filtered.by_reason},
        "lost": lost_rows(first, last),
        "cohorts": [
            [row.start.isoformat(), row.size, row.counts]
            for row in retention(Month.of(last).later(1 - COHORT_MONTHS).first, last, grain=Grain.MONTH)
            if row.size
        ],
    }


def _month_before(community: Community, month: Month) -> dict[str, Any]:
    """The month before, as far as it is compared with; figures of which there are no days are None."""
    kept = _kept(month.first)
    if kept is not None:
        return {name: kept[name] for name in ("visits", "days", "members")}
    counted, came = began(AudienceDay.objects.all()), began(MemberDay.objects.all())
    days = audience_by_day(month.first, month.last)
    return {
        "visits": visits_of(audience(month.first, month.last)) if counted and counted <= month.last else None,
        "days": [[day.isoformat(), found.visits] for day, found in days if counted and counted <= day],
        "members": _members(community, month.first, month.last) if came and came <= month.last else None,
    }


def _kept(first: datetime.date) -> dict[str, Any] | None:
    found = ClosedMonth.objects.filter(month=first).values_list("page__engagement", flat=True).first()
    return found if isinstance(found, dict) else None


def titles_of(paths: list[str]) -> dict[str, str]:
    """What pages are called that are about a thread or a space; others are known by their address alone."""
    words: set[str] = set()
    for path in paths:
        with suppress(Resolver404):
            words |= {word for word in resolve(path, "config.urls").kwargs.values() if isinstance(word, str)}
    # Whether a word was a thread’s or a space’s, its whole address says.
    threads = Thread.objects.filter(slug__in=words, state=State.PUBLISHED).select_related("space__parent")
    found = Space.objects.filter(slug__in=words).select_related("parent")
    spaces = [one for one in found if readers_of(one).are_all]
    known = dict(_named(one) for one in threads)
    known |= {_local(one.get_absolute_url()): one.name for one in spaces}
    return {path: known[path] for path in paths if known.get(path)}


def _named(thread: Thread) -> tuple[str, str]:
    """Its address and its title; those of a space for some only are for those alone."""
    title = thread.title if readers_of(thread.space).are_all else ""
    return _local(thread.get_absolute_url()), title


def _local(address: str) -> str:
    """An address of the community, without what its pages stand below of."""
    return "/" + address.removeprefix(get_script_prefix())


def visits_of(seen: Figures) -> dict[str, int]:
    return {
        "visits": seen.visits,
        "page_views": seen.page_views,
        "visitors_daily": seen.visitors_daily,
        "bounces": seen.bounces,
        "seconds": seen.seconds,
    }


def _members(community: Community, first: datetime.date, last: datetime.date) -> dict[str, Any]:
    active = activity(last)
    return {
        "active": active.monthly,
        "mean_daily": active.mean_daily,
        **members_between(community, first, last),
    }


def members_between(community: Community, first: datetime.date, last: datetime.date) -> dict[str, Any]:
    """What members did in some days; who was active in them is counted by those who ask."""
    parts = participation(first, last)
    answered, response = answered_rate(community, first, last), first_response(community, first, last)
    return {
        "answered": [answered.hits, answered.of],
        "median_wait": None if response.median is None else response.median.total_seconds(),
        "threads": response.threads,
        "silent": [parts.silent.hits, parts.silent.of],
        "gini": parts.gini,
    }


def _row(row: Row) -> list[Any]:
    return [row.key, row.figures.visits, row.figures.page_views, row.figures.visitors_daily]


def began(days: Any) -> datetime.date | None:
    found: datetime.date | None = days.aggregate(first=Min("day"))["first"]
    return found

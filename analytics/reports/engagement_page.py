"""Visits and members: the figures that carry no euro. Its own file beside the first screen."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.capture.models import Dimension
from analytics.capture.queries import Row, audience, audience_by, filtered_views, lost_days
from analytics.engagement.formulas import FORMULAS
from analytics.engagement.intervals import NEEDS_INTERVAL, Share
from analytics.engagement.queries import CohortRow, Grain, activity, participation, retention
from analytics.engagement.responses import answered_rate, first_response
from analytics.roi.money import percent
from communities.calendar import Month, today
from communities.models import Community
from communities.templatetags.parvis import number

COHORT_MONTHS = 6
MOST_ROWS = 10
# Below it a row would be about somebody rather than about a page or a letter.
LEAST_VISITS = 10


@dataclass(frozen=True)
class Shown:
    """One figure with the words of how it is computed."""

    label: Promise | str
    value: str
    formula: Promise | str


@dataclass(frozen=True)
class Breakdown:
    """A table of what was visited most; each row has two figures, in the order of `columns`."""

    name: str
    title: str
    columns: tuple[str, str, str]
    rows: list[tuple[str, int, int]]


def engagement_page(community: Community, first: datetime.date) -> dict[str, Any]:
    """One month of visits and members; of a running month, up to today."""
    now = today(community)
    month = Month.of(first)
    last = min(month.last, now)
    seen, active, parts = audience(first, last), activity(last), participation(first, last)
    answered = answered_rate(community, first, last)
    response = first_response(community, first, last)
    visits = [
        _shown("visits", number(seen.visits)),
        _shown("page_views", number(seen.page_views)),
        _shown("visitors_daily", number(seen.visitors_daily)),
        _shown("bounce_rate", percent(seen.bounce_rate)),
    ]
    members = [
        _shown("active", number(active.monthly)),
        _shown("stickiness", percent(active.stickiness)),
        _shown("answered_rate", _share(answered)),
        _shown("first_response", waited(response.median)),
        Shown(_("Contributed nothing"), _share(parts.silent), FORMULAS["participation"].formula),
        _shown("gini", number(parts.gini, 2)),
    ]
    cohorts = _cohorts(first, last)
    return {
        "first": first,
        "last": last,
        "visits": visits,
        "members": members,
        "channels": audience_by(Dimension.CHANNEL, first, last, most=12),
        "breakdowns": [one for one in _breakdowns(first, last) if one.rows],
        "least_visits": LEAST_VISITS,
        "filtered": filtered_views(first, last),
        "lost": lost_days(first, last),
        "cohorts": cohorts,
        # No column for months that no row has reached.
        "months": range(max((len(cells) for _row, cells in cohorts), default=0)),
        "earlier": month.before.first,
        "later": month.next.first if month.next.first <= now else None,
    }


def _breakdowns(first: datetime.date, last: datetime.date) -> list[Breakdown]:
    sources, campaigns, pages = (
        audience_by(dimension, first, last, most=MOST_ROWS, least=LEAST_VISITS)
        for dimension in (Dimension.SOURCE, Dimension.CAMPAIGN, Dimension.PAGE)
    )
    by_visit = (_("Visits"), _("Page views"))
    by_page = (_("Page"), _("Page views"), _("Visitors (daily)"))
    return [
        Breakdown("sources", _("Sites that led here"), (_("Source"), *by_visit), _by_visit(sources)),
        Breakdown("campaigns", _("Campaigns"), (_("Campaign"), *by_visit), _by_visit(campaigns)),
        Breakdown(
            "pages",
            _("Pages"),
            by_page,
            [(row.label, row.figures.page_views, row.figures.visitors_daily) for row in pages],
        ),
    ]


def _by_visit(rows: list[Row]) -> list[tuple[str, int, int]]:
    return [(row.label, row.figures.visits, row.figures.page_views) for row in rows]


def _shown(name: str, value: str) -> Shown:
    return Shown(FORMULAS[name].label, value, FORMULAS[name].formula)


def _share(share: Share) -> str:
    """A count where there are few, a percentage with its interval where there are not many."""
    if share.rate is None:
        return "–"
    if share.too_small:
        return _("%(hits)s of %(n)s") % {"hits": number(share.hits), "n": number(share.of)}
    if share.of >= NEEDS_INTERVAL:
        return percent(share.rate)
    low, high = percent(share.low), percent(share.high)
    words = _("%(rate)s (%(low)s to %(high)s, n = %(n)s)")
    return words % {"rate": percent(share.rate), "low": low, "high": high, "n": number(share.of)}


def waited(wait: datetime.timedelta | None) -> str:
    """A waiting time: minutes below an hour, since “0.0 h” says nothing."""
    if wait is None:
        return "–"
    if wait < datetime.timedelta(hours=1):
        minutes = max(round(wait.total_seconds() / 60), 1)
        return ngettext("%(n)d min", "%(n)d min", minutes) % {"n": minutes}
    return _("%(n)s h") % {"n": number(wait.total_seconds() / 3600, 1)}


def _cohorts(first: datetime.date, last: datetime.date) -> list[tuple[CohortRow, list[str]]]:
    start = Month.of(first).later(1 - COHORT_MONTHS).first
    rows = [row for row in retention(start, last, grain=Grain.MONTH) if row.size]
    return [(row, [_share(Share(n, row.size)) for n in row.counts]) for row in rows]

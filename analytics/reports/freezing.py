"""What a month keeps when it is closed: rows, not sums, and whatever else its pages show. Everything is kept as plain
values and worded when it is read, so that it can be read in each language."""

from __future__ import annotations

import datetime
from dataclasses import asdict
from typing import Any

from django.db.models import F, Value
from django.db.models.functions import Coalesce

from analytics.capture.queries import filtered_views, lost_rows
from analytics.reports.channels import orders_by_channel
from analytics.reports.engagement_figures import measure_month
from analytics.reports.models import ClosedEntry, ClosedMonth
from analytics.reports.queries import History, find_all_closed_values
from analytics.roi.figure_rows import HAVE_ROWS, rows_of
from analytics.roi.models import Lead, LedgerEntry, Objective
from analytics.roi.monthly import Figure, Months, monthly
from communities.calendar import Month, moments
from communities.models import Community

# How far back a page of a month looks: the curve of six months, and the same month of last year.
MONTHS_BACK = 12
COPIED = (
    "day", "side", "measure", "confidence", "evidence", "unit_id", "seq", "label", "n", "gross_minor", "amount_minor",
    "low_minor", "high_minor", "currency", "counted",
)  # fmt: skip


def values_of(history: History) -> dict[str, Months]:
    """Each figure of objectives in the month and in those before it that its pages show."""
    month = history.current
    first = Month.of(month.first).later(-MONTHS_BACK).first
    closed = find_all_closed_values(one.first for one in Month.of(first).up_to(month.last))
    return {
        str(name): monthly(
            history.community,
            name,
            first,
            month.last,
            closed={one: values.get(name) for one, values in closed.items()},
        )
        for name in Objective.Figure
    }


def figures_of(history: History, values: dict[str, Months]) -> dict[str, Any]:
    """The month’s own lines, and each figure of objectives, or None where nothing was counted."""
    month = history.current
    return {
        "month": month.as_json(),
        "values": {name: _kept(found.get(month.first)) for name, found in values.items()},
    }


def page_of(history: History, values: dict[str, Months]) -> dict[str, Any]:
    community, month = history.community, history.current
    filtered = filtered_views(month.first, month.last)
    channels = orders_by_channel(community, month.first, month.last)
    return {
        "months": [one.as_json() for one in history.months],
        "paid_back": history.paid_back.as_json(),
        "values": {
            name: {one.isoformat(): _kept(figure) for one, figure in found.items()}
            for name, found in values.items()
        },
        "aims": {aim.family: aim_of(aim) for aim in open_aims()},
        "aim_rows": {str(name): rows_of(community, name, month.first, month.last) for name in HAVE_ROWS},
        "unjudged": count_unjudged(community, month.first, month.last),
        "channels": [asdict(row) for row in channels],
        "filtered": {"counted": filtered.counted, "by_reason": filtered.by_reason},
        "lost": lost_rows(month.first, month.last),
        "engagement": measure_month(community, month.first),
    }


def open_aims() -> list[Objective]:
    """For each family, the open objective with the nearest deadline."""
    aims: dict[str, Objective] = {}
    for one in Objective.objects.open().order_by("-deadline", "-id"):
        aims[one.family] = one
    return list(aims.values())


def aim_of(aim: Objective) -> dict[str, str]:
    return {"figure": aim.figure, "baseline": str(aim.baseline), "target": str(aim.target)}


def count_unjudged(community: Community, first: datetime.date, last: datetime.date) -> int:
    """Contacts of these days that nobody accepted or refused yet."""
    return Lead.objects.between(*moments(first, last, community)).filter(state=Lead.State.NEW).count()


def keep_rows(closed: ClosedMonth) -> int:
    """Copy the ledger’s lines of a month; how many."""
    month = Month.of(closed.month)
    rates = {
        "rate_value": F("rate__value"),
        "rate_valid_from": F("rate__valid_from"),
        "rate_source": Coalesce(F("rate__source"), Value("")),
    }
    found = LedgerEntry.objects.between(month.first, month.last).order_by("day", "id")
    rows = [
        ClosedEntry(closed=closed, community_id=closed.community_id, **row)
        for row in found.values(*COPIED, **rates).iterator(chunk_size=2000)
    ]
    return len(ClosedEntry.objects.bulk_create(rows, batch_size=1000))


def _kept(figure: Figure | None) -> dict[str, Any] | None:
    return figure.as_json() if figure else None

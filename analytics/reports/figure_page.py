"""The page of one figure: how it is computed, by which rates, and the rows it is the sum of."""

from __future__ import annotations

import datetime
from typing import Any

from django.urls import reverse

from analytics.reports.channels import ChannelRow, orders_by_channel
from analytics.reports.explaining import ENGAGEMENT_ROWS, Explanation, rows_behind
from analytics.reports.queries import History
from analytics.roi.figure_rows import HAVE_ROWS, heads_of, rows_of
from analytics.roi.models import Measure
from analytics.roi.monthly import monthly
from analytics.roi.verdicts import value_text
from communities.models import Community


def figure_page(
    community: Community, shown: datetime.date, explanation: Explanation, *, may_edit: bool
) -> dict[str, Any]:
    """What its template is given; of a closed month everything as it was closed, but for `now`, the line as it would
    be with what came in since."""
    history = History(community, shown)
    month = history.current
    line = {**month.costs, **month.benefits}.get(explanation.measure)
    context: dict[str, Any] = {
        "explanation": explanation,
        "month": month,
        "closed": history.closed,
        "channels": _channels(history) if explanation.ref == Measure.ORDER else [],
        "line": line,
        "rows": rows_behind(explanation.ref, month.first, month.last),
        "may_edit": may_edit,
    }
    if history.closed is not None and line is not None:
        live = History(community, shown, live=True).current
        now = {**live.costs, **live.benefits}.get(explanation.measure)
        context["now"] = now if now is not None and line.differs_from(now) else None
    if explanation.is_aim:
        context |= aim_table(history, explanation.ref)
        figure = monthly(community, explanation.ref, month.first, month.last).get(month.first)
        context["value"], context["figure"] = value_text(figure), figure
        is_open = may_edit or not explanation.place.startswith("roi:")
        context["place"] = reverse(explanation.place) if explanation.place and is_open else ""
        if name := ENGAGEMENT_ROWS.get(explanation.ref):
            place = reverse("reports:show-engagement-rows", args=[name])
            context["place"] = f"{place}?month={month.first:%Y-%m}"
    return context


def aim_table(history: History, ref: str) -> dict[str, Any]:
    """What the figure of an objective is counted from: heads and rows; empty where the ledger has them."""
    if ref not in HAVE_ROWS:
        return {}
    month = history.current
    kept = history.closed
    rows = kept.page["aim_rows"][ref] if kept else rows_of(history.community, ref, month.first, month.last)
    return {"heads": heads_of(ref), "aim_rows": rows}


def _channels(history: History) -> list[ChannelRow]:
    if history.closed is not None:
        return [ChannelRow(**row) for row in history.closed.page["channels"]]
    month = history.current
    return orders_by_channel(history.community, month.first, month.last)

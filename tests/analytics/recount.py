"""Every figure of the results pages against results.sql, which computes it again from what was recorded."""

from __future__ import annotations

import datetime
import math
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from analytics.reports.channels import orders_by_channel
from analytics.reports.engagement_figures import month_figures
from analytics.reports.explaining import explain
from analytics.reports.period_figures import period_figures
from analytics.reports.periods import Period
from analytics.reports.queries import SPREAD, History
from analytics.reports.screen import results_page
from analytics.roi.models import Objective
from analytics.roi.monthly import monthly
from communities.calendar import DAY, Month, today
from communities.models import Community

SQL = Path(__file__).with_name("results.sql")
Rows = list[tuple[Any, ...]]


def statements() -> dict[str, str]:
    parts = SQL.read_text().split("-- name: ")[1:]
    return dict(part.split("\n", 1) for part in parts)


class Recount:
    """The figures of one month by plain SQL; what leads up to them is computed once."""

    def __init__(self, community: Community) -> None:
        self.said = statements()
        self.told: dict[str, Any] = {
            "community": community.pk,
            "zone": community.time_zone,
            "currency": community.currency,
            "today": today(community),
        }
        for name in ("setting", "orders", "contacts", "counted", "costs"):
            self._run(name)

    def __call__(self, name: str, month: Month | Period) -> Rows:
        last = min(month.last, self.told["today"])
        return self._run(name, first=month.first, last=last)

    def _run(self, name: str, **more: datetime.date) -> Rows:
        with connection.cursor() as cursor:
            for statement in self.said[name].split(";\n"):
                if statement.strip():
                    cursor.execute(statement, self.told | more)
            return cursor.fetchall() if cursor.description else []


def check(community: Community, *, months: int = 3) -> None:
    """In the community’s scope: the running month and those before it, figure by figure."""
    recount, month = Recount(community), Month.current(community)
    for number in range(months):
        one = month.later(-number)
        _check_money(community, one, recount)
        _check_aims(community, one, recount)
        _check_engagement(community, one, recount)
    now = today(community)
    # Across the ends of months, within one, one day, up to today, half a year.
    for length, back in ((45, 3), (7, 1), (1, 20), (28, 0), (180, 0)):
        last = now - DAY * back
        _check_days(community, Period(last - DAY * (length - 1), last), recount)


def _check_money(community: Community, one: Month, recount: Recount) -> None:
    page = results_page(community, one.first)
    month, whole = page["month"], page["since_launch"]
    lines = {ref: (line.n, line.amount, line.low, line.high) for ref, line in month.benefits.items()}
    told = {ref: tuple(row) for ref, *row in recount("lines", one)}
    # A line of nothing but orders that are not counted is no line of the recount.
    assert {ref: row for ref, row in lines.items() if any(row)} == {
        ref: row for ref, row in told.items() if any(row)
    }, one
    costs = {kind: line.amount for kind, line in month.costs.items()}
    assert costs == dict(recount("cost_kinds", one)), one
    assert recount("month", one) == [(month.total, month.hard, month.cost)], one
    assert recount("since_launch", one) == [(whole.benefit, whole.hard, whole.cost)], one
    orders = month.benefits.get("order")
    unknown = (orders.uncounted, orders.foreign) if orders else (0, 0)
    assert recount("unattributed", one) == [unknown], one
    assert sum(row.amount for row in page["rows"]) == pytest.approx(month.total, abs=50), one
    assert all(explain(row.line.ref) for row in page["rows"]), "each line leads to how it is computed"
    spread = History(community, one.first, SPREAD).current.cost
    assert recount("spread_cost", one) == [(spread,)], one
    paid = History(community, one.first).paid_back
    assert recount("paid_back", one) == [(paid.total, paid.hard, paid.low, paid.high)], one
    found = orders_by_channel(community, one.first, one.last)
    assert {row.channel: (row.last, row.linear) for row in found if row.last or row.linear} == {
        channel: (last, linear) for channel, last, linear in recount("channels", one)
    }, one


def _check_aims(community: Community, one: Month, recount: Recount) -> None:
    figures = {
        name: monthly(community, name, one.first, one.last).get(one.first) for name in Objective.Figure
    }
    names = ("leads", "new_members", "clicks", "search", "impressions")
    shown = [int(found.value) if (found := figures[Objective.Figure(name)]) else 0 for name in names]  # type: ignore[arg-type]
    assert recount("aims", one) == [tuple(shown)], one
    again = figures[Objective.Figure.REPEAT]
    assert recount("repeat", one) == [(again.hits, again.n) if again else (0, 0)], one
    saved = figures[Objective.Figure.SAVED]
    assert recount("saved", one) == [(saved.hits, saved.n) if saved else (0, 0)], one
    score = figures[Objective.Figure.NPS]
    told = [(float(points), math.ceil(margin), n) for points, margin, n in recount("score", one)]
    # Pages say whole points.
    assert [row[1:] for row in told] == ([(score.margin, score.n)] if score else []), one
    assert all(abs(points - float(score.value)) <= 0.5 for points, _m, _n in told), one  # type: ignore[union-attr,arg-type]


def _check_engagement(community: Community, one: Month, recount: Recount) -> None:
    kept = month_figures(community, one.first)
    visits, members = kept["visits"], kept["members"]
    seen = tuple(visits[name] for name in ("visits", "page_views", "visitors_daily", "bounces"))
    assert recount("visits", one) == [seen], one
    [(active, mean, silent, people, gini)] = recount("active", one)
    assert (active, [silent, people]) == (members["active"], members["silent"]), one
    assert float(mean or 0) == pytest.approx(members["mean_daily"]), one
    assert (gini is None) == (members["gini"] is None), one
    assert float(gini or 0) == pytest.approx(members["gini"] or 0), one
    [(*waits, median)] = recount("waits", one)
    assert waits == [*members["answered"], members["threads"]], one
    assert float(median or 0) == pytest.approx(members["median_wait"] or 0), one
    assert {row[0]: row[1] for row in kept["channels"] if row[1]} == dict(recount("channel_visits", one)), one
    cohorts = [(month.isoformat(), size, list(counts)) for month, size, counts in recount("joined", one)]
    assert [row for row in cohorts if row[1]] == [tuple(row) for row in kept["cohorts"]], one


def _check_days(community: Community, period: Period, recount: Recount) -> None:
    """Days that are no month, and those that they are compared with."""
    kept = period_figures(community, period)
    told = recount("visits_of_days", period)
    assert [tuple(row[:5]) for row in kept["days"]] == told[-len(kept["days"]) :], period
    assert not any(any(row[1:]) for row in told[: -len(kept["days"])]), "left out is what was not counted"
    assert [tuple(row) for row in kept["active_days"]] == recount("active_of_days", period), period
    before = recount("visits_of_days", period.before)
    counted = kept["before"]["days"]
    assert [tuple(row) for row in counted] == [row[:2] for row in before][period.length - len(counted) :], (
        period
    )
    for days, shown in ((period, kept), (period.before, kept["before"])):
        visits, members = shown["visits"], shown["members"]
        if visits:
            seen = tuple(visits[name] for name in ("visits", "page_views", "visitors_daily", "bounces"))
            assert recount("visits", days) == [seen], days
        if members:
            [(active, mean, silent)] = recount("members_of_days", days)
            assert (active, [silent, active]) == (members["active"], members["silent"]), days
            assert float(mean) == pytest.approx(members["mean_daily"]), days
            [(*waits, median)] = recount("waits", days)
            assert waits == [*members["answered"], members["threads"]], days
            assert float(median or 0) == pytest.approx(members["median_wait"] or 0), days
    assert kept["visits"], period
    assert {row[0]: row[1] for row in kept["channels"] if row[1]} == dict(
        recount("channel_visits", period)
    ), period

"""The formulas of return: ROI, payback and unit costs. Pure, with what is undefined said as None."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import Decimal


def roi(benefit: int, cost: int) -> Decimal | None:
    """(B − C) / C; undefined without a cost."""
    return Decimal(benefit - cost) / cost if cost else None


def per_year(share: Decimal, years: float) -> Decimal | None:
    """The same return as a yearly one; only said for a year or more."""
    return Decimal((1 + float(share)) ** (1 / years) - 1) if years >= 1 and share > -1 else None


def payback(flows: Iterable[int | Decimal]) -> Decimal | None:
    """After how many periods the running sum of benefit − cost is positive for good, interpolated in the period.

    `flows` are net, one for each period, the first being the outlay at time 0. None: not yet. A sum that turns
    negative again has not paid back; the last crossing counts.
    """
    total = Decimal(0)
    crossed: Decimal | None = None
    for period, flow in enumerate(flows):
        before, total = total, total + flow
        if total >= 0 and before < 0:
            crossed = Decimal(period - 1) + -before / Decimal(flow)
        elif total >= 0 and period == 0:
            crossed = Decimal(0)
        elif total < 0:
            crossed = None
    return crossed


def unit_cost(cost: int, units: int, *, per: int = 1) -> Decimal | None:
    """Cost of one unit, or of `per` units (CPM: per=1000), in the unit that the cost is in."""
    return Decimal(cost) * per / units if units else None


def paid_back_on(flows: Iterable[tuple[datetime.date, int, int]]) -> datetime.date | None:
    """The day at whose end the running sum of benefit − cost is no longer negative, and stays so.

    `flows` are (day, benefit, cost) in order of time. None: not yet, or nothing was spent. A sum that turns negative
    again has not paid back; the last crossing counts.
    """
    total, spent, crossed = 0, 0, None
    for day, benefit, cost in flows:
        total += benefit - cost
        spent += cost
        if total < 0 or not spent:
            crossed = None
        elif crossed is None:
            crossed = day
    return crossed

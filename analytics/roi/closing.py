"""Which months are closed, and may not change any more. Reports, a layer above, close months and register here how to
ask.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from typing import Any

from communities.calendar import Month

# What a figure of objectives was in closed months: its plain values, or None where nothing was counted.
ClosedValues = Callable[[str, Iterable[datetime.date]], dict[datetime.date, Any]]
ClosedMonths = Callable[[Iterable[datetime.date]], set[datetime.date]]
_ask: list[ClosedMonths] = []
_ask_values: list[ClosedValues] = []


def register_closed_months(ask: ClosedMonths, ask_values: ClosedValues) -> None:
    """Both are given first days of months and answer for those that are closed, in the community in scope."""
    _ask[:], _ask_values[:] = [ask], [ask_values]


def closed_months(days: Iterable[datetime.date]) -> set[datetime.date]:
    """Of the months of these days, the first days of those that are closed."""
    months = {Month.of(day).first for day in days}
    return set().union(*(ask(months) for ask in _ask)) if months else set()


def closed_values(name: str, months: Iterable[datetime.date]) -> dict[datetime.date, Any]:
    """What the figure `name` was in those of these months that are closed."""
    months = list(months)
    found: dict[datetime.date, Any] = {}
    for ask in _ask_values:
        found |= ask(name, months)
    return found

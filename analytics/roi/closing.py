"""Which months are closed, and may not change any more. Reports, a layer above, close months and register here how to
ask.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable

from communities.calendar import Month

ClosedMonths = Callable[[Iterable[datetime.date]], set[datetime.date]]
_ask: list[ClosedMonths] = []


def register_closed_months(ask: ClosedMonths) -> None:
    """`ask` is given first days of months, and returns those that are closed, in the community in scope."""
    _ask[:] = [ask]


def closed_months(days: Iterable[datetime.date]) -> set[datetime.date]:
    """Of the months of these days, the first days of those that are closed."""
    months = {Month.of(day).first for day in days}
    return set().union(*(ask(months) for ask in _ask)) if months else set()

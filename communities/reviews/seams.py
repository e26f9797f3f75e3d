"""What packages above know of things that are reviewed: offers whose links count clicks, and orders.

Both register themselves when their app is ready; without them nothing is offered and no order is verified.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from communities.models import Membership
from communities.registries import Registry


@dataclass(frozen=True)
class Way:
    """An offer as the page of a thing proposes it. `counts` says that its address leads on to another site at once, and
    that the way there is counted."""

    name: str
    title: str
    url: str
    counts: bool


@dataclass(frozen=True)
class WayOut:
    """`running(day)` says which offers can be chosen on that day; `named(names, day)` finds those of these short names
    that run on it, in one query."""

    name: str
    running: Callable[[datetime.date], list[Way]]
    named: Callable[[Collection[str], datetime.date], Mapping[str, Way]]


@dataclass(frozen=True)
class OrderCheck:
    """Whether an order of this number is known as this member’s, and whether the place in scope has any orders to look
    among. One query each."""

    name: str
    is_theirs: Callable[[str, Membership], bool]
    has_any: Callable[[], bool]


ways_out: Registry[WayOut] = Registry("way out to an offer")
order_checks: Registry[OrderCheck] = Registry("check of orders")


def running_ways(day: datetime.date) -> list[Way]:
    return [way for one in ways_out for way in one.running(day)]


def ways_named(names: Collection[str], day: datetime.date) -> dict[str, Way]:
    """By short name; no query where there is none to look for."""
    known = {name for name in names if name}
    return {name: way for one in ways_out if known for name, way in one.named(known, day).items()}


def is_order_of(number: str, by: Membership) -> bool:
    return any(check.is_theirs(number, by) for check in order_checks)


def checks_orders() -> bool:
    """Whether a number that somebody gives can be found at all."""
    return any(check.has_any() for check in order_checks)

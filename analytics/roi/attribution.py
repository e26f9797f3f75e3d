"""Which contacts an order is credited to. Pure rules: the touches come from elsewhere."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from analytics.roi.money import split

# How far back contacts count.
CLICK_WINDOW = datetime.timedelta(days=30)
LEAD_WINDOW = datetime.timedelta(days=90)
DIRECT = "direct"
HALF_LIFE = datetime.timedelta(days=7)


@dataclass(frozen=True)
class Touch:
    """One dated contact of a person with the community."""

    at: datetime.datetime
    channel: str
    offer_id: int | None = None
    # The page that the contact began with, where it was a visit.
    page: str = ""


Weights = list[Decimal]
Rule = Callable[[Sequence[Touch], datetime.datetime], Weights]


def first_touch(touches: Sequence[Touch], converted_at: datetime.datetime) -> Weights:
    return _all_to(0, touches)


def last_touch(touches: Sequence[Touch], converted_at: datetime.datetime) -> Weights:
    return _all_to(len(touches) - 1, touches)


def last_not_direct(touches: Sequence[Touch], converted_at: datetime.datetime) -> Weights:
    """The last one that was not a direct visit; the last of all where every one was."""
    known = [i for i, touch in enumerate(touches) if touch.channel != DIRECT]
    return _all_to(known[-1] if known else len(touches) - 1, touches)


def linear(touches: Sequence[Touch], converted_at: datetime.datetime) -> Weights:
    return [Decimal(1)] * len(touches)


def position_based(touches: Sequence[Touch], converted_at: datetime.datetime) -> Weights:
    """40 % to the first, 40 % to the last, the rest shared."""
    n = len(touches)
    if n <= 2:
        return [Decimal(1)] * n
    middle = Decimal("0.2") / (n - 2)
    return [Decimal("0.4"), *[middle] * (n - 2), Decimal("0.4")]


def time_decay(touches: Sequence[Touch], converted_at: datetime.datetime) -> Weights:
    """Half for every seven days of age."""
    ages = [(converted_at - touch.at) / HALF_LIFE for touch in touches]
    return [Decimal(2) ** Decimal(-age) for age in ages]


RULES: dict[str, Rule] = {
    "first": first_touch,
    "last": last_touch,
    "last_not_direct": last_not_direct,
    "linear": linear,
    "position": position_based,
    "decay": time_decay,
}


def credit(
    amount: int, touches: Sequence[Touch], *, rule: str, converted_at: datetime.datetime
) -> list[tuple[Touch, int]]:
    """The parts of an amount, in minor units, that each touch gets; they sum to it to the cent.

    Touches are taken in order of time. Nothing for no touches: that order is not attributable.
    """
    ordered = sorted(touches, key=lambda touch: touch.at)
    parts = split(amount, RULES[rule](ordered, converted_at))
    return list(zip(ordered, parts, strict=True)) if parts else []


def _all_to(index: int, touches: Sequence[Touch]) -> Weights:
    return [Decimal(int(i == index)) for i in range(len(touches))]

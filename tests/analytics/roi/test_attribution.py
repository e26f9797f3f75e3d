"""Five contacts before one order of 200, against published credits."""

from __future__ import annotations

import datetime

import pytest

from analytics.roi.attribution import DIRECT, Touch, credit
from analytics.roi.money import split
from analytics.roi.returns import roi

END = datetime.datetime(2026, 10, 20, 12, tzinfo=datetime.UTC)
PATH = [
    Touch(END - datetime.timedelta(days=days), channel)
    for days, channel in (
        (10, "display"),
        (8, "organic_social"),
        (5, "paid_search"),
        (2, "email"),
        (0, DIRECT),
    )
]
COSTS = {"display": 500, "paid_search": 1500, "email": 200}


def parts(rule: str, touches: list[Touch] = PATH, amount: int = 20_000) -> dict[str, int]:
    return {touch.channel: part for touch, part in credit(amount, touches, rule=rule, converted_at=END)}


def percent(channel: str, credited: dict[str, int]) -> int | None:
    share = roi(credited[channel], COSTS.get(channel, 0))
    return None if share is None else round(share * 100)


def test_first_and_last_touch() -> None:
    assert parts("first")["display"] == 20_000
    assert percent("display", parts("first")) == 3900
    assert parts("last") == {
        "display": 0,
        "organic_social": 0,
        "paid_search": 0,
        "email": 0,
        DIRECT: 20_000,
    }
    assert percent("display", parts("last")) == -100
    assert parts("last_not_direct")["email"] == 20_000


def test_linear() -> None:
    credited = parts("linear")
    assert set(credited.values()) == {4_000}
    assert [percent(name, credited) for name in ("display", "paid_search", "email")] == [700, 167, 1900]
    assert percent("organic_social", credited) is None


def test_position_sums_to_the_cent() -> None:
    assert list(parts("position").values()) == [8_000, 1_334, 1_333, 1_333, 8_000]


def test_time_decay() -> None:
    ages = [Touch(END - datetime.timedelta(days=days), str(days)) for days in (14, 7, 0)]
    assert list(parts("decay", ages, 700).values()) == [100, 200, 400]


def test_a_refund_is_credited_as_its_order_was() -> None:
    assert list(parts("position", amount=-20_000).values()) == [-8_000, -1_334, -1_333, -1_333, -8_000]


def test_no_touch_is_not_attributable() -> None:
    assert credit(20_000, [], rule="linear", converted_at=END) == []


@pytest.mark.parametrize("amount", [0, 1, 2, 99, 100, 101, 748_957_02, -1, -99])
def test_parts_sum_to_the_whole(amount: int) -> None:
    for n in range(1, 8):
        assert sum(split(amount, [*range(1, n + 1)])) == amount  # type: ignore[list-item]

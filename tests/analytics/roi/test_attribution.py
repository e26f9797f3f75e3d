"""Five contacts before one order of 200, against published credits."""

from __future__ import annotations

import datetime

import pytest

from analytics.capture.models import Event
from analytics.reports.channels import orders_by_channel
from analytics.roi.attribution import DIRECT, Touch, credit
from analytics.roi.models import Order
from analytics.roi.money import split
from analytics.roi.returns import roi
from tests.analytics.money import make_month, make_order
from tests.conftest import Cast

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
    ages = [Touch(END - datetime.timedelta(days=days), str(days)) for days in (28, 14, 7, 1, 0)]
    assert list(parts("decay", ages, 1_000_000).values()) == [22_993, 91_972, 183_944, 333_204, 367_887]
    assert sum(parts("decay", ages, 1_000_000).values()) == 1_000_000


def test_a_refund_is_credited_as_its_order_was() -> None:
    assert list(parts("position", amount=-20_000).values()) == [-8_000, -1_334, -1_333, -1_333, -8_000]


def test_no_touch_is_not_attributable() -> None:
    assert credit(20_000, [], rule="linear", converted_at=END) == []


@pytest.mark.parametrize("amount", [0, 1, 2, 99, 100, 101, 748_957_02, -1, -99])
def test_parts_sum_to_the_whole(amount: int) -> None:
    for n in range(1, 8):
        assert sum(split(amount, [*range(1, n + 1)])) == amount


def test_visits_before_an_order_share_it_on_the_way_from_capture_to_the_page(here: Cast) -> None:
    """The same path as visits of a member who agreed: last touch and linear, as the results page shows them."""
    make_month(END)
    with here.scope():
        for number, (channel, days) in enumerate(((6, 10), (9, 8), (3, 5), (13, 2), (19, 0))):
            moment = END - datetime.timedelta(days=days, minutes=5)
            Event.objects.create(
                uid=f"00000000-0000-0000-0000-{number:012}", occurred_at=moment, visit_at=moment, visit=number,
                kind=1, visitor=7, consent=1, entry=True, channel=channel, path="/", membership=here.member,
            )  # fmt: skip
        make_order(here.community, "A1", 20_000, member=here.member.handle, placed_at=END)
        credited = Order.objects.get().credits
        assert [c.amount_minor for c in credited.filter(model="linear")] == [4_000] * 5
        rows = orders_by_channel(here.community, END.date(), END.date())
    assert {row.channel: (row.last, row.linear) for row in rows} == {
        "direct": (20_000, 4_000),
        "display": (0, 4_000),
        "organic_social": (0, 4_000),
        "paid_search": (0, 4_000),
        "email": (0, 4_000),
        "": (0, 0),
    }

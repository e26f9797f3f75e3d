"""The first forecast: its figures by hand, its ranges, and nothing in it that is not named."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from analytics.roi.forecast import (
    ASSUMPTIONS,
    BY_NAME,
    LINES,
    Means,
    Range,
    estimate,
    first_range,
    names_for,
    values_of,
)
from analytics.roi.models import Rate
from analytics.roi.recipe_forecast import ForecastForm, forecast_page, kept_forecast
from analytics.roi.services.rates import set_rate
from communities.calendar import today
from communities.console.recipe.answers import Answers
from communities.console.recipe.catalogue import blueprint_named
from communities.console.recipe.exceptions import WrittenSince
from communities.console.recipe.proposing import propose
from communities.console.recipe.services import apply_parts, undo_part
from tests.conftest import Cast


def fixed(value: str) -> Range:
    return Range(Decimal(value), Decimal(value), Decimal(value))


def at(**values: str) -> dict[str, Decimal]:
    return {name: Decimal(value) for name, value in values.items()}


MEMBERS = {"reach": "2000", "join_share": "5"}  # 100 at the end of the year, 50 on average
ACTIVE = MEMBERS | {"active_share": "20"}  # 10


def test_answers_by_hand() -> None:
    told = at(**ACTIVE, asks="0.5", answered_share="60", answer_value="7")
    # 12 months × 10 people × 0.5 questions × 60 % × 7
    assert values_of(["answers"], told) == {"answers": Decimal(252)}


def test_visits_by_hand_and_contacts_are_not_counted_twice() -> None:
    told = at(
        **ACTIVE, threads="0.5", visits_per_text="2", visit_value="0.5", contact_share="1", contact_value="20"
    )
    # 12 × 6.5 × 10 × 0.5 × 2 = 780 visits
    assert values_of(["visits"], told) == {"visits": Decimal(390)}
    both = values_of(["visits", "contacts"], told)
    assert both == {"visits": Decimal("386.1"), "contacts": Decimal("156")}


def test_repeat_orders_by_hand() -> None:
    told = at(**MEMBERS, repeat_share="4", order_margin="25")
    assert values_of(["repeat"], told) == {"repeat": Decimal(50)}


def test_the_worked_cases_of_cost_and_return() -> None:
    """15 k€ once and 1 k€ a month bring a benefit of 15 k€ a month: 567 %; 200 k€ and 10 k€: −43.75 %."""
    # 180,000 a year, put together of one line
    line = {
        "reach": fixed("3600"),
        "join_share": fixed("100"),
        "repeat_share": fixed("100"),
        "order_margin": fixed("100"),
    }
    free = line | {"hour_cost": fixed("0")}
    for launch, monthly, wanted in (
        (15_000, 1_000, "5.67"),
        (50_000, 3_000, "1.09"),
        (200_000, 10_000, "-0.44"),
    ):
        found = estimate(["repeat"], free, Means(launch, monthly, 0))
        assert found.benefit.likely == 180_000
        assert found.cost == launch + 12 * monthly
        assert round(found.roi, 2) == Decimal(wanted)
    assert found.payback is None, "not within the year"


def test_hours_are_a_cost() -> None:
    line = {
        "reach": fixed("0"),
        "join_share": fixed("0"),
        "repeat_share": fixed("0"),
        "order_margin": fixed("0"),
    }
    found = estimate(["repeat"], line | {"hour_cost": fixed("35")}, Means(hours=12))
    assert found.cost == 52 * 12 * 35
    assert (found.below_cost, found.benefit.likely, found.roi) == (100, 0, -1)


def test_without_cost_there_is_no_return_to_speak_of() -> None:
    line = {
        "reach": fixed("10"),
        "join_share": fixed("10"),
        "repeat_share": fixed("10"),
        "order_margin": fixed("10"),
    }
    assert estimate(["repeat"], line | {"hour_cost": fixed("0")}, Means()).roi is None


def test_the_range_holds_what_is_usual_and_the_same_each_time() -> None:
    ranges = {name: first_range(BY_NAME[name], "EUR") for name in names_for(list(LINES))}
    found = estimate(list(LINES), ranges, Means(0, 500, 4))
    first, last = found.usual
    assert found.benefit.low < first < last < found.benefit.high
    assert found.benefit.low < found.benefit.likely < found.benefit.high
    assert estimate(list(LINES), ranges, Means(0, 500, 4)) == found
    assert 0 <= found.below_cost <= 100


def test_a_range_is_left_at_its_ends_and_rises() -> None:
    some = Range(Decimal(1), Decimal(2), Decimal(5))
    points = [some.at(share / 20) for share in range(21)]
    assert points == sorted(points)
    assert (points[0], points[-1]) == (1, 5)
    assert fixed("3").at(0.3) == 3


@pytest.mark.parametrize("assumption", ASSUMPTIONS, ids=lambda one: one.name)
def test_each_assumption_is_named_graded_and_has_its_range(assumption: Any) -> None:
    first = assumption.first
    assert first.low <= first.likely <= first.high
    assert assumption.grade in "ABCD"
    assert str(assumption.label)
    assert str(assumption.source)


@pytest.mark.parametrize("line", LINES.values(), ids=lambda one: one.name)
def test_a_line_rests_on_what_it_names_and_on_nothing_else(line: Any) -> None:
    told = dict.fromkeys(line.needs, Decimal(1))
    if line.name == "contacts":
        told["visit_value"] = Decimal(1)
    assert values_of([line.name], told)[line.name] > 0
    for name in line.needs:
        with pytest.raises(KeyError):
            estimate([line.name], {other: fixed("1") for other in told if other != name}, Means())


def test_amounts_begin_in_the_currency_of_the_place() -> None:
    assert first_range(BY_NAME["answer_value"], "EUR").likely == 7
    assert first_range(BY_NAME["answer_value"], "XOF").likely == 4600
    assert first_range(BY_NAME["join_share"], "XOF") == BY_NAME["join_share"].first


def proposed(reach: int | None = 1000) -> dict[str, Any]:
    blueprint = blueprint_named("fans")
    assert blueprint is not None
    answers = Answers(aim="loyalty", reach=reach, budget=100, hours=2)
    return {one.name: one.values for one in propose(blueprint, answers, language="en")}["forecast"]


def test_what_was_told_is_grade_a() -> None:
    assert proposed()["assumptions"]["reach"] == {
        "low": "1000",
        "likely": "1000",
        "high": "1000",
        "grade": "A",
        "told": True,
    }
    assert proposed(None)["assumptions"]["reach"]["grade"] == "D"
    data = {
        f"{name}_{end}": said[end]
        for name, said in proposed()["assumptions"].items()
        for end in ("low", "likely", "high")
    }
    form = ForecastForm(data | {"asks_likely": "0.5"}, values=proposed())
    assert form.is_valid(), form.errors
    assert form.values["assumptions"]["asks"]["grade"] == "A"
    assert form.values["assumptions"]["threads"]["grade"] == "C"
    page = forecast_page(form.values)
    line = next(one for one in page["assumptions"] if one["label"] == BY_NAME["asks"].label)
    assert (line["likely"], line["source"]) == ("0.5", "you told us")


def test_it_is_kept_and_gives_first_rates_where_there_are_none(here: Cast) -> None:
    with here.scope():
        Rate.objects.all().delete()
        apply_parts(here.community, by=here.owner, values={"forecast": proposed()})
        assert kept_forecast() == proposed()
        rate = Rate.objects.get(name=Rate.Name.ANSWER)
        assert (rate.low, rate.value, rate.high) == (3, 7, 12)
        assert rate.source.startswith("First forecast, grade B")
        assert rate.review_on > rate.valid_from
        assert apply_parts(here.community, by=here.owner, values={"forecast": proposed(2000)}) == []
        assert kept_forecast() == proposed(), "there is one first forecast"


def test_it_is_taken_back_with_its_rates_unless_they_have_moved_on(here: Cast) -> None:
    with here.scope():
        Rate.objects.all().delete()
        (row,) = apply_parts(here.community, by=here.owner, values={"forecast": proposed()})
        assert undo_part(row, by=here.owner)
        assert not Rate.objects.exists()
        assert kept_forecast() is None
        (row,) = apply_parts(here.community, by=here.owner, values={"forecast": proposed(2000)})
        own = {"value": Decimal(9), "source": "Our own books", "valid_from": today(here.community)}
        set_rate(here.community, Rate.Name.ANSWER, by=here.marketing, **own)
        with pytest.raises(WrittenSince):
            undo_part(row, by=here.owner)
        assert Rate.objects.of(Rate.Name.VISIT).exists(), "all of it or nothing"


def test_one_s_own_rate_stays(here: Cast) -> None:
    with here.scope():
        own = {"value": Decimal(9), "source": "Our own books", "valid_from": today(here.community)}
        set_rate(here.community, Rate.Name.ANSWER, by=here.marketing, **own)
        apply_parts(here.community, by=here.owner, values={"forecast": proposed()})
        assert Rate.objects.of(Rate.Name.ANSWER).get().value == 9

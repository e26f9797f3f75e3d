"""Figures that read true: ranges, paying back, rounding, verdicts, parts beside their sum."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
from itertools import pairwise

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from analytics.reports.charts import payback_parts, payback_words
from analytics.reports.months import LedgerMonth, Line, spread_launches
from analytics.reports.queries import History, find_paid_back
from analytics.reports.screen import results_page
from analytics.roi import services
from analytics.roi.models import LedgerEntry
from analytics.roi.money import whole_units
from analytics.roi.monthly import Figure, share
from analytics.roi.returns import paid_back_on
from analytics.roi.verdicts import Aim, Verdict, change_words, target_text, verdict_text
from communities.calendar import Month
from communities.templatetags.parvis import number
from tests.analytics.money import OCTOBER, at, make_cost, make_offer, make_order, make_rate
from tests.conftest import Cast

DAY = datetime.timedelta(days=1)
AMOUNTS = st.lists(st.integers(-10_000_00, 10_000_00), max_size=8)


@pytest.mark.parametrize(
    ("value", "decimals", "said"),
    [
        (Decimal("0.198"), 2, "0.20"), (Decimal("3949.97"), 0, "3,950"), (2.97, 1, "3.0"), (-0.4, 0, "0"),
        (Decimal("-3949.5"), 0, "−3,950"), (7, 0, "7"), (None, 0, "–"),
    ],
)  # fmt: skip
def test_a_number_is_rounded_and_not_cut(value: float | Decimal | None, decimals: int, said: str) -> None:
    with override("en"):
        assert number(value, decimals) == said


@given(AMOUNTS)
def test_lines_sum_to_their_total_as_shown(parts: list[int]) -> None:
    rounded = whole_units(parts, "EUR")
    assert all(
        amount % 100 == 0 and abs(amount - part) < 100 for amount, part in zip(rounded, parts, strict=True)
    )
    assert abs(sum(rounded) - sum(parts)) <= 50
    assert whole_units(parts, "JPY") == parts


@given(st.integers(1, 10_000_000))
def test_a_launch_that_is_spread_sums_to_itself(amount: int) -> None:
    months = [LedgerMonth(month.first) for month in Month.of(OCTOBER).up_to(OCTOBER.replace(year=2030))]
    months[0].costs["launch"] = Line("launch", amount=amount)
    spread_launches(months)
    shares = [month.cost for month in months]
    assert sum(shares) == amount
    assert all(0 <= earlier - later <= 1 for earlier, later in pairwise(shares[:36]))


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=12))
def test_paid_back_is_the_first_day_after_the_last_debt(flows: list[tuple[int, int]]) -> None:
    days = [(OCTOBER + n * DAY, benefit, cost) for n, (benefit, cost) in enumerate(flows)]
    found, total, spent = paid_back_on(days), 0, 0
    stands: dict[datetime.date, bool] = {}
    for day, benefit, cost in days:
        total, spent = total + benefit - cost, spent + cost
        stands[day] = bool(spent) and total >= 0
    if found is None:
        assert not days or not stands[days[-1][0]]
    else:
        assert all(stands[day] for day in stands if day >= found)
        assert not stands.get(found - DAY, False)


def test_a_range_has_one_rate_for_all_lines(here: Cast) -> None:
    """Between 25 and 41 %, 182.44 sold and 12.00 back is 69.88 at the top: the refund too is at 41 %."""
    with here.scope():
        make_rate(here, "margin", "40", low=Decimal(25), high=Decimal(41))
        make_offer()
        make_order(here.community, "A1", 18_244, code="BLADE")
        make_order(here.community, "R1", -1_200, refund_of="A1", is_refund=True, placed_at=at(20))
        line = History(here.community, OCTOBER).current.benefits["order"]
    assert line.amount == 7_298 - 480
    assert line.ends == (4_561 - 300, 7_480 - 492)


def test_paid_back_is_one_day_whichever_month_is_shown_and_never_to_come(here: Cast) -> None:
    with here.scope():
        make_rate(here, "visit", "1", low=Decimal("0.1"), high=Decimal(2))
        make_cost(here, 100_00, starts_on=datetime.date(2026, 9, 1))
        days = {datetime.date(2026, 9, 10): 60, at(10).date(): 60, datetime.date(2099, 1, 1): 10_000}
        services.add_counts(here.community, "visit", by=here.marketing, source="Log", days=days)
        found = find_paid_back(here.community)
        assert (found.total, found.hard, found.low) == (at(10).date(), None, None)
        assert found.high == datetime.date(2026, 9, 10)
        for month in (OCTOBER.replace(month=9), OCTOBER, OCTOBER.replace(month=11)):
            assert results_page(here.community, month)["chart_title"] == "Paid back on 10 Oct 2026"
        # A later cost undoes it, until it is made up for again.
        make_cost(here, 500_00, starts_on=at(20).date())
        again = find_paid_back(here.community)
        assert payback_words(again) == "Not paid back yet"
        assert "The measured part alone: not paid back yet." in payback_parts(again)


def test_a_rate_that_changed_within_the_month_shows_both_with_what_each_valued(here: Cast) -> None:
    with here.scope():
        make_rate(here, "visit", "0.30")
        make_rate(here, "visit", "0.50", valid_from=at(16).date())
        days = {at(5).date(): 100, at(20).date(): 200}
        services.add_counts(here.community, "visit", by=here.marketing, source="Log", days=days)
    text = here.sign_in(here.marketing).get(here.url("/results/line/visit-elsewhere/?month=2026-10"))
    words = re.sub(r"<[^>]*>|\s+", " ", text.content.decode())
    words = re.sub(r"\s+", " ", words)
    for said in ("€130.00", "€0.30", "100 → €30.00", "€0.50", "200 → €100.00"):
        assert said in words


def test_what_was_not_counted_is_not_compared_as_nought(here: Cast) -> None:
    with here.scope():
        make_rate(here, "visit", "1")
        services.add_counts(here.community, "visit", by=here.marketing, source="Log", days={at(5).date(): 40})
        page = results_page(here.community, OCTOBER)
        assert [(row.amount, row.amount_before) for row in page["rows"]] == [(4_000, None)]
        assert page["changes"] == []
        visibility = page["tiles"][3]
        assert visibility.delta == "nothing to compare with in September"
        assert visibility.note == "0 here + 40 counted elsewhere"
        assert LedgerEntry.objects.get().confidence == "elsewhere"


def test_one_rule_of_n_says_whether_there_is_a_verdict() -> None:
    aim = Aim("answered", Decimal(50), Decimal(80))
    assert aim.verdict(share(29, 29)) == Verdict.FEW
    assert aim.verdict(share(29, 30)) == Verdict.REACHED
    assert aim.verdict(share(3, 30)) == Verdict.NOT_YET
    assert aim.verdict(None) == Verdict.UNKNOWN
    with override("en"):
        assert verdict_text(aim, share(5, 6)) == "Target 80%, too few for a verdict"
        assert verdict_text(aim, share(29, 30), OCTOBER) == "Target 80%, reached (October: 97%)"
        assert target_text(Decimal("92.00"), "leads") == "92"
    falling = Aim("leads", Decimal(100), Decimal(80))
    assert falling.verdict(Figure(Decimal(79), 79)) == Verdict.REACHED


def test_percentages_are_taken_of_enough_only() -> None:
    with override("en"):
        assert change_words(2_100, 4, "August") == "4 in August"
        assert change_words(45, 30, "August") == "+50% on August"
        assert change_words(7, 0, "August") == "0 in August"

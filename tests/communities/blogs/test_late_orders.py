"""Orders that a shop brings late change no figure of an article by fewer than ten buyers."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from hypothesis import given, settings
from hypothesis import strategies as st

from communities.blogs.readings import LEAST_PEOPLE, LENGTHS, Sold, _parts_of_sales
from communities.calendar import DAY

# A Monday, in the middle of a block.
FIRST = datetime.date(2026, 3, 2)
WEEKS = 14

SALES = st.lists(
    st.tuples(
        st.integers(0, 7 * WEEKS - 1),
        # Most are known on their day, some weeks later; a clock may go wrong.
        st.one_of(st.just(0), st.integers(-3, 60)),
        st.one_of(st.none(), st.integers(1, 40)),
        st.booleans(),
    ),
    min_size=20,
    max_size=160,
)


def sold(rows: Iterable[tuple[int, int, int | None, bool]]) -> list[Sold]:
    made = []
    for number, (day, late, buyer, gives_back) in enumerate(rows):
        at = FIRST + DAY * day
        net = -(2**number) if gives_back else 2**number
        made.append(Sold(at, at + DAY * late, buyer, int(not gives_back), net))
    return made


def told(sales: list[Sold], end: datetime.date) -> list[tuple[datetime.date, frozenset[int]]]:
    """The parts that are told in a week, each with the sales in it: every net is one alone."""
    known = [sale for sale in sales if max(sale.day, sale.known) < end]
    return [(week, frozenset(one.net for one in part)) for week, part in _parts_of_sales(known, end)]


@settings(max_examples=200, deadline=None)
@given(SALES)
def test_a_part_that_was_told_stays_and_each_is_of_ten_buyers(
    rows: list[tuple[int, int, int | None, bool]],
) -> None:
    sales = sold(rows)
    by_net = {sale.net: sale for sale in sales}
    before: set[tuple[datetime.date, frozenset[int]]] = set()
    for week in range(1, WEEKS + 12):
        end = FIRST + DAY * 7 * week
        parts = told(sales, end)
        now = set(parts)
        assert before <= now, "what was told is told still, with the same sales in the same week"
        for _week, nets in parts:
            buyers = {by_net[net].buyer for net in nets if by_net[net].orders} - {None}
            assert len(buyers) >= LEAST_PEOPLE
        assert sum(len(nets) for _week, nets in parts) == len(set().union(*(nets for _week, nets in parts)))
        before = now


@settings(max_examples=100, deadline=None)
@given(SALES)
def test_whoever_reads_on_two_days_finds_no_difference_of_fewer(
    rows: list[tuple[int, int, int | None, bool]],
) -> None:
    """Of one length: what came, and what went out of it, are whole parts."""
    sales = sold(rows)
    by_net = {sale.net: sale for sale in sales}
    for length in LENGTHS:
        before: set[frozenset[int]] = set()
        for week in range(1, WEEKS + 12):
            end = FIRST + DAY * 7 * week
            shown = {nets for at, nets in told(sales, end) if at >= end - DAY * length}
            for changed in shown ^ before:
                assert (
                    len({by_net[net].buyer for net in changed if by_net[net].orders} - {None}) >= LEAST_PEOPLE
                )
            before = shown


def test_what_comes_late_alone_is_not_told() -> None:
    """Ten of one week, then one more of that week, then nine others."""
    ten = sold((day % 7, 0, day, False) for day in range(1, 11))
    late = [*ten, Sold(FIRST, FIRST + DAY * 15, 11, 1, 5000)]
    end = FIRST + DAY * 7
    assert [len(part) for _week, part in _parts_of_sales(late, end)] == [10]
    assert [len(part) for _week, part in _parts_of_sales(late, end + DAY * 70)] == [10]
    more = [*late, *(Sold(FIRST + DAY, FIRST + DAY * 30, buyer, 1, 1) for buyer in range(20, 29))]
    assert [len(part) for _week, part in _parts_of_sales(more, end + DAY * 70)] == [10, 10]

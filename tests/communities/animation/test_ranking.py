"""Today never shows more than fits, and nothing due is missed: held for any matters, by any minutes."""

from __future__ import annotations

import datetime

from hypothesis import given
from hypothesis import strategies as st

from communities.animation.today.matters import Matter, Source
from communities.animation.today.ranking import fit, in_order, moves, rank
from communities.animation.today.weights import PROPOSED, Weights

NOW = datetime.datetime(2026, 11, 23, 9, tzinfo=datetime.UTC)
ENDS = NOW + datetime.timedelta(hours=15)
HOURS = st.integers(-48, 96).map(lambda hours: NOW + datetime.timedelta(hours=hours))


class Some(Source):
    name = "some"


MATTERS = st.lists(
    st.builds(
        Matter,
        key=st.integers(1, 10**6).map(str),
        title=st.just("A matter"),
        minutes=st.integers(1, 45),
        since=st.integers(0, 60 * 24).map(lambda hours: NOW - datetime.timedelta(hours=hours)),
        harm=st.integers(0, 4),
        people=st.integers(0, 200),
        due=st.none() | HOURS,
    ),
    max_size=30,
    unique_by=lambda matter: matter.key,
)


@given(MATTERS, st.integers(0, 240))
def test_never_more_than_fits_and_nothing_is_missed(matters: list[Matter], minutes: int) -> None:
    ranked = in_order(rank(Some(), one, now=NOW, ends=ENDS) for one in matters)
    day = fit(ranked, minutes)
    assert day.minutes <= minutes
    shown = [one.matter.key for one in (*day.now, *day.later)]
    assert sorted(shown) == sorted(one.key for one in matters), "each stands somewhere, once"
    spare = minutes - sum(one.minutes for one in day.now if one.is_due)
    assert all(one.minutes > spare for one in day.late), "what is due gives way to nothing that is not"
    places = [one.is_due for one in day.now]
    assert places == sorted(places, reverse=True), "what is due today comes first"


def test_the_sum_is_the_one_that_the_page_explains() -> None:
    matter = Matter("1", "A matter", 4, NOW - datetime.timedelta(days=2), harm=1, people=2)
    assert rank(Some(), matter, now=NOW, ends=ENDS).sum == (4 * 1 + 2 * 2 + 1 * 2) / 4
    for effort, divisor in ((0, 1), (1, 2), (2, 4)):
        weights = Weights(harm=3, people=0, age=2, effort=effort)
        assert rank(Some(), matter, now=NOW, ends=ENDS, weights=weights).sum == (3 * 1 + 2 * 2) / divisor


@given(MATTERS, st.integers(0, 10), st.integers(0, 10), st.integers(0, 10), st.integers(0, 2))
def test_what_other_weights_would_do_is_what_they_do(
    matters: list[Matter], harm: int, people: int, age: int, effort: int
) -> None:
    weights = Weights(harm, people, age, effort)
    ranked = in_order(rank(Some(), one, now=NOW, ends=ENDS) for one in matters)
    found = moves(ranked, weights, 30)
    then = in_order(rank(Some(), one, now=NOW, ends=ENDS, weights=weights) for one in matters)
    assert [one.one.id for one in found] == [one.id for one in then]
    assert [one.one.id for one in found if one.fits] == [one.id for one in fit(then, 30).now]
    assert sum(one.by for one in found) == 0, "whoever goes up passes somebody"
    assert all(one.by == 0 and one.fits == one.fitted for one in moves(ranked, PROPOSED, 30))


def test_what_somebody_takes_up_comes_first_and_is_opened_even_where_it_is_long() -> None:
    long = Matter("1", "Long", 40, NOW)
    short = Matter("2", "Short", 5, NOW, harm=4)
    ranked = in_order(rank(Some(), one, now=NOW, ends=ENDS) for one in (long, short))
    assert [one.matter.key for one in fit(ranked, 30).now] == ["2"]
    assert [one.matter.key for one in fit(ranked, 30, taken="some-1").now] == ["1"]

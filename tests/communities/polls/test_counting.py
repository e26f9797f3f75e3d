"""Instant-runoff voting: published examples, and what must hold of any ballots."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from communities.polls.counting import (
    Ranking,
    first_places,
    instant_runoff,
    key_of,
    named_in,
    read_rankings,
)

ANSWERS = 5
BALLOTS = st.lists(
    st.lists(st.integers(0, ANSWERS - 1), min_size=1, max_size=ANSWERS, unique=True).map(tuple), max_size=40
)


def test_the_capital_of_tennessee() -> None:
    """The example by which encyclopaedias compare methods: Memphis, Nashville, Chattanooga, Knoxville."""
    memphis, nashville, chattanooga, knoxville = range(4)
    runoff = instant_runoff(
        {
            (memphis, nashville, chattanooga, knoxville): 42,
            (nashville, chattanooga, knoxville, memphis): 26,
            (chattanooga, knoxville, nashville, memphis): 15,
            (knoxville, chattanooga, nashville, memphis): 17,
        },
        4,
    )
    assert [dict(one.counts) for one in runoff.rounds] == [
        {0: 42, 1: 26, 2: 15, 3: 17},
        {0: 42, 1: 26, 3: 32},
        {0: 42, 3: 58},
    ]
    assert [one.out for one in runoff.rounds] == [chattanooga, nashville, None]
    assert runoff.winners == (knoxville,)


def test_five_slogans() -> None:
    """The preference schedule of Lippman’s “Math in Society”, chapter “Voting theory”: five slogans, 20 voters."""
    schedule = {"BCADE": 3, "CADBE": 4, "BDCAE": 4, "DCABE": 6, "BEACD": 2, "EADBC": 1}
    runoff = instant_runoff({tuple("ABCDE".index(one) for one in row): n for row, n in schedule.items()}, 5)
    assert [[one.counts.get(place) for place in range(5)] for one in runoff.rounds] == [
        [0, 9, 4, 6, 1],
        [None, 9, 4, 6, 1],
        [None, 9, 4, 7, None],
        [None, 9, None, 11, None],
    ]
    assert runoff.winners == (3,)


def test_burlington_in_2009() -> None:
    """The last rounds of the published count of a mayor’s election: Montroll’s voters bring Kiss before Wright."""
    kiss, wright, montroll = range(3)
    runoff = instant_runoff(
        {
            (kiss,): 2981,
            (wright,): 3294,
            (montroll, kiss): 1332,
            (montroll, wright): 767,
            (montroll,): 455,
        },
        3,
    )
    assert [dict(one.counts) for one in runoff.rounds] == [
        {kiss: 2981, wright: 3294, montroll: 2554},
        {kiss: 4313, wright: 4061},
    ]
    assert (runoff.winners, runoff.rounds[-1].exhausted) == ((kiss,), 455)


def test_ties_are_decided_as_it_is_said() -> None:
    # After C has gone A and B have 4 each, D 5: in the round before, B had fewer.
    back = instant_runoff({(0,): 4, (1,): 3, (2, 1): 1, (3,): 5}, 4)
    assert [one.out for one in back.rounds][:2] == [2, 1]
    # Equal in all rounds: the one that stands last goes out.
    assert instant_runoff({(0,): 3, (1, 0): 2, (2, 1): 2}, 3).rounds[0].out == 2
    # Equal to the end: they share.
    assert instant_runoff({(0,): 2, (1,): 2, (2, 0): 1, (2, 1): 1}, 3).winners == (0, 1, 2)
    assert instant_runoff({(0,): 2, (1,): 2}, 2).winners == (0, 1)
    assert instant_runoff({}, 3) == ([], ())


@given(BALLOTS)
def test_what_holds_of_any_ballots(ballots: list[Ranking]) -> None:
    rankings = Counter(ballots)
    rounds, winners = instant_runoff(rankings, ANSWERS)
    if not ballots:
        assert (rounds, winners) == ([], ())
        return
    # No ballot is lost in any round, nobody comes back, one goes out after each but the last.
    living = set(range(ANSWERS))
    for one in rounds:
        assert sum(one.counts.values()) + one.exhausted == len(ballots)
        assert set(one.counts) == living
        living -= {one.out}
    assert [one.out is None for one in rounds] == [False] * (len(rounds) - 1) + [True]
    assert len(rounds) <= ANSWERS
    # The first round is the first places; who has more than half of them has won at once.
    assert [rounds[0].counts[place] for place in range(ANSWERS)] == first_places(ballots, ANSWERS)
    ahead = [place for place, n in enumerate(first_places(ballots, ANSWERS)) if 2 * n > len(ballots)]
    assert not ahead or (winners == tuple(ahead) and len(rounds) == 1)
    # Who has won has more than half in the last round, or is equal with all that are left.
    last = rounds[-1].counts
    won = max(last.values())
    assert all(last[place] == won for place in winners)
    assert (
        2 * won > sum(last.values())
        if len(winners) == 1 and len(last) > 1
        else winners == tuple(sorted(last))
    )
    # The order in which ballots came says nothing.
    assert instant_runoff(Counter(reversed(ballots)), ANSWERS) == (rounds, winners)
    assert read_rankings({key_of(ranking): n for ranking, n in rankings.items()}) == rankings
    assert sum(named_in(ballots, ANSWERS)) == sum(map(len, ballots))

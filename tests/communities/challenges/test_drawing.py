"""The draw, against another implementation of what its page says; and places, against counting by hand."""

from __future__ import annotations

import subprocess
import uuid
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communities.challenges.drawing import digest_of, drawn, listed, new_seed
from communities.challenges.phases import prize_of, prizes_in
from communities.challenges.ranking import finalists, mean_of, places

# As anybody would draw again, with what every machine has.
BY_HAND = """
sum=$(sha256sum < "$1" | cut -d' ' -f1)
while read -r number key; do
  printf '%s %s\\n' "$(printf '%s\\n%s\\n%s\\n' "$2" "$sum" "$number" | sha256sum | cut -d' ' -f1)" "$number"
done < "$1" | LC_ALL=C sort | cut -d' ' -f2
"""


@pytest.mark.parametrize("count", [0, 1, 7])
def test_anybody_can_draw_again(tmp_path: Path, count: int) -> None:
    listing = listed((number, uuid.uuid4()) for number in range(3, 3 + count))
    seed = new_seed()
    file = tmp_path / "draw.txt"
    file.write_text(listing)
    by_hand = subprocess.run(
        ["/bin/bash", "-c", BY_HAND, "draw", str(file), seed], capture_output=True, text=True, check=True
    )
    assert [int(line) for line in by_hand.stdout.split()] == drawn(seed, listing)
    assert sorted(drawn(seed, listing)) == list(range(3, 3 + count))


def test_the_seed_and_the_list_both_decide() -> None:
    keys = [uuid.UUID(int=n) for n in range(40)]
    listing = listed(enumerate(keys, 1))
    first = drawn("a", listing)
    assert drawn("a", listing) == first
    assert drawn("b", listing) != first
    assert drawn("a", listed(enumerate(keys[:-1], 1))) != [one for one in first if one != 40]
    assert digest_of("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@given(st.dictionaries(st.integers(0, 50), st.integers(0, 6)))
def test_a_place_is_one_more_than_how_many_are_better(scores: dict[int, int]) -> None:
    assert places(scores) == {
        one: 1 + sum(other > score for other in scores.values()) for one, score in scores.items()
    }


@given(st.dictionaries(st.integers(0, 50), st.integers(0, 6)), st.integers(1, 5))
def test_ties_at_the_end_all_go_to_the_jury(votes: dict[int, int], most: int) -> None:
    found = finalists(votes, most)
    assert all(votes[one] for one in found)
    outside = [one for one in votes if one not in found and votes[one]]
    assert all(sum(votes[other] > votes[one] for other in votes) >= most for one in outside)
    assert all(sum(votes[other] > votes[one] for other in votes) < most for one in found)


def test_means_are_exact_and_say_of_how_many() -> None:
    assert mean_of([]) is None
    assert mean_of([[1, 2], [3]]) == (Fraction(9, 4), 2)
    thirds = mean_of([[1], [1], [2]])
    assert thirds == (Fraction(4, 3), 3)
    assert places({1: Fraction(4, 3), 2: Fraction(8, 6), 3: Fraction(1)}) == {1: 1, 2: 1, 3: 3}


def test_prizes_are_for_places() -> None:
    prizes = prizes_in("A splice\n\n3 × a tea towel\n2x soap\n0 x nothing")
    assert [(one.number, one.words) for one in prizes] == [
        (1, "A splice"),
        (3, "a tea towel"),
        (2, "soap"),
        (1, "0 x nothing"),
    ]
    assert [prize_of(prizes, place) for place in range(9)] == [0, 1, 2, 2, 2, 3, 3, 4, 0]

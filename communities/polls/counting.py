"""Counting: sums, and the rounds of a ranked poll. Pure functions, so that anybody can count again.

Ranked polls are counted by instant-runoff voting. In each round a ballot counts for the first of its answers that is
still in. An answer with more than half of the ballots that count in the round has won. Otherwise the one with the
fewest goes out, and its ballots go on to the next answer that they name; a ballot without one no longer counts.

A tie for the fewest is decided by the rounds before, the latest first: out goes the one that had fewer there. Of those
that were equal in all of them, the one that stands last in the list goes out. Where all that are left are equal, they
share the first place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

Ranking = tuple[int, ...]


@dataclass(frozen=True)
class Round:
    """One round: for how many ballots each answer counted that was in, who went out after it (nobody after the last),
    and of how many ballots no answer was left."""

    counts: Mapping[int, int]
    out: int | None
    exhausted: int


class Runoff(NamedTuple):
    """All rounds, and who won: several, where they are equal to the end; nobody, without a ballot."""

    rounds: list[Round]
    winners: tuple[int, ...]


def instant_runoff(rankings: Mapping[Ranking, int], answers: int) -> Runoff:
    """The rounds of a ranked poll with so many answers. `rankings` has for each order how many ballots name it."""
    living, rounds = set(range(answers)), list[Round]()
    while living:
        counts, exhausted = _count(rankings, living)
        valid = sum(counts.values())
        best = max(counts.values())
        if not valid:
            return Runoff(rounds, ())
        if 2 * best > valid or best == min(counts.values()):
            rounds.append(Round(counts, None, exhausted))
            return Runoff(rounds, tuple(sorted(one for one in living if counts[one] == best)))
        out = _last(counts, rounds)
        rounds.append(Round(counts, out, exhausted))
        living.discard(out)
    return Runoff(rounds, ())


def _count(rankings: Mapping[Ranking, int], living: set[int]) -> tuple[dict[int, int], int]:
    counts, exhausted = dict.fromkeys(sorted(living), 0), 0
    for ranking, ballots in rankings.items():
        chosen = next((answer for answer in ranking if answer in living), None)
        if chosen is None:
            exhausted += ballots
        else:
            counts[chosen] += ballots
    return counts, exhausted


def _last(counts: Mapping[int, int], rounds: Sequence[Round]) -> int:
    """Who goes out: the one with the fewest; of several, by the latest round in which they differed."""
    last = set(counts)
    for each in (counts, *(earlier.counts for earlier in reversed(rounds))):
        fewest = min(each[answer] for answer in last)
        last = {answer for answer in last if each[answer] == fewest}
    return max(last)


def read_rankings(kept: Mapping[str, int]) -> dict[Ranking, int]:
    """As a poll keeps them: `{"2,0,1": 5}`."""
    return {tuple(map(int, key.split(","))): count for key, count in kept.items() if count}


def key_of(choices: Sequence[int]) -> str:
    return ",".join(map(str, choices))


def first_places(choices: Sequence[Ranking], answers: int) -> list[int]:
    """For each answer, how many of the ballots name it first."""
    counted = Counter(ranking[0] for ranking in choices if ranking)
    return [counted[answer] for answer in range(answers)]


def named_in(choices: Sequence[Ranking], answers: int) -> list[int]:
    """For each answer, how many of the ballots name it."""
    counted = Counter(answer for ranking in choices for answer in ranking)
    return [counted[answer] for answer in range(answers)]

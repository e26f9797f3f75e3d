"""Places by votes, by marks and by lot. Exact: means are fractions, and who is equal has the same place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction


def places(scores: Mapping[int, Fraction | int]) -> dict[int, int]:
    """The place of each, the highest score first. Of equal ones all have the better place, and the next is left out."""
    ranked = sorted(scores.values(), reverse=True)
    first: dict[Fraction | int, int] = {}
    for place, score in enumerate(ranked, 1):
        first.setdefault(score, place)
    return {one: first[score] for one, score in scores.items()}


def mean_of(assessments: Iterable[Sequence[int]]) -> tuple[Fraction, int] | None:
    """The mean of what jurors gave, each the mean of their marks, and how many they were; None where nobody did."""
    given = [Fraction(sum(marks), len(marks)) for marks in assessments if marks]
    return (sum(given, Fraction(0)) / len(given), len(given)) if given else None


def finalists(votes: Mapping[int, int], most: int) -> set[int]:
    """Those with the most votes; where the last have as many, all of them. Nobody is one without a vote."""
    found = {one for one, place in places(votes).items() if place <= most}
    return {one for one in found if votes[one]}

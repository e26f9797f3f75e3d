"""Who cites house rules: packages above, that say so here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

# How often each rule is cited, by its number, in the community in scope.
Citing = Callable[[], Mapping[int, int]]

_citing: list[Citing] = []


def register_citations(citing: Citing) -> None:
    if citing not in _citing:
        _citing.append(citing)


def citations() -> Counter[int]:
    """How many decisions rest on each rule: it may be left out of a new version, and stays readable in theirs."""
    found: Counter[int] = Counter()
    for citing in _citing:
        found.update(citing())
    return found

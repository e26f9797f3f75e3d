"""Words as search sees them: without accents, capitals, ligatures or typographic apostrophes."""

from __future__ import annotations

import re
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+")

# Endings of French and English words, longest first. Plain cutting is enough: it only decides what to mark.
_ENDING_WORDS = """
    issements issement ations ation ements ement ments ment euses euse eurs eur ances ance ences ence
    ables able iques ique ateurs ateur ateuses ingly ings ing ness aux eaux ees ee es er ers ez ent
    ed ies y s x e al aient ait ais ons ions ant ants ante antes
"""
_ENDINGS = sorted(_ENDING_WORDS.split(), key=len, reverse=True)
_SHORTEST_STEM = 4
_LONGEST_ENDING = 4


def words_of(folded: str) -> list[tuple[str, int, int]]:
    """The words of folded text with where each begins and ends."""
    return [(match[0], match.start(), match.end()) for match in _WORD.finditer(folded)]


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """The part of a folded word that its plural and other forms share, roughly."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word[: -len(ending)]
    # Short words only lose a plural: "port", "ports".
    return word[:-1] if len(word) == _SHORTEST_STEM and word[-1] in "sx" else word


def akin(word: str, other: str) -> bool:
    """Whether two folded words are forms of one: same stem, or one stem begins the other word."""
    if word == other:
        return True
    one, two = stem(word), stem(other)
    if one == two:
        return len(one) >= 3
    return _begins(one, other) or _begins(two, word)


def _begins(start: str, word: str) -> bool:
    rest = len(word) - len(start)
    return len(start) >= _SHORTEST_STEM and word.startswith(start) and rest <= _LONGEST_ENDING

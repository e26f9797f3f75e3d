"""What a reader takes for one sign, and where a text may be cut: never inside one.

A family, a flag, a letter with its marks are several characters each (Unicode, Annex 29: grapheme clusters).
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

# Not \W: in many scripts a letter goes on with signs that are no letters.
_BETWEEN_NAMES = re.compile(r"""[\s.,;:!?/|_<>()\[\]"'’`‐‑–—-]+""")


def cut(text: str, longest: int | None) -> str:
    """The first signs of a text, `longest` at most, and none of them cut in two: a family or a flag is one sign."""
    if longest is None or len(text) <= longest:
        return text
    return text[: boundary(text, longest) or longest]


def first_sign(text: str) -> str:
    """The first of a name for a mark of one letter, whole."""
    return next(iter(signs(text)), "")


def initials(name: str) -> str:
    """The first sign of a name and of its last word: PS for Petra Sandvik, P for Petra; “•” where there is none."""
    words = [word for word in _BETWEEN_NAMES.split(name) if word]
    return "".join(first_sign(word).upper() for word in (words[:1] + words[1:][-1:])) or "•"


def signs(text: str) -> list[str]:
    """What a reader takes for single signs (grapheme clusters), each of one or more characters."""
    edges = [*(place for place in range(len(text)) if not _belongs(text, place)), len(text)]
    return [text[start:end] for start, end in pairwise(edges)]


def boundary(text: str, place: int) -> int:
    """The last place at or before this one where a text can be cut."""
    while 0 < place < len(text) and _belongs(text, place):
        place -= 1
    return place


_JOINER = "\u200d"
# Letters of Thai and Lao, and Japanese marks of half width, that are written onto the one before.
_WRITTEN_ON = "\u0e33\u0eb3\uff9e\uff9f"
_TONES = range(0x1F3FB, 0x1F400)
_FLAG_LETTERS = range(0x1F1E6, 0x1F200)
_FLAG_TAGS = range(0xE0020, 0xE0080)
_LEADING, _VOWEL, _TRAILING = range(0x1100, 0x1160), range(0x1160, 0x11A8), range(0x11A8, 0x1200)
# The canonical class of signs that take the vowel from a consonant: the next one is written into it.
_VIRAMA = 9


def _belongs(text: str, place: int) -> bool:
    """Whether the character here is part of the sign before it: the rules of Unicode, Annex 29, that texts need."""
    if place == 0:
        return False
    before, here = text[place - 1], text[place]
    code = ord(here)
    if here in (_JOINER, "\u200c") or code in _TONES or code in _FLAG_TAGS:
        return True
    kind = unicodedata.category(here)
    if kind[0] == "M" or here in _WRITTEN_ON:
        return True
    if before == "\r" and here == "\n":
        return True
    if before == _JOINER:
        # A joiner joins pictures; between letters it only shapes them.
        return kind == "So" or (kind == "Lo" and _follows_virama(text, place))
    if code in _FLAG_LETTERS:
        return _flag_letters_before(text, place) % 2 == 1
    if kind == "Lo" and unicodedata.combining(before) == _VIRAMA:
        return True
    return _is_syllable(before, code)


def _follows_virama(text: str, place: int) -> bool:
    return place > 1 and unicodedata.combining(text[place - 2]) == _VIRAMA


def _flag_letters_before(text: str, place: int) -> int:
    """Flags are pairs of letters: how many stand in a row before this one."""
    start = place
    while start and ord(text[start - 1]) in _FLAG_LETTERS:
        start -= 1
    return place - start


def _is_syllable(before: str, code: int) -> bool:
    """Letters of Korean that are one syllable, where it was not composed."""
    last = ord(before)
    if 0xAC00 <= last <= 0xD7A3:
        return code in _TRAILING or ((last - 0xAC00) % 28 == 0 and code in _VOWEL)
    if last in _LEADING:
        return code in _LEADING or code in _VOWEL or 0xAC00 <= code <= 0xD7A3
    return (last in _VOWEL and (code in _VOWEL or code in _TRAILING)) or (
        last in _TRAILING and code in _TRAILING
    )

"""One folding of letters for search, watch words, handles, tags, addresses and headings of tables.

`plain` says how a word is spelled without its marks: addresses are made of it. `fold` says when two words are the
same to a reader: letters of other alphabets that are drawn like Latin ones are those. What is compared is folded on
both sides, so a word in Greek or Russian is still found by itself.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from members.signs import cut

# Letters that no accent can be taken from, as they are spelled with the Latin alphabet, and one kind of apostrophe.
# PostgreSQL cannot store NUL; a search with one looks for the rest.
_SPELLED = {
    "\0": "", "œ": "oe", "æ": "ae", "ß": "ss", "þ": "th", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "ς": "σ",
    "’": "'", "ʼ": "'",
}  # fmt: skip
# Drawn like a Latin letter: Cyrillic, Greek.
_DRAWN_ALIKE = dict(
    zip("аеорсухіјѕһԁԛԝкмтвьн" + "αοεικνρτυχβηω", "aeopcyxijshdqwkmtbbh" + "aoeikvptuxbnw", strict=True)
)
_PLAIN = str.maketrans(_SPELLED)
_FOLDED = str.maketrans(_SPELLED | _DRAWN_ALIKE)


def fold(text: str) -> str:
    """The Python twin of the SQL function `f_unaccent`; tests/communities/test_letters.py holds the two together.

    Without U+0000, which PostgreSQL does not know: a folded text can always be asked for.
    """
    return _without_marks(text).translate(_FOLDED)


def plain(text: str) -> str:
    """Lower case, without accents, each letter in its own alphabet."""
    return _without_marks(text).translate(_PLAIN)


@lru_cache(maxsize=4096)
def fold_character(character: str) -> str:
    """One character folded; it may become two (œ) or none."""
    return fold(character)


# Signs that tell words apart, as an address spells them: C++ is not C#, 4.5 is not 45, .NET is not a net.
_NAMED = (
    (re.compile(r"(?<=[^\W_])\++(?!\w)"), lambda found: "-plus" * len(found[0])),
    (re.compile(r"(?<=[^\W\d_])#(?!\w)"), lambda _found: "-sharp"),
    (re.compile(r"(?<![^\s(])\.(?=[^\W\d_])"), lambda _found: "dot-"),
    (re.compile(r"(?<=[^\W_])[./:&@,+](?=[^\W_])"), lambda _found: "-"),
    # “l’avez” is two words, “don’t” is one.
    (re.compile(r"(?i)(?<![^\W_])(l|d|j|n|s|c|m|t|qu|jusqu|lorsqu|puisqu)['’](?=[aeiouyh])"), r"\1-"),
)
_BETWEEN_WORDS = re.compile(r"[-\s]+")
# How the sign before is drawn: an address of these alone would look like none.
_VARIATION = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")


def slug_of(text: str, longest: int | None = None) -> str:
    """Words as an address writes them, each in its own alphabet; empty where nothing of them can stand in one."""
    words = unicodedata.normalize("NFC", plain(text))
    for sign, spelled in _NAMED:
        words = sign.sub(spelled, words)
    # Vowels of many scripts are marks, which no class of a pattern knows as parts of words.
    kept = (sign if _stands_in_words(sign) or sign in "-_" or sign.isspace() else "" for sign in words)
    return cut(_BETWEEN_WORDS.sub("-", "".join(kept).strip()).strip("-_"), longest).strip("-_")


def is_slug(text: str) -> bool:
    """Whether it can stand in an address as it is."""
    return bool(text) and text == slug_of(text)


def _stands_in_words(sign: str) -> bool:
    """Letters, figures, and the marks that are vowels; what draws a picture in colour or a box around it is none."""
    category = unicodedata.category(sign)
    return category[0] in "LMN" and category != "Me" and not _VARIATION.fullmatch(sign)


class SlugConverter:
    """What `slug_of` makes, in the patterns of addresses (`<words:…>`): letters and figures of any alphabet."""

    regex = "[-0-9A-Za-z_\u00a1-\U0010ffff]+"

    def to_python(self, value: str) -> str:
        return unicodedata.normalize("NFC", value)

    def to_url(self, value: str) -> str:
        return value


def _without_marks(text: str) -> str:
    # Taken apart first: a bold 𝐀 has no small letter of its own, and becomes an A.
    decomposed = unicodedata.normalize("NFKD", text.replace("\0", ""))
    # PostgreSQL lowers sign by sign; Python alone would make a final sigma of the last one of a word.
    decomposed = decomposed.replace("Σ", "σ").lower()
    return "".join(sign for sign in decomposed if not "\u0300" <= sign <= "\u036f")

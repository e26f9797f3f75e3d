"""Watch words: finding them however they are disguised, and masking them. Accents, capitals, look-alike letters,
digits for letters and zero-width characters make no difference. Words are no regular expressions: only `*` has a
meaning, so that nobody can write one that never ends.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from communities.letters import fold_character
from communities.memory import Memory
from communities.reads import CompiledRead
from moderation.models import WatchWord

# Figures and signs that stand for letters, inside words that have letters too.
LEET = str.maketrans("013457@$€|!", "oieastaseli")
MASK = "•••"
_TAG = re.compile(r"""<(?:"[^"]*"|'[^']*'|[^<>"'])*+>""")
_TOKEN = re.compile(r"\S+")
_EDGE_BEFORE, _EDGE_AFTER = r"(?<![^\W_])", r"(?![^\W_])"
# What a `*` stands for: so many letters of one word.
_LETTERS = r"[^\W_]{0,30}"


@dataclass(frozen=True)
class Folded:
    """A text as words are looked for in it; `places[n]` is where its nth character came from."""

    text: str
    places: tuple[int, ...]


@dataclass(frozen=True)
class Watched:
    word: str
    action: str
    why: str
    plain: re.Pattern[str]
    leet: re.Pattern[str] | None


@dataclass(frozen=True)
class Hit:
    """A watch word found at `start:end` of the text."""

    watched: Watched
    start: int
    end: int


def fold_text(text: str) -> Folded:
    """Lower case, no accents, Latin letters for their look-alikes, without zero-width characters."""
    signs: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        for letter in fold_character(sign):
            if unicodedata.category(letter) in ("Mn", "Me", "Cf", "Cc") and letter not in "\n\t":
                continue
            signs.append("-" if letter == "−" else letter)
            places.append(place)
    return Folded("".join(signs), tuple(places))


def unleet(text: str) -> str:
    """Replaces digits by the letters they stand for, in words that have a letter; the length stays the same."""
    return _TOKEN.sub(
        lambda token: token[0].translate(LEET) if any(sign.isalpha() for sign in token[0]) else token[0], text
    )


def key_of(word: str) -> str:
    """The key of a watch word: two spellings of the same word share it."""
    return " ".join(fold_text(word).text.split())


def watch(word: str, action: str, why: str = "") -> Watched:
    key = key_of(word)
    letters = any(sign.isalpha() for sign in key)
    return Watched(word, action, why, _pattern(key), _pattern(unleet(key)) if letters else None)


@lru_cache(maxsize=4096)
def _pattern(key: str) -> re.Pattern[str]:
    before = _EDGE_BEFORE if key[:1].isalnum() else ""
    after = _EDGE_AFTER if key[-1:].isalnum() else ""
    *first, last = key.split()
    parts = [*(_part(part, r"(?=\s)") for part in first), _part(last, after)]
    return re.compile(before + r"\s++".join(parts))


def _part(part: str, end: str) -> str:
    """One word of a key. Each `*` takes the nearest place where what follows it stands, for good: trying all
    places of all stars against each other would take longer than anybody waits."""
    begin, *rest = re.split(r"\*+", part)
    if not rest:
        return re.escape(begin) + end
    *middle, last = rest
    stars = "".join(f"(?>{_LETTERS}?{re.escape(piece)})" for piece in middle)
    closing = f"(?>{_LETTERS}?{re.escape(last)}{end})" if last else f"{_LETTERS}+{end}"
    return re.escape(begin) + stars + closing


def find_words(text: str, watched: Iterable[Watched]) -> list[Hit]:
    """Every watch word in a plain text, with its place in the text as it was typed."""
    folded = fold_text(text)
    leet = unleet(folded.text)
    hits: list[Hit] = []
    for one in watched:
        found = [match.span() for match in one.plain.finditer(folded.text)]
        if one.leet is not None:
            found += [match.span() for match in one.leet.finditer(leet)]
        hits += [
            Hit(one, folded.places[start], folded.places[end - 1] + 1)
            for start, end in sorted(set(found))
            if end > start
        ]
    return hits


def mask_words(html: str, watched: list[Watched]) -> str:
    """The text with those words masked, its tags untouched. A word split by a tag is not found here."""
    parts: list[str] = []
    last = 0
    for tag in _TAG.finditer(html):
        parts += [_masked(html[last : tag.start()], watched), tag[0]]
        last = tag.end()
    parts.append(_masked(html[last:], watched))
    return "".join(parts)


def _masked(text: str, watched: list[Watched]) -> str:
    for hit in sorted(find_words(text, watched), key=lambda hit: hit.start, reverse=True):
        text = f"{text[: hit.start]}{MASK}{text[hit.end :]}"
    return text


def watched_in(community_id: int) -> list[Watched]:
    """The community's watch words, ready to be looked for; remembered for a second."""
    return watch_words.get(community_id)


def _load(community_id: int) -> list[Watched]:
    return [watch(row.word, row.action, row.why) for row in _rows(community_id)]


_rows: CompiledRead[WatchWord] = CompiledRead(
    lambda community: WatchWord.objects.filter(community_id=community).in_order()
)


watch_words: Memory[list[Watched]] = Memory(_load)

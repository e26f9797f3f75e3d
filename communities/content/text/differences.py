"""What changed between two states of a text, word by word, as pieces for a template."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, chain, groupby
from operator import attrgetter
from typing import NamedTuple, TypeAlias

from communities.content.text.extracts import Stretch

_WORDS = re.compile(r"\n|[^\S\n]+|[^\W_]+|.", re.DOTALL)
# A longer text is compared line by line.
_MOST_WORDS = 4_000
# How often a part may be held against an equal one: where many are alike, that is the product of their numbers, anew
# for each stretch that is found. What is left over by then is told as taken out and put in.
_MOST_PAIRS = 6_000_000
# What is compared as one: a word, or a line with the covers that stand in it.
_Part: TypeAlias = tuple[Stretch, ...]


class Piece(NamedTuple):
    """`kind` is same, new or old. What was covered by its author is for the page to cover anew."""

    kind: str
    text: str
    is_covered: bool = False


class _Matcher(difflib.SequenceMatcher[_Part]):
    """Finds what is the same within a budget."""

    def __init__(self, before: Sequence[_Part], after: Sequence[_Part]) -> None:
        super().__init__(None, before, after, autojunk=False)
        self.before, self.after = before, after
        numbers = Counter(after)
        alike = (numbers[part] for part in before)
        self._pairs = list(accumulate(alike, initial=0))
        self._left = _MOST_PAIRS

    @property
    def is_affordable(self) -> bool:
        return self._pairs[-1] <= _MOST_PAIRS // 10

    def find_longest_match(
        self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None
    ) -> difflib.Match:
        self._left -= self._pairs[len(self._pairs) - 1 if ahi is None else ahi] - self._pairs[alo]
        if self._left < 0:
            return difflib.Match(alo, blo, 0)
        return super().find_longest_match(alo, ahi, blo, bhi)


def difference(old: str | Sequence[Stretch], new: str | Sequence[Stretch]) -> list[Piece]:
    """The pieces of the newer text with what was taken out of the older one in its place."""
    former, latter = _stretches_of(old), _stretches_of(new)
    before, after = _words_of(former), _words_of(latter)
    first = _length_of_same(before, after)
    last = _length_of_same(before[first:][::-1], after[first:][::-1])
    start, end = before[:first], before[len(before) - last :]
    matcher = _matcher(before[first : len(before) - last], after[first : len(after) - last])
    pieces = list(_pieces("same", start))
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if tag == "equal":
            pieces += _pieces("same", matcher.before[old_from:old_to])
            continue
        pieces += _pieces("old", matcher.before[old_from:old_to])
        pieces += _pieces("new", matcher.after[new_from:new_to])
    return _joined([*pieces, *_pieces("same", end)])


def _length_of_same(before: Sequence[_Part], after: Sequence[_Part]) -> int:
    pairs = zip(before, after, strict=False)
    return next((at for at, (one, other) in enumerate(pairs) if one != other), min(len(before), len(after)))


def _matcher(before: list[_Part], after: list[_Part]) -> _Matcher:
    """Word by word, where there are not too many; of many, each with the blank after it, so that fewer are alike."""
    if max(len(before), len(after)) <= _MOST_WORDS:
        for parts_of in (list, _with_blanks):
            matcher = _Matcher(parts_of(before), parts_of(after))
            if matcher.is_affordable:
                return matcher
    return _Matcher(_lines_of(before), _lines_of(after))


def _with_blanks(words: Iterable[_Part]) -> list[_Part]:
    parts: list[_Part] = []
    for word in words:
        if parts and word[0].text != "\n" and word[0].text.isspace():
            parts[-1] += word
        else:
            parts.append(word)
    return parts


def _stretches_of(text: str | Sequence[Stretch]) -> Sequence[Stretch]:
    return [Stretch(text, is_covered=False)] if isinstance(text, str) else text


def _words_of(stretches: Iterable[Stretch]) -> list[_Part]:
    return [(Stretch(word, is_covered),) for text, is_covered in stretches for word in _WORDS.findall(text)]


def _lines_of(words: Iterable[_Part]) -> list[_Part]:
    lines: list[list[Stretch]] = [[]]
    for word in chain.from_iterable(words):
        lines[-1].append(word)
        if word.text == "\n":
            lines.append([])
    return [tuple(line) for line in lines if line]


def _pieces(kind: str, parts: Iterable[_Part]) -> Iterator[Piece]:
    for is_covered, run in groupby(chain.from_iterable(parts), key=attrgetter("is_covered")):
        yield Piece(kind, "".join(part.text for part in run), is_covered)


def _joined(pieces: Iterable[Piece]) -> list[Piece]:
    """One for what is of one kind and follows each other."""
    return [
        Piece(kind, "".join(piece.text for piece in run), is_covered)
        for (kind, is_covered), run in groupby(pieces, key=attrgetter("kind", "is_covered"))
    ]

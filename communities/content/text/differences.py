"""What changed between two states of a text, word by word, as pieces for a template."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from communities.content.text.extracts import Stretch

_WORDS = re.compile(r"\n|[^\S\n]+|[^\W_]+|.", re.DOTALL)
# Word by word costs the product of both lengths; a longer text is compared line by line.
_MOST_WORDS = 4_000


class Piece(NamedTuple):
    """`kind` is same, new or old. What was covered by its author is for the page to cover anew."""

    kind: str
    text: str
    is_covered: bool = False


def difference(old: str | Sequence[Stretch], new: str | Sequence[Stretch]) -> list[Piece]:
    """The pieces of the newer text with what was taken out of the older one in its place."""
    former, latter = _stretches_of(old), _stretches_of(new)
    before, after = _words_of(former), _words_of(latter)
    if max(len(before), len(after)) > _MOST_WORDS:
        before, after = _lines_of(former), _lines_of(latter)
    pieces: list[Piece] = []
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=len(before) > _MOST_WORDS)
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        if tag == "equal":
            pieces += _pieces("same", before[start:end])
            continue
        pieces += _pieces("old", before[start:end])
        pieces += _pieces("new", after[new_start:new_end])
    return pieces


def _stretches_of(text: str | Sequence[Stretch]) -> Sequence[Stretch]:
    return [Stretch(text, is_covered=False)] if isinstance(text, str) else text


def _words_of(stretches: Iterable[Stretch]) -> list[Stretch]:
    return [Stretch(word, is_covered) for text, is_covered in stretches for word in _WORDS.findall(text)]


def _lines_of(stretches: Iterable[Stretch]) -> list[Stretch]:
    return [
        Stretch(line, is_covered) for text, is_covered in stretches for line in text.splitlines(keepends=True)
    ]


def _pieces(kind: str, parts: Sequence[Stretch]) -> Iterator[Piece]:
    for is_covered, run in groupby(parts, key=attrgetter("is_covered")):
        yield Piece(kind, "".join(part.text for part in run), is_covered)

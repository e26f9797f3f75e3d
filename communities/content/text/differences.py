"""What changed between two states of a text, word by word, as pieces for a template."""

from __future__ import annotations

import difflib
import re
from typing import NamedTuple

_WORDS = re.compile(r"\n|[^\S\n]+|[^\W_]+|.", re.DOTALL)
# Word by word costs the product of both lengths; a longer text is compared line by line.
_MOST_WORDS = 4_000


class Piece(NamedTuple):
    """`kind` is same, new or old."""

    kind: str
    text: str


def difference(old: str, new: str) -> list[Piece]:
    """The pieces of the newer text with what was taken out of the older one in its place."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    if max(len(before), len(after)) > _MOST_WORDS:
        before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    pieces: list[Piece] = []
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=len(before) > _MOST_WORDS)
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", "".join(before[start:end])))
            continue
        pieces += [Piece("old", "".join(before[start:end]))] if end > start else []
        pieces += [Piece("new", "".join(after[new_start:new_end]))] if new_end > new_start else []
    return pieces

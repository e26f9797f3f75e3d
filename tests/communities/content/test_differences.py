"""What changed between two versions is told in words where it can be, and in bounded time."""

from __future__ import annotations

from time import process_time
from typing import Any

import pytest

from communities.content.text.differences import Piece, difference
from communities.content.text.extracts import Stretch


@pytest.mark.parametrize(
    ("old", "new", "pieces"),
    [
        ("", "", []),
        ("a b", "a b", [("same", "a b")]),
        ("buy it", "measure it", [("old", "buy"), ("new", "measure"), ("same", " it")]),
        ("a", "a\nb", [("same", "a"), ("new", "\nb")]),
        ("é à", "é", [("same", "é"), ("old", " à")]),
    ],
)
def test_differences_read_word_by_word(old: str, new: str, pieces: list[tuple[str, str]]) -> None:
    assert difference(old, new) == [Piece(*piece) for piece in pieces]


def test_a_long_difference_ends() -> None:
    old = "\n".join(f"line {number} of the text" for number in range(3000))
    pieces = difference(old, old.replace("line 7 ", "row 7 "))
    assert "".join(piece.text for piece in pieces if piece.kind != "new") == old


def words_of(alike: str, count: int) -> list[Stretch]:
    """Of one line, many covers with many words."""
    return [Stretch(f"{alike} " * 20 if number % 2 else "x", bool(number % 2)) for number in range(2 * count)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a b " * 400, "a c " * 400),
        ("a b " * 1000, "c a " * 1000),
        ("a\nb\n" * 25_000, "a\nc\n" * 25_000),
        (words_of("a", 480), words_of("b", 480)),
        (words_of("a", 20), words_of("b", 20)),
    ],
    ids=["words", "more words", "lines", "covers", "fewer covers"],
)
def test_a_difference_of_parts_that_are_alike_ends(old: Any, new: Any) -> None:
    began = process_time()
    pieces = difference(old, new)
    assert process_time() - began < 8
    for missing, text in (("new", old), ("old", new)):
        told = [(one, piece.is_covered) for piece in pieces if piece.kind != missing for one in piece.text]
        stretches = [Stretch(text, is_covered=False)] if isinstance(text, str) else text
        assert told == [(one, is_covered) for said, is_covered in stretches for one in said]


def test_a_few_words_of_a_long_line_are_told_alone() -> None:
    old = [f"word{number % 700} of the" for number in range(600)]
    new = [f"changed{number}" if number % 50 == 7 else words for number, words in enumerate(old)]
    pieces = difference(" ".join(old), " ".join(new))
    assert sum(len(piece.text.split()) for piece in pieces if piece.kind == "new") == 12

"""The text of a page as it is kept and shown: addresses on its headings, and headings that are questions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from communities.content.text.rendering import with_anchors

_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)[^<>]*>")
_HEADING = re.compile(r'<h2(?: id="([^"]*)")?>(.*?)</h2>', re.S)
_VOID = frozenset({"br", "hr", "img", "input", "wbr", "source", "track", "col"})


@dataclass(frozen=True)
class Question:
    """A heading with what stands below it, until the next one; all three are markup."""

    anchor: str
    asked: str
    answer: str


def described(html: str) -> tuple[str, list[dict[str, Any]]]:
    """A text as it is kept, and its table of contents."""
    html, headings = with_anchors(html)
    return html, [{"level": one.level, "title": one.title, "anchor": one.anchor} for one in headings]


def questions_in(html: str) -> tuple[str, list[Question]]:
    """What stands before the first heading of a text, and each heading with what is below it.

    Only headings of the second level that stand in nothing else part a text: one in a quotation is part of it.
    """
    starts = _heading_starts(html)
    if not starts:
        return html, []
    pieces = [html[start:end] for start, end in zip(starts, [*starts[1:], len(html)], strict=True)]
    return html[: starts[0]], [_question(piece) for piece in pieces]


def _question(piece: str) -> Question:
    found = _HEADING.match(piece)
    assert found is not None  # a piece begins with its heading
    return Question(found[1] or "", found[2], piece[found.end() :])


def _heading_starts(html: str) -> list[int]:
    depth, starts = 0, []
    for tag in _TAG.finditer(html):
        closes, name = tag[1], tag[2]
        if name in _VOID:
            continue
        if closes:
            depth -= 1
            continue
        if name == "h2" and depth == 0 and _HEADING.match(html, tag.start()):
            starts.append(tag.start())
        depth += 1
    return starts

"""What changed between two states of a text, as pages show it: put in, taken out, and covered where its author did."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from itertools import groupby
from operator import attrgetter

from communities.content.showing.covers import cover
from communities.content.text.differences import Piece

_TAGS = {"new": "ins", "old": "del"}


def drawn(pieces: Iterable[Piece]) -> str:
    """As HTML. What was covered stays so, in one cover for all that stands in it, changed or not."""
    parts = []
    for is_covered, run in groupby(pieces, key=attrgetter("is_covered")):
        html = _drawn(run)
        parts.append(cover(html) if is_covered else html)
    return "".join(parts)


def _drawn(pieces: Iterable[Piece]) -> str:
    html = ""
    for piece in pieces:
        words = escape(piece.text).replace("\n", "<br>")
        tag = _TAGS.get(piece.kind)
        # What was taken out and what stands in its place are read as two.
        html += " " if tag == "ins" and html.endswith("</del>") else ""
        html += f"<{tag}>{words}</{tag}>" if tag else words
    return html

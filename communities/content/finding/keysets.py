"""One page of a keyset list, and the cursor of the next.

A file of its own because lists of blogs and tags share it; cursors themselves are made in `reading`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from communities.content.showing.reading import cursor_of

Row = TypeVar("Row")

ROWS = 20


@dataclass(frozen=True)
class Page(Generic[Row]):
    rows: list[Row]
    older: str = ""


def page_of(rows: Any, field: str, *, size: int = ROWS) -> Page[Any]:
    """The first `size` rows and the cursor to those after; one row more is fetched to know whether there are."""
    found = list(rows[: size + 1])
    shown = found[:size]
    return Page(shown, cursor_of(getattr(shown[-1], field), shown[-1].pk) if len(found) > size else "")

"""Keyset pagination for lists that grow: one page, and a cursor in the address for where the next begins.

A `Keyset` names what a list is sorted by. It writes the place of a row as a cursor, reads one back, and cuts a page
off. Which rows come after a place is said by the list's QuerySet, in the form that keeps its index.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

Row = TypeVar("Row")

_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_MICROSECOND = datetime.timedelta(microseconds=1)
# What a bigint holds for sure.
_LONGEST_NUMBER = 18


@dataclass(frozen=True)
class Kind(Generic[Row]):
    """How one value of a place stands in an address: as a whole number."""

    written: Callable[[Row], int]
    # Raises OverflowError or ValueError for numbers out of range.
    read: Callable[[int], Row]


MOMENT: Kind[datetime.datetime] = Kind(
    lambda moment: (moment - _EPOCH) // _MICROSECOND, lambda n: _EPOCH + n * _MICROSECOND
)
DAY: Kind[datetime.date] = Kind(datetime.date.toordinal, datetime.date.fromordinal)
NUMBER: Kind[int] = Kind(int, int)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """The rows of one page; `older` is the cursor of the next one, empty on the last."""

    rows: list[Row]
    older: str = ""


class Keyset:
    """`Keyset(("published_at", MOMENT), ("pk", NUMBER), size=20)`: the last value is unique."""

    def __init__(self, *fields: tuple[str, Kind[Any]], size: int) -> None:
        self.fields, self.size = fields, size

    def cursor(self, row: Any) -> str:
        """The place of a row; empty where it has none yet (a thread without a date)."""
        values = [getattr(row, name) for name, _kind in self.fields]
        if None in values:
            return ""
        return "-".join(
            str(kind.written(value)) for value, (_n, kind) in zip(values, self.fields, strict=True)
        )

    def place(self, cursor: str) -> tuple[Any, ...]:
        """The values that a cursor names; () for anything else, so that a broken address shows the first page."""
        parts = cursor.split("-")
        if len(parts) != len(self.fields) or not all(map(_is_number, parts)):
            return ()
        try:
            return tuple(kind.read(int(part)) for part, (_n, kind) in zip(parts, self.fields, strict=True))
        except (OverflowError, ValueError):
            return ()

    def page(self, rows: Any) -> Page[Any]:
        """The first rows, and the cursor to those after; one row more is fetched to know whether there are."""
        found = list(rows[: self.size + 1])
        return Page(found[: self.size], self.older_than(found))

    def older_than(self, found: Sequence[Any]) -> str:
        """The cursor to what comes after a page, of its rows and one more; empty where there is no more."""
        return self.cursor(found[self.size - 1]) if len(found) > self.size else ""

    def newest_after(self, rows: Any, cursor: str) -> Page[Any]:
        """The same from a place on, for rows sorted by nothing but their number: newest first."""
        place = self.place(cursor)
        return self.page((rows.filter(pk__lt=place[0]) if place else rows).order_by("-pk"))

    def page_after(self, rows: Any, cursor: str) -> Page[Any]:
        """The same from a place on, for a QuerySet that knows `before(*place)`."""
        place = self.place(cursor)
        return self.page(rows.before(*place) if place else rows)


def ids_in(sent: Iterable[str], *, most: int) -> list[int]:
    """The numbers of rows among what a page sent, `most` of them; what no row can have is left out."""
    return [int(text) for text in sent if _is_number(text)][:most]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER

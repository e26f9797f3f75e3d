"""The `?after=` of lists by time: where the last row of the page before stood, in a few letters.

A file of its own because lists of blogs, forums, tags and members share it, and nothing else does.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.utils.http import base36_to_int, int_to_base36

Row = TypeVar("Row")

ROWS = 20
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_MICROSECOND = datetime.timedelta(microseconds=1)


@dataclass(frozen=True)
class Place:
    """A row's place in a list by time: its moment, and its id among those of one moment."""

    at: datetime.datetime | None = None
    id: int = 0

    def __str__(self) -> str:
        if self.at is None:
            return ""
        micros = (self.at - _EPOCH) // _MICROSECOND
        return f"{'-' if micros < 0 else ''}{int_to_base36(abs(micros))}.{int_to_base36(self.id)}"


def read_place(cursor: str) -> Place:
    """The place that a cursor names; the start of the list for anything else."""
    moment, _dot, row_id = cursor.partition(".")
    try:
        micros = base36_to_int(moment.removeprefix("-"))
        at = _EPOCH + datetime.timedelta(microseconds=-micros if moment.startswith("-") else micros)
        return Place(at, min(base36_to_int(row_id), 2**63 - 1))
    except (ValueError, OverflowError):
        return Place()


@dataclass(frozen=True)
class Page(Generic[Row]):
    rows: list[Row]
    older: str = ""


def page_of(rows: Any, field: str, *, size: int = ROWS) -> Page[Any]:
    """The first `size` rows and the cursor to those after; one row more is fetched to know whether there are."""
    found = list(rows[: size + 1])
    shown = found[:size]
    more = len(found) > size
    return Page(shown, str(Place(getattr(shown[-1], field), shown[-1].pk)) if more else "")

"""What is noted while a page is drawn that may be kept: what it was read from, and until when its words hold.

The lowest of packages, since whatever a page is made of tells it something: reads what they read, clocks when they
say something else, memories that are not among a page's facts that the page cannot be kept.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

# A page is drawn anew after so long in any case: nobody notices, and a mistake in the rest would end.
LONGEST = datetime.timedelta(minutes=5)


class Drawing:
    """The drawing of one page, or the reading for one that is kept."""

    def __init__(self, now: datetime.datetime) -> None:
        self.until = now + LONGEST
        self.reads: list[tuple[Any, tuple[Any, ...], list[Any]]] = []
        # Rows that have just been read, by text, parameters and values: a page that turns out to have changed reads
        # none twice.
        self.at_hand: dict[tuple[Any, ...], list[Any]] = {}
        # Whether all that the page is made of was told.
        self.is_known = True
        self.is_reading = False

    def ask(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """A wrapper around the statements of the drawing: any but those of compiled reads."""
        if not self.is_reading:
            self.is_known = False
        return execute(sql, params, many, context)

    def note(self, read: Any, flat: Sequence[Any], rows: list[Any]) -> None:
        self.reads.append((read, tuple(flat), rows))


_drawing: ContextVar[Drawing | None] = ContextVar("drawing", default=None)
current = _drawing.get


@contextmanager
def noted_in(drawing: Drawing) -> Iterator[None]:
    token = _drawing.set(drawing)
    try:
        yield
    finally:
        _drawing.reset(token)


@contextmanager
def apart() -> Iterator[None]:
    """What is read in it is none of what the page is made of; the statement itself says that the page is not known."""
    token = _drawing.set(None)
    try:
        yield
    finally:
        _drawing.reset(token)


def lasts_until(moment: datetime.datetime) -> None:
    """What is being drawn says something else from this moment on."""
    drawing = current()
    if drawing is not None and moment < drawing.until:
        drawing.until = moment


def is_made_of_the_untold() -> None:
    """What is being drawn depends on something that no fact of a page and no read tells of."""
    drawing = current()
    if drawing is not None:
        drawing.is_known = False

"""How the first day of a month is called where it has a name of its own.

Django’s formats know “j” for the number of the day and English endings only; every date that a page, a mail or a chart
says goes through it, so that it is put right in one place.
"""

from __future__ import annotations

from django.utils.dateformat import DateFormat
from django.utils.translation import get_language

FIRST = {"fr": "1er"}


def name_first_days() -> None:
    """Have “j” say « 1er » in French; called once, when the project starts."""
    DateFormat.j = _day_of_month  # type: ignore[method-assign,assignment]


def _day_of_month(self: DateFormat) -> int | str:
    day: int = self.data.day  # type: ignore[union-attr]  # times of the clock are never asked for their day
    return FIRST.get((get_language() or "").split("-")[0], day) if day == 1 else day

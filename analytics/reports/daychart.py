"""The curve of a month’s days beside those of the month before; drawn by the server, like the running sums."""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.reports.charts import Frame, tick_step
from communities.calendar import Month
from communities.templatetags.parvis import number

WIDE = Frame(980, 240, 48, 16, 964, 200, 16, short=False)
PHONE = Frame(336, 220, 36, 16, 326, 184, 5, short=True)


@dataclass
class DayDrawing:
    """One size of the curve."""

    frame: Frame
    line: str = ""
    before: str = ""
    grid: list[tuple[float, str]] = field(default_factory=list)
    days: list[tuple[float, str]] = field(default_factory=list)
    hits: list[tuple[float, float, str]] = field(default_factory=list)


@dataclass
class DayChart:
    drawings: list[DayDrawing]
    rows: list[tuple[datetime.date, int, int | None]]
    has_before: bool


def day_chart(days: list[tuple[datetime.date, int]], before: Sequence[int], month: Month) -> DayChart | None:
    """None where nothing was counted in either month."""
    if not any(n for _day, n in days) and not any(before):
        return None
    # Months differ in length: the third day stands above the third.
    rows = [(day, n, before[day.day - 1] if day.day <= len(before) else None) for day, n in days]
    drawings = [_draw(rows, before, frame, month) for frame in (WIDE, PHONE)]
    return DayChart(drawings, rows, bool(before))


def _draw(
    rows: list[tuple[datetime.date, int, int | None]], before: Sequence[int], frame: Frame, month: Month
) -> DayDrawing:
    length = max(month.last.day, len(before))
    width = (frame.right - frame.left) / length
    highest = max([n for _day, n, _old in rows] + list(before))
    step = tick_step(highest / 4, least=1)
    top = max(math.ceil(highest / step), 1) * step

    def x(index: int) -> float:
        return round(frame.left + (index + 0.5) * width, 1)

    def y(value: float) -> float:
        return round(frame.bottom - value / top * frame.inner, 1)

    every = math.ceil(length / frame.most_labels)
    return DayDrawing(
        frame,
        " ".join(f"{x(day.day - 1)},{y(n)}" for day, n, _old in rows),
        " ".join(f"{x(i)},{y(n)}" for i, n in enumerate(before)),
        [(y(step * i), number(step * i, 0)) for i in range(round(top / step) + 1)],
        [(x(i), str(i + 1)) for i in range(0, month.last.day, every)],
        [
            (round(frame.left + (day.day - 1) * width, 1), round(width, 1), _sentence(day, n, old))
            for day, n, old in rows
        ],
    )


def _sentence(day: datetime.date, n: int, old: int | None) -> str:
    now = ngettext("%(day)s: %(n)s visit", "%(day)s: %(n)s visits", n) % {
        "day": date_format(day, "j F"),
        "n": number(n),
    }
    if old is None:
        return now
    return _("%(now)s; the month before %(before)s") % {"now": now, "before": number(old)}

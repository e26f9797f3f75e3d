"""The curve of a period’s days beside those before it; drawn by the server, like the running sums."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.reports.charts import Frame, short_month, tick_step
from analytics.reports.periods import Period
from communities.calendar import DAY
from communities.templatetags.parvis import number

WIDE = Frame(980, 240, 48, 16, 964, 200, 16, short=False)
PHONE = Frame(336, 220, 36, 16, 326, 184, 5, short=True)
# More stops would be a way without end for whoever goes through them by key.
MOST_HITS = 92
# A day, what was counted on it, and on the one of the same place before.
Row = tuple[datetime.date, int, int | None]


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
    rows: list[Row]
    has_before: bool


def day_chart(
    days: list[tuple[datetime.date, int]], before: Sequence[int | None], period: Period
) -> DayChart | None:
    """The days of a period above those before it: the third above the third, also where months differ in length.

    None where nothing was counted in either.
    """
    if not any(n for _day, n in days) and not any(before):
        return None
    rows = [(day, n, _beside(before, (day - period.first).days)) for day, n in days]
    drawings = [_draw(rows, before, frame, period) for frame in (WIDE, PHONE)]
    return DayChart(drawings, rows, any(n is not None for n in before))


def _beside(before: Sequence[int | None], place: int) -> int | None:
    return before[place] if place < len(before) else None


def _draw(rows: list[Row], before: Sequence[int | None], frame: Frame, period: Period) -> DayDrawing:
    length = max(period.length, len(before))
    width = (frame.right - frame.left) / length
    highest = max([n for _day, n, _old in rows] + [n or 0 for n in before])
    step = tick_step(highest / 4, least=1)
    top = max(math.ceil(highest / step), 1) * step

    def x(index: int) -> float:
        return round(frame.left + (index + 0.5) * width, 1)

    def y(value: float) -> float:
        return round(frame.bottom - value / top * frame.inner, 1)

    every = math.ceil(length / frame.most_labels)
    return DayDrawing(
        frame,
        " ".join(f"{x((day - period.first).days)},{y(n)}" for day, n, _old in rows),
        " ".join(f"{x(place)},{y(n)}" for place, n in enumerate(before) if n is not None),
        [(y(step * i), number(step * i, 0)) for i in range(round(top / step) + 1)],
        [(x(i), _label(period, i)) for i in range(0, period.length, every)],
        list(_hits(rows, frame.left, width, period)),
    )


def _label(period: Period, place: int) -> str:
    day = period.first + DAY * place
    return str(day.day) if period.month else f"{day.day} {short_month(day)}"


def _hits(rows: list[Row], left: float, width: float, period: Period) -> Iterator[tuple[float, float, str]]:
    """What can be pointed at: a day, or a few of them together where there are many."""
    some = math.ceil(len(rows) / MOST_HITS)
    for place in range(0, len(rows), some):
        days = rows[place : place + some]
        start = left + (days[0][0] - period.first).days * width
        yield round(start, 1), round(len(days) * width, 1), _sentence(days, period)


def _sentence(rows: list[Row], period: Period) -> str:
    n = sum(now for _day, now, _old in rows)
    first, last = rows[0][0], rows[-1][0]
    now = ngettext("%(day)s: %(n)s visit", "%(day)s: %(n)s visits", n) % {
        "day": _span(first, last),
        "n": number(n),
    }
    old = [before for _day, _now, before in rows if before is not None]
    if len(old) < len(rows):
        return now
    if period.month:
        return _("%(now)s; the month before %(before)s") % {"now": now, "before": number(sum(old))}
    back = DAY * period.length
    return _("%(now)s; %(day)s: %(before)s") % {
        "now": now,
        "day": _span(first - back, last - back),
        "before": number(sum(old)),
    }


def _span(first: datetime.date, last: datetime.date) -> str:
    until = date_format(last, "j F")
    if first == last:
        return until
    return _("%(first)s to %(last)s") % {"first": date_format(first, "j F"), "last": until}

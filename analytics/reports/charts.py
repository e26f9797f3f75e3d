"""The geometry of the charts, drawn by the server; templates put it into SVG. No library, no script."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from analytics.reports.months import Cumulated
from analytics.reports.queries import CASH, History, PaidBack
from analytics.roi.money import shown, to_major
from communities.calendar import Month
from communities.templatetags.parvis import number

# Enough for two years; before that the running sums start where they stood.
MOST_MONTHS = 24


@dataclass(frozen=True)
class Frame:
    """Where one size of the chart draws: the box of the lines, inside a view box."""

    width: int
    height: int
    left: int
    top: int
    right: int
    bottom: int
    most_labels: int
    short: bool

    @property
    def label_x(self) -> int:
        return self.left - 8

    @property
    def months_y(self) -> int:
        return self.bottom + 22

    @property
    def end_x(self) -> int:
        return self.right + 10

    @property
    def inner(self) -> int:
        return self.bottom - self.top


WIDE = Frame(980, 356, 64, 50, 820, 312, 12, short=False)
PHONE = Frame(336, 316, 40, 44, 250, 286, 4, short=True)


@dataclass
class Chart:
    frame: Frame
    benefit: str = ""
    cost: str = ""
    hard: str = ""
    band: str = ""
    grid: list[tuple[float, str]] = field(default_factory=list)
    months: list[tuple[float, str]] = field(default_factory=list)
    hits: list[tuple[float, float, str]] = field(default_factory=list)
    ends: list[tuple[float, str, str, str]] = field(default_factory=list)
    payback: tuple[float, float] | None = None


def cumulative_charts(history: History) -> list[Chart]:
    """The running sums of benefit and cost, for a wide screen and for a phone."""
    points = history.cumulated[-MOST_MONTHS:]
    paid_back = history.paid_back.total
    return [_draw(points, history, frame, paid_back) for frame in (WIDE, PHONE)] if points else []


def sparkline(values: Sequence[Decimal | None], goal: Decimal | None = None) -> dict[str, str]:
    """Points in a box of 100 × 34, and the height of the target."""
    known = [float(value) for value in values if value is not None]
    if len(known) < 2:
        return {}
    scale = [*known, *([float(goal)] if goal is not None else [])]
    low, high = min(scale), max(scale)
    step = 100 / (len(known) - 1)
    height = (high - low) or 1

    def y(value: float) -> float:
        return round(30 - (value - low) / height * 26, 1)

    drawn = {"points": " ".join(f"{round(i * step, 1)},{y(value)}" for i, value in enumerate(known))}
    return drawn | {"goal": str(y(float(goal)))} if goal is not None else drawn


def _draw(points: list[Cumulated], history: History, frame: Frame, paid_back: datetime.date | None) -> Chart:
    currency = history.community.currency
    top = max(max(p.high, p.low, p.cost, p.benefit) for p in points)
    bottom = min(0, *(min(p.low, p.high, p.hard, p.cost) for p in points))
    step = tick_step((top - bottom) / 4)
    lowest, highest = math.floor(bottom / step) * step, max(math.ceil(top / step), 1) * step
    width = (frame.right - frame.left) / len(points)

    def y(value: float) -> float:
        share = (value - lowest) / (highest - lowest)
        return round(frame.bottom - share * (frame.bottom - frame.top), 1)

    def line(values: Sequence[float]) -> str:
        return " ".join(f"{_x(i, width, frame)},{y(value)}" for i, value in enumerate(values))

    start = _start(history, len(points))
    chart = Chart(frame)
    chart.benefit = line([start.benefit, *(p.benefit for p in points)])
    chart.cost = line([start.cost, *(p.cost for p in points)])
    chart.hard = line([start.hard, *(p.hard for p in points)])
    back = [start.low, *(p.low for p in points)]
    lower = " ".join(f"{_x(i, width, frame)},{y(back[i])}" for i in range(len(back) - 1, -1, -1))
    chart.band = f"{line([start.high, *(p.high for p in points)])} {lower}"
    chart.grid = [(y(v), _axis(v, currency)) for v in _ticks(lowest, highest, step)]
    chart.months = _month_labels(points, width, frame)
    chart.hits = [
        (_x(i, width, frame), round(width, 1), _sentence(p, currency)) for i, p in enumerate(points)
    ]
    chart.ends = _ends(points[-1], currency, y, frame)
    chart.payback = _mark(history, points, width, frame, y, paid_back)
    return chart


def _start(history: History, drawn: int) -> Cumulated:
    """Where the running sums stood before the first month drawn; the first costs are there from the start."""
    before = history.cumulated[:-drawn]
    if before:
        return before[-1]
    first = history.months[0]
    return Cumulated(first.first, cost=first.cost)


def _mark(
    history: History,
    points: list[Cumulated],
    width: float,
    frame: Frame,
    y: Callable[[float], float],
    on: datetime.date | None,
) -> tuple[float, float] | None:
    """Where the day of paying back stands on the line of the benefit; nowhere where costs are spread."""
    if on is None or history.mode != CASH:
        return None
    index = next((i for i, point in enumerate(points) if point.month == Month.of(on).first), None)
    if index is None:
        return None
    share = on.day / Month.of(on).last.day
    before = points[index - 1].benefit if index else _start(history, len(points)).benefit
    value = before + (points[index].benefit - before) * share
    return round(frame.left + (index + share) * width, 1), y(value)


def _ends(
    last: Cumulated, currency: str, y: Callable[[float], float], frame: Frame
) -> list[tuple[float, str, str, str]]:
    """The labels at the right, moved apart where the lines end close together."""
    labels = [
        (y(last.benefit), "t-accent", _("Benefit"), shown(last.benefit, currency, cents=False)),
        (y(last.cost), "t-strong", _("Cost"), shown(last.cost, currency, cents=False)),
        (y(last.hard), "t-strong", _("measured"), shown(last.hard, currency, cents=False)),
    ]
    room = 34 if frame.short else 20
    placed: list[tuple[float, str, str, str]] = []
    for at, kind, word, amount in sorted(labels):
        top = placed[-1][0] + room if placed else frame.top - 20
        placed.append((max(at + 4, top), kind, word, amount))
    over = max(0.0, placed[-1][0] - frame.bottom)
    return [(round(at - over, 1), kind, word, amount) for at, kind, word, amount in placed]


def short_month(day: datetime.date) -> str:
    """“Nov”, « juil. »: in French, June and July cut after three letters would look alike."""
    return date_format(day, "N" if (get_language() or "").startswith("fr") else "M")


def _month_labels(points: list[Cumulated], width: float, frame: Frame) -> list[tuple[float, str]]:
    every = math.ceil(len(points) / frame.most_labels)
    return [
        (round(_x(i, width, frame) + width / 2, 1), short_month(p.month))
        for i, p in enumerate(points)
        if (len(points) - 1 - i) % every == 0
    ]


def _sentence(point: Cumulated, currency: str) -> str:
    return _("%(month)s: benefit so far %(benefit)s, of which measured %(hard)s, cost so far %(cost)s") % {
        "month": date_format(point.month, "F Y"),
        "benefit": shown(point.benefit, currency, cents=False),
        "cost": shown(point.cost, currency, cents=False),
        "hard": shown(point.hard, currency, cents=False),
    }


def _axis(minor: float, currency: str) -> str:
    amount = to_major(int(minor), currency)
    if abs(amount) >= 1_000_000:
        return f"{number(amount / 1_000_000, 0 if amount % 1_000_000 == 0 else 1)}\u00a0M"
    if abs(amount) >= 10_000:
        return f"{number(amount / 1000, 0)}\u00a0k"
    return number(amount, 0)


def _ticks(lowest: float, highest: float, step: float) -> list[float]:
    return [lowest + step * i for i in range(round((highest - lowest) / step) + 1)]


def tick_step(rough: float, least: int = 100) -> float:
    """1, 2 or 5 times a power of ten; never under `least`: of money in minor units, one unit."""
    rough = max(rough, least)
    power: float = 10 ** math.floor(math.log10(rough))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)


def _x(index: int, width: float, frame: Frame) -> float:
    return round(frame.left + index * width, 1)


def payback_words(paid_back: PaidBack) -> str:
    if paid_back.is_free:
        return _("Benefit and cost so far")
    if paid_back.total is None:
        return _("Not paid back yet")
    return _("Paid back on %(day)s") % {"day": _day(paid_back.total)}


def payback_parts(paid_back: PaidBack) -> list[str]:
    """What the one date leaves out: the measured part alone, and the ends of the range."""
    if paid_back.is_free:
        return []
    said = [_("The measured part alone: %(day)s.") % {"day": _day(paid_back.hard)}]
    if paid_back.low != paid_back.high:
        said.append(
            _("At the lowest rates: %(low)s; at the highest: %(high)s.")
            % {"low": _day(paid_back.low), "high": _day(paid_back.high)}
        )
    return said


def _day(day: datetime.date | None) -> str:
    return date_format(day, "SHORT_DATE_FORMAT") if day else _("not paid back yet")

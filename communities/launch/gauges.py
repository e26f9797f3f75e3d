"""Gauges: measured activity that a stage may wait for.

They are declared here by name; the app that owns the rows registers how they are measured, when it is ready.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from communities.launch.features import features_that_hold
from communities.launch.forecasting import DAYS_NEEDED, Forecast
from communities.launch.models import Stage
from communities.models import Community, Membership

# Counts a gauge as it stands, or as it stood at a moment that it is given (`Past`).
Measure = Callable[..., float]
Past = datetime.datetime | None
# From half of its threshold on, a gauge is amber and no longer red.
NEAR_ENOUGH = 0.5


@dataclass(frozen=True)
class Gauge:
    """A figure of the community in scope; `in_percent` says how it is displayed."""

    name: str
    label: Promise
    in_percent: bool = False
    # It counts what features hold ("texts", "answers"): it can only move while one of them is open to somebody.
    counts: str = ""
    # It stands still once this is open to everybody.
    ends_with: str = ""
    # How it is measured, where it is of one place of this community (`register_family`).
    measure: Measure | None = None
    # Whether somebody (None: a visitor) may learn of that place; without it everybody may.
    may_read: Callable[[Community, Membership | None], bool] | None = None
    # It counts people: where they are few, a figure would point at them.
    counts_people: bool = False

    @property
    def needs(self) -> frozenset[str]:
        return features_that_hold(self.counts) if self.counts else frozenset()


GAUGES = {
    gauge.name: gauge
    for gauge in (
        Gauge("members_active", _("Members active in 28 days"), counts="texts", counts_people=True),
        Gauge("answered_in_a_day", _("Topics answered within a day"), True, "answers"),
        Gauge("posts_a_week", _("Posts in 7 days"), counts="texts"),
        Gauge("threads", _("Threads and articles"), counts="texts"),
        Gauge("members", _("Members"), counts_people=True),
        Gauge("waiting", _("People on the waiting list"), ends_with="join", counts_people=True),
        Gauge("ambassadors", _("Ambassadors"), counts_people=True),
        Gauge("greeted", _("Newcomers greeted within a day"), True),
    )
}

# A gauge of one space is named by the space’s number, so that it survives a new name of the space.
OF_SPACE = "texts_in_"

_families: dict[str, Callable[[], list[Gauge]]] = {}
_measures: dict[str, Measure] = {}
# What was measured already, while one plan is looked at.
_known: ContextVar[dict[str, float] | None] = ContextVar("gauges", default=None)
# Whether that is all there is: nothing is measured beside it.
_is_told: ContextVar[bool] = ContextVar("gauges_told", default=False)


def register_measure(name: str, measure: Measure) -> None:
    """`measure` counts one gauge in the community in scope. Raises ValueError for a gauge nobody declared."""
    if name not in GAUGES:
        raise ValueError(f"no gauge is called {name!r}")
    _measures[name] = measure


def register_family(prefix: str, find: Callable[[], list[Gauge]]) -> None:
    """`find` tells the gauges of the community in scope whose names begin with `prefix`, each with its measure."""
    _families[prefix] = find


def gauges_here(names: Collection[str] | None = None) -> dict[str, Gauge]:
    """All gauges of the community in scope, in the order in which they are shown; with `names`, only families that one
    of them is of are asked."""
    found = dict(GAUGES)
    for prefix, find in _families.items():
        if names is None or any(name.startswith(prefix) for name in names):
            found |= {gauge.name: gauge for gauge in find()}
    return found


def values_at(names: Collection[str], at: datetime.datetime) -> dict[str, float]:
    """These gauges as they stood at a moment, as far as rows still tell it."""
    found = {}
    for name, gauge in gauges_here(names).items():
        measure = gauge.measure or _measures.get(name)
        if name in names:
            found[name] = round(measure(at), 1) if measure is not None else 0.0
    return found


@contextmanager
def measured_once() -> Iterator[None]:
    """Within it each gauge is measured once: for whoever asks about all stages of a community."""
    token = _known.set({})
    try:
        yield
    finally:
        _known.reset(token)


@contextmanager
def measured_as(values: dict[str, float]) -> Iterator[None]:
    """Within it gauges read these values, and those without one read zero: for a replay of days that are over, or made
    up. Nothing of today comes in."""
    token, told = _known.set(values), _is_told.set(True)
    try:
        yield
    finally:
        _is_told.reset(told)
        _known.reset(token)


def _measure(gauge: Gauge) -> float:
    """One that nobody measures reads zero."""
    known = _known.get()
    if known is not None and gauge.name in known:
        return known[gauge.name]
    if _is_told.get():
        return 0.0
    measure = gauge.measure or _measures.get(gauge.name)
    value = round(measure(), 1) if measure is not None else 0.0
    if known is not None:
        known[gauge.name] = value
    return value


@dataclass(frozen=True)
class FoldedItem:
    """Something that is folded because it is almost empty: where it is, and what it lacks."""

    name: str
    url: str
    text: str | Promise


_folded_items: list[Callable[[], list[FoldedItem]]] = []


def register_folded(find: Callable[[], list[FoldedItem]]) -> None:
    """`find` says what is folded in the community in scope."""
    if find not in _folded_items:
        _folded_items.append(find)


def what_is_folded() -> list[FoldedItem]:
    return [lack for find in _folded_items for lack in find()]


@dataclass(frozen=True)
class Reading:
    """A gauge against the threshold of one stage."""

    gauge: Gauge
    value: float
    goal: float
    # When it will hold at its pace, and of how many measured days that is known; by when it is needed.
    forecast: Forecast | None = None
    days: int = 0
    needed_by: datetime.date | None = None

    @property
    def holds(self) -> bool:
        return self.value >= self.goal

    @property
    def is_late(self) -> bool:
        """Even with luck it holds only after the day for which its stage is planned."""
        if self.holds or self.forecast is None or self.needed_by is None:
            return False
        return self.forecast.soonest is None or self.forecast.soonest > self.needed_by

    @property
    def state(self) -> str:
        """Green (good), amber (warn: half the way at least), red (bad)."""
        if self.holds:
            return "good"
        return "bad" if self.is_late or self.value < NEAR_ENOUGH * self.goal else "warn"

    @property
    def verdict(self) -> str:
        """What is to be said of it: reached, or when it will be at its pace."""
        if self.holds:
            return gettext("Reached")
        if self.forecast is None:
            left = DAYS_NEEDED - self.days
            return (
                ngettext(
                    "a date follows after %(n)s more measured day",
                    "a date follows after %(n)s more measured days",
                    left,
                )
                % {"n": left}
                if left > 0
                else gettext("Not yet")
            )
        said = self.forecast.said()
        return gettext("%(when)s: too late") % {"when": said} if self.is_late else said

    @property
    def text(self) -> str:
        """“34 of 40”, “93% of 90%”."""
        return gettext("%(value)s of %(goal)s") % {"value": self._said(self.value), "goal": self.goal_text}

    @property
    def goal_text(self) -> str:
        return self._said(self.goal)

    def _said(self, figure: float) -> str:
        written = _written(figure)
        return gettext("%(n)s%%") % {"n": written} if self.gauge.in_percent else written

    @property
    def top(self) -> float:
        """The end of the scale: a little over the larger of the two."""
        return max(self.value, self.goal, 1) * 1.1 if not self.gauge.in_percent else 100.0

    @property
    def svg_share(self) -> str:
        """For drawings, which know no decimal comma."""
        return f"{self.share:.1f}"

    @property
    def svg_tick(self) -> str:
        return f"{self.tick:.1f}"

    @property
    def share(self) -> float:
        return round(min(self.value / self.top * 100, 100), 1)

    @property
    def tick(self) -> float:
        return round(min(self.goal / self.top * 100, 99.5), 1)


def _written(figure: float) -> str:
    return str(number_format(figure, 0 if figure == int(figure) else 1, force_grouping=True))


def read_gauges(stage: Stage) -> list[Reading]:
    """The stage's gauges now, in the order of their declaration."""
    return [
        Reading(gauge, _measure(gauge), float(stage.criteria[name]))
        for name, gauge in gauges_here(stage.criteria).items()
        if name in stage.criteria
    ]


def values_of(names: Collection[str]) -> dict[str, float]:
    """These gauges now; what is no gauge of this community is left out."""
    return {name: _measure(gauge) for name, gauge in gauges_here(names).items() if name in names}

"""Gauges: measured activity that a stage may wait for.

They are declared here by name; the app that owns the rows registers how they are measured, when it is ready.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communities.launch.features import features_that_hold
from communities.launch.models import Stage

Measure = Callable[[], float]


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

    @property
    def needs(self) -> frozenset[str]:
        return features_that_hold(self.counts) if self.counts else frozenset()


GAUGES = {
    gauge.name: gauge
    for gauge in (
        Gauge("members_active", _("Members active in 28 days"), counts="texts"),
        Gauge("answered_in_a_day", _("Topics answered within a day"), True, "answers"),
        Gauge("posts_a_week", _("Posts in 7 days"), counts="texts"),
        Gauge("threads", _("Threads and articles"), counts="texts"),
        Gauge("members", _("Members")),
        Gauge("waiting", _("People on the waiting list"), ends_with="join"),
        Gauge("ambassadors", _("Ambassadors")),
    )
}

_measures: dict[str, Measure] = {}
# What was measured already, while one plan is looked at.
_known: ContextVar[dict[str, float] | None] = ContextVar("gauges", default=None)


def register_measure(name: str, measure: Measure) -> None:
    """`measure` counts one gauge in the community in scope. Raises ValueError for a gauge nobody declared."""
    if name not in GAUGES:
        raise ValueError(f"no gauge is called {name!r}")
    _measures[name] = measure


@contextmanager
def measured_once() -> Iterator[None]:
    """Within it each gauge is measured once: for whoever asks about all stages of a community."""
    token = _known.set({})
    try:
        yield
    finally:
        _known.reset(token)


def _measure(name: str) -> float:
    """One that nobody measures reads zero."""
    known = _known.get()
    if known is not None and name in known:
        return known[name]
    value = round(_measures[name](), 1) if name in _measures else 0.0
    if known is not None:
        known[name] = value
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

    @property
    def holds(self) -> bool:
        return self.value >= self.goal

    @property
    def text(self) -> str:
        """“34 of 40”, “93% of 90%”."""
        words = {"value": _written(self.value), "goal": _written(self.goal)}
        if self.gauge.in_percent:
            words = {name: gettext("%(n)s%%") % {"n": figure} for name, figure in words.items()}
        return gettext("%(value)s of %(goal)s") % words

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
        Reading(gauge, _measure(name), float(stage.criteria[name]))
        for name, gauge in GAUGES.items()
        if name in stage.criteria
    ]

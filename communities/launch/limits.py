"""Limits: what must not get too high in the first days of a stage, or it pauses by itself.

They are declared here by name; the app that owns the rows registers how they are measured, when it is ready.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communities.registries import Registry

# How long a stage is watched, how often its limits are read, how long one is passed before the stage pauses.
WATCHED_FOR = datetime.timedelta(hours=72)
READ_EVERY = datetime.timedelta(minutes=10)
PASSED_FOR = datetime.timedelta(minutes=20)
# From half of a limit on it is amber.
AMBER = 0.5

# An opening (`launch.StageOpening`, which reads this file), and now.
Measure = Callable[[Any, datetime.datetime], float]


@dataclass(frozen=True)
class Limit:
    """A figure that grows when something goes wrong; above `usual` it stops a stage, unless the team says otherwise.
    `span` says of which time it is."""

    name: str
    label: Promise
    span: Promise
    usual: float
    most: int = 10_000


LIMITS: Registry[Limit] = Registry("limit")
for _limit in (
    Limit(
        "reports",
        _("People who reported something, per 100 posts"),
        _("in the last 12 hours of the watch, from 3 people on"),
        5,
        100,
    ),
    Limit("cases", _("Cases that wait for over 4 hours"), _("since the watch began"), 5),
    Limit("newcomers", _("Newcomers without a reply for over 4 hours"), _("since the watch began"), 10),
    Limit("left", _("Members who left"), _("since the watch began"), 10),
):
    LIMITS.register(_limit)

_measures: dict[str, Measure] = {"left": lambda opening, now: float(opening.left)}


def register_limit_measure(name: str, measure: Measure) -> None:
    """`measure` reads one limit in the community in scope. Raises ValueError for a limit nobody declared."""
    if name not in LIMITS:
        raise ValueError(f"no limit is called {name!r}")
    _measures[name] = measure


def read_limits(opening: Any, now: datetime.datetime) -> dict[str, float]:
    """Where each of them stands; one that nobody measures is left out."""
    return {
        limit.name: round(_measures[limit.name](opening, now), 1)
        for limit in LIMITS
        if limit.name in _measures
    }


def limits_of(limits: Mapping[str, float]) -> dict[str, float]:
    """Where each limit of a stage lies, by what the stage says of it; those that it does without are left out."""
    found = {limit.name: float(limits.get(limit.name, limit.usual)) for limit in LIMITS}
    return {name: figure for name, figure in found.items() if figure > 0}


def passed(values: Mapping[str, float], limits: Mapping[str, float]) -> list[str]:
    """Whose limit is passed: what lies on it is still allowed. `limits` as `limits_of` tells them."""
    return [name for name, figure in limits.items() if values.get(name, 0) > figure]


def neared(values: Mapping[str, float], limits: Mapping[str, float]) -> list[str]:
    """Those that are amber, or passed."""
    return [name for name, figure in limits.items() if values.get(name, 0) >= AMBER * figure]


def state_of(value: float, figure: float) -> str:
    """bad: passed; warn: half of it; good."""
    if not figure or value < AMBER * figure:
        return "good"
    return "bad" if value > figure else "warn"


def passed_words(detail: Mapping[str, Any]) -> str:
    """Which limit stopped a stage, by what the log keeps of it; empty for other lines."""
    name = str(detail.get("limit") or "")
    if name not in LIMITS:
        return ""
    words = {"limit": LIMITS[name].label, "value": written(detail["value"]), "goal": written(detail["goal"])}
    return gettext("%(limit)s: %(value)s, and the limit is %(goal)s") % words


def written(figure: float) -> str:
    return str(number_format(figure, 0 if figure == int(figure) else 1, force_grouping=True))

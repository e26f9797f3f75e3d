"""What the page of a watched stage shows: its first 72 hours, its limits with their course, why it paused."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from communities.launch.limits import LIMITS, Limit, limits_of, read_limits, state_of, written
from communities.launch.models import LaunchLogEntry, Stage, StageOpening, WatchReading

# So many points are drawn of a course.
POINTS = 72


@dataclass(frozen=True)
class LimitRow:
    """One limit: where it stood first and last, where it lies, its course since the opening."""

    limit: Limit
    first: float | None
    value: float | None
    figure: float
    course: str = ""

    @property
    def first_text(self) -> str:
        return written(self.first) if self.first is not None else ""

    @property
    def value_text(self) -> str:
        return written(self.value) if self.value is not None else ""

    @property
    def figure_text(self) -> str:
        return written(self.figure)

    @property
    def state(self) -> str:
        return state_of(self.value, self.figure) if self.value is not None else ""


@dataclass(frozen=True)
class Watch:
    """A stage since its opening; `rows` are the limits that count for it, `share` is how much of the hours is over."""

    stage: Stage
    opening: StageOpening | None
    rows: list[LimitRow]
    read_at: datetime.datetime | None
    stopped: LaunchLogEntry | None
    share: float = 0.0

    @property
    def is_watched(self) -> bool:
        return self.opening is not None and self.opening.watch_at is not None

    @property
    def amber(self) -> int:
        return sum(row.state == "warn" for row in self.rows)

    @property
    def reached(self) -> int:
        return sum(row.state == "bad" for row in self.rows)

    @property
    def svg_share(self) -> str:
        """For drawings, which know no decimal comma."""
        return f"{self.share:.1f}"


def view_watch(stage: Stage, now: datetime.datetime) -> Watch:
    """A constant number of queries. What is paused shows where its limits stand now, for whoever would resume it."""
    opening = StageOpening.objects.standing().select_related("stage", "opened_by").filter(stage=stage).first()
    readings = list(WatchReading.objects.of(opening)) if opening else []
    values: dict[str, float] = readings[-1].values if readings else {}
    read_at = readings[-1].at if readings else None
    if opening is not None and stage.is_paused:
        values, read_at = read_limits(opening, now), now
    limits = limits_of(stage.limits)
    rows = [
        LimitRow(
            LIMITS[name],
            readings[0].values.get(name) if readings else None,
            values.get(name),
            figure,
            _course(readings, name, figure, opening),
        )
        for name, figure in limits.items()
    ]
    return Watch(stage, opening, rows, read_at, stopped_by_itself(stage), _share(opening, now))


def stopped_by_itself(stage: Stage) -> LaunchLogEntry | None:
    """The line that says which limit stopped a stage that is paused; None where a person paused it."""
    if not stage.is_paused:
        return None
    lines = LaunchLogEntry.objects.filter(act=LaunchLogEntry.Act.PAUSED, stage_number=stage.pk)
    last = lines.order_by("-id").first()
    return last if last is not None and last.limit_words else None


def _share(opening: StageOpening | None, now: datetime.datetime) -> float:
    """How much of the watched hours is over, in percent."""
    if opening is None or opening.watched_from is None or opening.watch_until is None:
        return 0.0
    whole = (opening.watch_until - opening.watched_from).total_seconds()
    gone = (now - opening.watched_from).total_seconds()
    return max(0.0, min(100.0, 100.0 * gone / whole)) if whole > 0 else 0.0


def _course(readings: Sequence[WatchReading], name: str, figure: float, opening: Any) -> str:
    """The points of a line in a box of 100 by 30, with the limit at 8 from above."""
    if len(readings) < 2 or opening.watch_until is None:
        return ""
    begin, whole = readings[0].at, (opening.watch_until - readings[0].at).total_seconds()
    shown = [*readings[: -1 : max(1, len(readings) // POINTS)], readings[-1]]
    return " ".join(
        f"{100 * (one.at - begin).total_seconds() / whole:.1f},{_height(one.values.get(name, 0), figure):.1f}"
        for one in shown
    )


def _height(value: float, figure: float) -> float:
    return max(0.0, 30 - 22 * value / figure)

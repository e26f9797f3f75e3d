"""What is planned for an hour to come, and what becomes of it when a community moves to another time zone.

Each package that keeps such hours registers them when its app is ready, so that nobody who changes the zone has to know
of texts, stages or banners.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from communities.calendar import Clocked, same_hour
from communities.registries import Registry


@dataclass(frozen=True)
class Planned:
    """Rows with hours to come. `rows` answers, in scope, with those that are still to happen after a moment.

    `fields` are their hours, in the order in which they come. `said` counts them in a sentence: “3 texts”.
    """

    name: str
    order: int
    fields: tuple[str, ...]
    rows: Callable[[datetime.datetime], Any] = field(compare=False)
    said: Callable[[int], str] = field(compare=False)
    # What follows from its hours and is kept elsewhere, to be made again once they have moved.
    moved: Callable[[], None] | None = field(default=None, compare=False)


planned: Registry[Planned] = Registry("planned thing")


def register_planned(kind: Planned) -> None:
    planned.register(kind)


@dataclass(frozen=True)
class Schedule:
    """All that is planned in the community in scope: in words, and the first moment of all."""

    said: list[str]
    first: datetime.datetime | None

    def __bool__(self) -> bool:
        return bool(self.said)


def schedule(now: datetime.datetime | None = None) -> Schedule:
    """One query for each kind of planned thing."""
    moment = now or timezone.now()
    said: list[str] = []
    moments: list[datetime.datetime] = []
    for kind in planned:
        rows = list(kind.rows(moment).values_list(*kind.fields))
        if rows:
            said.append(kind.said(len(rows)))
            moments += [hour for hours in rows for hour in hours if hour is not None and hour > moment]
    return Schedule(said, min(moments, default=None))


def keep_hours_of_day(old: Clocked, new: Clocked, now: datetime.datetime | None = None) -> int:
    """Move what is planned so that the clocks of the new zone show the hour that those of the old one did; how much."""
    moment, moved = now or timezone.now(), 0
    for kind in planned:
        rows = list(kind.rows(moment).select_for_update(of=("self",)))
        for row in rows:
            _move(row, kind.fields, lambda hour: same_hour(hour, old, new) if hour > moment else hour)
        if rows:
            type(rows[0]).objects.bulk_update(rows, kind.fields)
            if kind.moved is not None:
                kind.moved()
        moved += len(rows)
    return moved


def _move(row: Any, fields: tuple[str, ...], moved: Callable[[datetime.datetime], datetime.datetime]) -> None:
    """What has begun stays; an end that would come before its beginning stays too."""
    hours = {name: moved(hour) for name in fields if (hour := getattr(row, name)) is not None}
    if list(hours.values()) == sorted(set(hours.values())):
        for name, hour in hours.items():
            setattr(row, name, hour)

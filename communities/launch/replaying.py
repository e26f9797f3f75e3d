"""Replaying days of arrivals and activity against the plan of a community, to see when its stages would have opened.

The plan begins anew, the real services open it day by day, each with the figures of that day, and it is rolled back at
the end. All of it happens in one transaction that is undone: nothing of a replay stays, and no mail leaves.
"""

from __future__ import annotations

import csv
import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from communities.launch.audiences import TEAM, VISITOR, Audience
from communities.launch.exceptions import PlanError
from communities.launch.features import chosen_features, features_for
from communities.launch.gauges import gauges_here, measured_as, values_at
from communities.launch.models import Stage, StageOpening
from communities.launch.services.opening import (
    all_green,
    open_due_stages,
    open_stage,
    refuse_opening,
    roll_back_stage,
)
from communities.launch.services.planning import lock_plan, put_in_force
from communities.memory import forget_all
from communities.models import Community, Membership

DAY = datetime.timedelta(days=1)
# Who is asked what is open to them, after each day and after the end.
WATCHED = {"visitor": VISITOR, "ambassador": Audience(is_ambassador=True), "team": TEAM}


@dataclass(frozen=True)
class Day:
    """A day and where the gauges stood at its end."""

    at: datetime.datetime
    values: Mapping[str, float]


@dataclass
class Course:
    """What became of one stage: when it opened, how often it changed afterwards, on how many days of its being open a
    gauge was short again, which were short on the last day if it never opened."""

    name: str
    place: int
    opened_on: int | None = None
    opened_at: datetime.datetime | None = None
    changes: int = 0
    short_again: int = 0
    short: list[str] = field(default_factory=list)
    why: str = ""


@dataclass
class Replay:
    """What a replay found. It flapped where a stage changed after it had opened."""

    courses: list[Course]
    days: int
    is_clean: bool

    @property
    def flapped(self) -> list[Course]:
        return [course for course in self.courses if course.changes]


class _Undone(Exception):
    """Ends the transaction of a replay without anything of it."""


def history(community: Community, *, days: int, now: datetime.datetime | None = None) -> list[Day]:
    """The last days of the community in scope, as far as rows still tell: who has left since is missing from them, and
    who read."""
    end = now or timezone.now()
    names = {name for stage in Stage.objects.all() for name in stage.criteria}
    moments = [end - (days - 1 - number) * DAY for number in range(days)]
    return [Day(at, values_at(names, at)) for at in moments]


def read_days(lines: Iterable[str], *, now: datetime.datetime | None = None) -> list[Day]:
    """Days from a table with a column for each gauge, the last line being today. Raises ValueError with the line."""
    rows = csv.DictReader(lines)
    known = set(gauges_here())
    columns = [name for name in rows.fieldnames or () if name != "day"]
    if unknown := [name for name in columns if name not in known]:
        raise ValueError(f"no gauge is called {unknown[0]!r}; there are {', '.join(sorted(known))}")
    values = []
    for number, row in enumerate(rows, 2):
        try:
            values.append({name: float(row[name] or 0) for name in columns})
        except (TypeError, ValueError):
            raise ValueError(f"line {number}: a figure is expected in each column") from None
    end = now or timezone.now()
    return [Day(end - (len(values) - 1 - n) * DAY, one) for n, one in enumerate(values)]


def replay(community: Community, days: Sequence[Day], *, by: Membership) -> Replay:
    """Run the plan of the community in scope through these days. What opens by hand is opened by `by`, on the first day
    on which it could and all its gauges are green (at once, where it has none)."""
    found: list[Replay] = []
    try:
        with transaction.atomic():
            found.append(_run(community, days, by))
            raise _Undone
    except _Undone:
        pass
    finally:
        forget_all()
    return found[0]


def _run(community: Community, days: Sequence[Day], by: Membership) -> Replay:
    _begin_anew()
    stages = list(Stage.objects.in_order())
    courses = {stage.pk: Course(stage.name, stage.place) for stage in stages}
    for number, day in enumerate(days, 1):
        with measured_as(dict(day.values)):
            _open_by_hand(by)
            open_due_stages(now=day.at)
            _note(courses, number, day, community)
    return Replay(list(courses.values()), len(days), _roll_back(community, by))


def _begin_anew() -> None:
    """As on the day on which the plan was written: nothing of it has opened yet."""
    lock_plan()
    StageOpening.objects.standing().update(ended_at=timezone.now(), watch_at=None)
    Stage.objects.update(state=Stage.State.CLOSED, opened_at=None, news_on=None)
    put_in_force(lock_plan())


def _open_by_hand(by: Membership) -> None:
    for stage in Stage.objects.waiting().filter(opening=Stage.Opening.HAND).in_order():
        if stage.criteria and not all_green(stage):
            continue
        try:
            with transaction.atomic():
                open_stage(stage, by=by, reason="")
        except PlanError:
            continue


def _note(courses: dict[int, Course], number: int, day: Day, community: Community) -> None:
    for stage in Stage.objects.in_order():
        course = courses[stage.pk]
        short = [name for name, goal in stage.criteria.items() if day.values.get(name, 0) < goal]
        if course.opened_on is None:
            course.short, course.why = short, _why_not(stage, community)
            if stage.is_open:
                course.opened_on, course.opened_at = number, day.at
        else:
            course.changes += not stage.is_open
            course.short_again += bool(short)


def _why_not(stage: Stage, community: Community) -> str:
    """What else is in the way of a stage that has not opened; empty where only its gauges or its date are."""
    try:
        refuse_opening(stage, community)
    except PlanError as refusal:
        return str(refusal)
    return ""


def _roll_back(community: Community, by: Membership) -> bool:
    """Undo all openings, the last first. Whether everybody has afterwards what they had before the plan began."""
    for stage in Stage.objects.opened().order_by("-place"):
        roll_back_stage(stage, by=by)
    after = Community.objects.get(pk=community.pk)
    return all(features_for(after, audience) == chosen_features(after) for audience in WATCHED.values())

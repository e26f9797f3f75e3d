"""Watching a stage in its first days: its limits are read, and passing one for long pauses it. It never opens again by
itself, so that it cannot flap."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.utils import timezone

from communities.launch.limits import PASSED_FOR, READ_EVERY, limits_of, passed, read_limits
from communities.launch.models import Stage, StageOpening, WatchReading
from communities.launch.services.opening import pause_stage
from communities.launch.services.planning import lock_plan
from communities.launch.watched import stopped_by_itself
from communities.models import Community
from communities.signals import stage_noted
from communities.tasks import each_apart

# A worker that stood still for longer has not seen what happened in between.
GAP = 3 * READ_EVERY


def watch_openings(community: Community, *, now: datetime.datetime | None = None) -> int:
    """Read the limits of the stage that opened last in the community in scope, if it is watched and its time has come;
    pause it where one has been passed for long. How many stages were paused. Safe to run twice at once."""
    moment = now or timezone.now()
    due = StageOpening.objects.watched().filter(watch_at__lte=moment).order_by("-stage__place")
    return each_apart("opening", list(due.values_list("pk", flat=True)), lambda pk: _watch(pk, moment))


def _watch(pk: int, moment: datetime.datetime) -> bool:
    lock_plan()
    opening = (
        StageOpening.objects.watched().select_related("stage").filter(pk=pk, watch_at__lte=moment).first()
    )
    if opening is None:
        return False
    if _is_over(opening, moment):
        return _next(opening, None)
    if _is_covered(opening.stage):
        # What goes wrong now is put down to the stage that opened last, also while that one is stopped for it.
        opening.watched_from, opening.left = moment, 0
        opening.save(update_fields=["left"])
        return _next(opening, moment + READ_EVERY)
    values = read_limits(opening, moment)
    WatchReading.objects.create(opening=opening, at=moment, values=values)
    too_high = too_high_for_long(_readings_since(opening), limits_of(opening.stage.limits), moment)
    if not too_high:
        return _next(opening, moment + READ_EVERY)
    detail = {
        "limit": too_high[0],
        "value": values[too_high[0]],
        "goal": limits_of(opening.stage.limits)[too_high[0]],
    }
    pause_stage(opening.stage, by=None, detail=detail, at=moment)
    stage = Stage.objects.get(pk=opening.stage_id)
    stage_noted.send(sender=Stage, stage=stage, note="stopped", occasion=moment.isoformat())
    return True


def _is_covered(stage: Stage) -> bool:
    """Whether a later stage is watched, or was stopped by its watch and waits for somebody to resume it."""
    later = Stage.objects.filter(place__gt=stage.place)
    if StageOpening.objects.watched().filter(stage__in=later, stage__state=Stage.State.OPEN).exists():
        return True
    return any(stopped_by_itself(one) for one in later.filter(state=Stage.State.PAUSED))


def _is_over(opening: StageOpening, moment: datetime.datetime) -> bool:
    return not opening.stage.is_open or opening.watch_until is None or opening.watch_until <= moment


def _next(opening: StageOpening, at: datetime.datetime | None) -> bool:
    opening.watch_at = at
    opening.save(update_fields=["watch_at", "watched_from"])
    return False


def _readings_since(opening: StageOpening) -> list[WatchReading]:
    """The last of those that count, the oldest first."""
    readings = WatchReading.objects.filter(opening=opening, at__gte=opening.watched_from or opening.opened_at)
    return list(readings.order_by("-at", "-id")[:12])[::-1]


def too_high_for_long(
    readings: Sequence[WatchReading], limits: dict[str, float], moment: datetime.datetime
) -> list[str]:
    """The limits that each reading of the last twenty minutes passes, with at least one reading from before."""
    still, since = set(limits), moment
    found: list[str] = []
    for reading in reversed(readings):
        if since - reading.at > GAP:
            break
        since = reading.at
        still &= set(passed(reading.values, limits))
        if moment - reading.at >= PASSED_FOR:
            found = [name for name in limits if name in still]
            break
    return found

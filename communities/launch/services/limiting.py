"""Setting the limits of a stage, and beginning to watch it. What is done when one is passed stands in `guarding.py`."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from communities.exceptions import NotAllowed
from communities.launch.exceptions import PlanError
from communities.launch.limits import LIMITS, WATCHED_FOR, limits_of, passed, read_limits
from communities.launch.models import LaunchLogEntry, Stage, StageOpening
from communities.launch.permissions import can_edit_plan
from communities.launch.services.planning import lock_plan, log
from communities.models import Membership


def begin_watch(opening: StageOpening, moment: datetime.datetime) -> None:
    """From an opening, or from its going on after a pause: what was read before does not count any more.

    What only the team sees is not watched: a pause would change nothing for it.
    """
    over = moment + WATCHED_FOR <= timezone.now()
    if opening.stage.audience == Stage.Audience.TEAM or over:
        return
    opening.watched_from = opening.watch_at = moment
    opening.watch_until = moment + WATCHED_FOR
    opening.left = 0
    opening.save(update_fields=["watched_from", "watch_at", "watch_until", "left"])


def go_on_watching(opening: StageOpening, moment: datetime.datetime) -> None:
    """After a pause that is taken back: as if it had not been, with what was counted before it."""
    if opening.watch_until is not None and moment < opening.watch_until:
        opening.watch_at = moment
        opening.save(update_fields=["watch_at"])


def still_passed(opening: StageOpening, now: datetime.datetime) -> list[str]:
    """The limits that a paused stage passes by what has happened up to now; none for what is not watched."""
    if opening.stage.audience == Stage.Audience.TEAM:
        return []
    return passed(read_limits(opening, now), limits_of(opening.stage.limits))


def note_leaving(*, of_own_accord: bool, **_told: object) -> None:
    """Somebody has left the community in scope. Whom the team sent away says nothing of how the stage goes."""
    if of_own_accord:
        StageOpening.objects.watched().update(left=F("left") + 1)


@transaction.atomic
def set_limits(stage: Stage, limits: dict[str, float], *, by: Membership) -> Stage:
    """Above which figures a stage pauses by itself in its first days; 0 does without one. In force at the next reading.

    Raises NotAllowed, PlanError.
    """
    if not can_edit_plan(by):
        raise NotAllowed
    lock_plan()
    stage = Stage.objects.get(pk=stage.pk)
    if any(name not in LIMITS or not 0 <= figure <= LIMITS[name].most for name, figure in limits.items()):
        raise PlanError
    if limits == stage.limits:
        return stage
    before = limits_of(stage.limits)
    stage.limits = limits
    stage.save(update_fields=["limits"])
    log(LaunchLogEntry.Act.LIMITED, stage, by=by, detail={"before": before, "after": limits_of(limits)})
    return stage

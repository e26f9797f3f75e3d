"""What those who run the plan must be told: a stage is ready, opens tomorrow, or will never open by itself."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.utils import timezone

from communities.calendar import DAY, day_of
from communities.launch.exceptions import PlanError
from communities.launch.models import Stage
from communities.launch.services.opening import all_green, is_due, refuse_opening
from communities.launch.services.planning import refuse_impossible
from communities.models import Community
from communities.scoping import active_community_id
from communities.signals import stage_noted
from communities.tasks import each_apart


def watch_stages(
    *,
    now: datetime.datetime | None = None,
    plan: Sequence[Stage] | None = None,
    community: Community | None = None,
) -> int:
    """Note what is ready, due or stuck in the plan of the community in scope; how many notes. `plan`, `community`: all
    stages in order, and that community, where they were read already.

    The same note is sent again by the next run; its receiver tells each person once per occasion.
    """
    moment = now or timezone.now()
    here = community or Community.objects.get(pk=active_community_id())
    whole = list(Stage.objects.in_order()) if plan is None else plan
    stages = {stage.pk: stage for stage in whole if stage.is_waiting}
    return each_apart("stage", stages, lambda pk: _watch(stages[pk], here, moment, whole))


def note_of(stage: Stage, community: Community, moment: datetime.datetime, plan: Sequence[Stage]) -> str:
    """What there is to say of a stage that waits: ready, due, alarm; empty for nothing. `plan`: all stages in order."""
    return _note(stage, community, moment, plan)[0]


def _watch(stage: Stage, community: Community, moment: datetime.datetime, plan: Sequence[Stage]) -> bool:
    note, occasion = _note(stage, community, moment, plan)
    if note:
        stage_noted.send(sender=Stage, stage=stage, note=note, occasion=occasion)
    return bool(note)


def why_stuck(
    stage: Stage, community: Community, moment: datetime.datetime, plan: Sequence[Stage] | None = None
) -> str:
    """Why a stage that has not opened yet cannot open as planned; empty when nothing is wrong. `plan`: all stages in
    order, where they were read already."""
    if not stage.is_waiting:
        return ""
    whole = list(Stage.objects.in_order()) if plan is None else plan
    try:
        refuse_impossible(stage.criteria, community, before=stage.those_before(whole), plan=whole)
        if is_due(stage, moment):
            refuse_opening(stage, community, whole)
    except PlanError as reason:
        return str(reason)
    return ""


def _note(
    stage: Stage, community: Community, moment: datetime.datetime, plan: Sequence[Stage]
) -> tuple[str, str]:
    """What there is to say of a stage, and the occasion that makes it new; two empty texts for nothing."""
    planned = stage.planned_for if stage.opening != Stage.Opening.CRITERIA else None
    if why_stuck(stage, community, moment, plan):
        has_date = planned is not None and stage.opening == Stage.Opening.DATE
        return "alarm", f"{planned:%Y-%m-%dT%H:%M%z}" if has_date else _criteria_of(stage)
    if planned is not None and _is_tomorrow(planned, moment, community):
        return "due", planned.isoformat()
    if stage.opening == Stage.Opening.HAND and _could_open(stage, community, plan) and all_green(stage):
        return "ready", _criteria_of(stage)
    return "", ""


def _could_open(stage: Stage, community: Community, plan: Sequence[Stage]) -> bool:
    try:
        refuse_opening(stage, community, plan)
    except PlanError:
        return False
    return True


def _is_tomorrow(planned: datetime.datetime, moment: datetime.datetime, community: Community) -> bool:
    return day_of(planned, community) - day_of(moment, community) == DAY


def _criteria_of(stage: Stage) -> str:
    """Changed thresholds make a new occasion."""
    return ",".join(f"{name}={goal:g}" for name, goal in sorted(stage.criteria.items()))

"""Looking at a plan when there is something to see, and saying when to look again.

Each waiting stage bears the moment of its next look, so that a plan costs nothing in between. Dates are known; gauges
move when people write, join or queue up, and whoever hears of that asks for a look soon (`look_soon`).
"""

from __future__ import annotations

import datetime
import random
from typing import Any

from django.utils import timezone

from communities.calendar import DAY, day_of, moments
from communities.launch.gauges import measured_once, read_gauges
from communities.launch.models import Stage
from communities.launch.paces import keep_day
from communities.launch.services.opening import open_due_stages
from communities.launch.services.planning import look_soon
from communities.launch.services.watching import watch_stages
from communities.models import Community

# All gauges are so far on their way: reading, or time alone, may bring them home.
NEAR, NEAR_PAUSE, FAR_PAUSE = 0.8, datetime.timedelta(minutes=30), datetime.timedelta(hours=6)
# Its time has come and it cannot open: the one thing that is missing may be mended at any moment.
STUCK_PAUSE = datetime.timedelta(minutes=5)
# Whoever has come into the team meanwhile is told as well.
LONGEST = DAY


def look_at_plan(community: Community, *, now: datetime.datetime | None = None) -> int:
    """Open what is due in the community in scope, note what is ready, due tomorrow or stuck, and say when to look
    again; how many stages were opened or noted. Safe to run twice at once: each note reaches a person once."""
    moment = now or timezone.now()
    with measured_once():
        plan = list(Stage.objects.in_order())
        keep_day(community, moment, [stage for stage in plan if stage.is_waiting])
        opened = open_due_stages(now=moment, plan=plan)
        if opened:
            plan = list(Stage.objects.in_order())
        noted = watch_stages(now=moment, plan=plan)
        for stage in plan:
            if stage.is_waiting:
                # Whoever changed it meanwhile, or moved a gauge, has asked for a look of their own.
                unasked = Stage.objects.filter(pk=stage.pk, look_at=stage.look_at)
                unasked.update(look_at=next_look(stage, community, moment))
    return opened + noted


def next_look(stage: Stage, community: Community, now: datetime.datetime) -> datetime.datetime:
    """When something about a waiting stage may be otherwise than now."""
    looks = [now + LONGEST]
    if stage.planned_for is not None and stage.opening != Stage.Opening.CRITERIA:
        before = day_of(stage.planned_for, community) - DAY
        eve, _end = moments(before, before, community)
        looks += [moment for moment in (eve, stage.planned_for) if moment > now]
        if stage.planned_for <= now and stage.opening == Stage.Opening.DATE:
            looks.append(now + STUCK_PAUSE)
    if stage.criteria and stage.opening != Stage.Opening.DATE:
        # Spread, so that plans which were made together are not looked at together for ever.
        looks.append(now + (NEAR_PAUSE if _is_near(stage) else FAR_PAUSE) * random.uniform(0.75, 1.25))  # noqa: S311
    return min(looks)


def _is_near(stage: Stage) -> bool:
    return all(reading.value >= NEAR * reading.goal for reading in read_gauges(stage))


def hear_of_newcomer(**_told: Any) -> None:
    """Somebody has joined, in the community in scope: gauges count members."""
    look_soon()

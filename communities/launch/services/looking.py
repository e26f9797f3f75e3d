"""Looking at a plan when there is something to see, and saying when to look again.

Each waiting stage bears the moment of its next look, so that a plan costs nothing in between. Dates are known; gauges
move when people write, join or queue up, and whoever hears of that asks for a look soon (`look_soon`).
"""

from __future__ import annotations

import datetime
import random
from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.utils import timezone

from communities.calendar import DAY, day_of, moments
from communities.launch.gauges import measured_once, read_gauges
from communities.launch.models import Stage
from communities.launch.paces import keep_day
from communities.launch.services.opening import open_due_stages
from communities.launch.services.planning import look_soon
from communities.launch.services.watching import watch_stages
from communities.models import Community
from communities.reads import CompiledRead

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
        plan = _plan()
        keep_day(community, moment, [stage for stage in plan if stage.is_waiting])
        opened = open_due_stages(now=moment, plan=plan)
        if opened:
            plan = _plan()
        noted = watch_stages(now=moment, plan=plan, community=community)
        _put_off(
            {stage: next_look(stage, community, moment) for stage in plan if stage.is_waiting}, community
        )
    return opened + noted


_plan: CompiledRead[Stage] = CompiledRead(lambda: Stage.objects.in_order(), name="plan")

# Whoever changed one meanwhile, or moved a gauge, has asked for a look of their own.
PUT_OFF = """
update launch_stage s set look_at = told.next
from unnest(%(stages)s::bigint[], %(known)s::timestamptz[], %(next)s::timestamptz[]) told (id, known, next)
where s.community_id = %(community)s and s.id = told.id and s.look_at is not distinct from told.known
"""


def _put_off(looks: Mapping[Stage, datetime.datetime], community: Community) -> None:
    """The next look at each of these, in one statement."""
    if not looks:
        return
    told: dict[str, Any] = {"community": community.pk, "stages": [stage.pk for stage in looks]}
    told |= {"known": [stage.look_at for stage in looks], "next": list(looks.values())}
    with connection.cursor() as cursor:
        cursor.execute(PUT_OFF, told)


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

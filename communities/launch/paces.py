"""Where gauges stood on the days before, and what follows for the days to come; in the community in scope."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db import connection

from communities.calendar import day_of
from communities.launch.forecasting import PACE_DAYS, forecast
from communities.launch.gauges import Reading, values_of
from communities.launch.measured import DAYS_KEPT
from communities.launch.models import GaugeDay, Stage
from communities.models import Community

# What is too old goes along: most looks find nothing of that, and it would be a statement of each.
KEEP = """
with gone as (
  delete from launch_gaugeday where community_id = %(community)s and day < %(kept_from)s
)
insert into launch_gaugeday as known (community_id, gauge, day, value)
select %(community)s, gauge, %(today)s, value from unnest(%(gauges)s::text[], %(values)s::float[]) told (gauge, value)
on conflict (community_id, gauge, day) do update set value = excluded.value where known.value <> excluded.value
"""


def keep_day(community: Community, moment: datetime.datetime, waiting: Sequence[Stage]) -> int:
    """Note where the gauges stand that waiting stages wait for; how many. The last look of a day is its figure."""
    names = {name for stage in waiting for name in stage.criteria}
    if not names:
        return 0
    today = day_of(moment, community)
    values = values_of(names)
    told: dict[str, Any] = {"community": community.pk, "today": today, "kept_from": today - DAYS_KEPT}
    told |= {"gauges": list(values), "values": list(values.values())}
    with connection.cursor() as cursor:
        cursor.execute(KEEP, told)
    return len(values)


def with_forecasts(
    readings: Sequence[Reading], stage: Stage, community: Community, now: datetime.datetime
) -> list[Reading]:
    """The same readings, each with when it will hold at its pace; one query."""
    today = day_of(now, community)
    names = [reading.gauge.name for reading in readings]
    days: dict[str, dict[datetime.date, float]] = {name: {} for name in names}
    known = GaugeDay.objects.since(today - datetime.timedelta(days=PACE_DAYS)).filter(gauge__in=names)
    for name, day, value in known.order_by("day").values_list("gauge", "day", "value"):
        days[name][day] = value
    planned = day_of(stage.planned_for, community) if stage.planned_for else None
    return [_with_forecast(reading, days[reading.gauge.name], today, planned) for reading in readings]


def _with_forecast(
    reading: Reading, days: dict[datetime.date, float], today: datetime.date, planned: datetime.date | None
) -> Reading:
    """What is measured now is today’s figure."""
    course = sorted((days | {today: reading.value}).items())
    return replace(reading, forecast=forecast(course, reading.goal), days=len(course), needed_by=planned)

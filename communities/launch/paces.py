"""Where gauges stood on the days before, and what follows for the days to come; in the community in scope."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import replace

from communities.calendar import day_of
from communities.launch.forecasting import PACE_DAYS, forecast
from communities.launch.gauges import Reading, values_of
from communities.launch.models import GaugeDay, Stage
from communities.models import Community


def keep_day(community: Community, moment: datetime.datetime, waiting: Sequence[Stage]) -> int:
    """Note where the gauges stand that waiting stages wait for; how many. The last look of a day is its figure."""
    names = {name for stage in waiting for name in stage.criteria}
    if not names:
        return 0
    today = day_of(moment, community)
    rows = [GaugeDay(gauge=name, day=today, value=value) for name, value in values_of(names).items()]
    GaugeDay.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["community", "gauge", "day"], update_fields=["value"]
    )
    GaugeDay.objects.past(today).delete()
    return len(rows)


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

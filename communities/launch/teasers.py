"""What opens next for somebody, as far as the plan announces it: which parts, how far, when."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from communities.launch.audiences import audience_of
from communities.launch.features import features_for, open_features, told_labels
from communities.launch.gauges import Gauge, Reading, gauges_here
from communities.launch.models import GaugeDay, Stage
from communities.models import Community, Membership


@dataclass(frozen=True)
class Coming:
    """The next part for somebody; the readings are those of the last look, which members do not cause."""

    labels: str
    readings: list[Reading]
    measured_on: datetime.date | None
    planned_for: datetime.datetime | None


def coming_part(community: Community, membership: Membership) -> Coming | None:
    """The first stage to come, where it is announced and gives this member something. No query without one."""
    stage = next((one for one in community.launch.get("stages", ()) if one["state"] == "closed"), None)
    if stage is None or not stage.get("teaser"):
        return None
    gained = _gained(community, membership, stage)
    if not gained:
        return None
    row = Stage.objects.filter(pk=stage["id"]).first()
    if row is None:
        return None
    names = [name for name in stage["features"] if name in gained]
    readings, day = _last_readings(row, community, membership)
    return Coming(", ".join(told_labels(names)), readings, day, row.planned_for)


def _gained(community: Community, membership: Membership, stage: Mapping[str, Any]) -> frozenset[str]:
    after = features_for(community, audience_of(membership), as_if=stage["id"])
    gained = (after - open_features(community, membership)) & frozenset(stage["features"])
    # Whoever is inside needs no door.
    return gained - {"join"}


def _last_readings(
    stage: Stage, community: Community, membership: Membership
) -> tuple[list[Reading], datetime.date | None]:
    """Where its gauges stood when the plan was looked at last, without those of places that this member must not know
    of."""
    rows = GaugeDay.objects.filter(gauge__in=list(stage.criteria)).order_by("gauge", "-day").distinct("gauge")
    known = {row.gauge: row for row in rows}
    readings = [
        Reading(gauge, known[name].value, float(stage.criteria[name]))
        for name, gauge in gauges_here(stage.criteria).items()
        if name in known and name in stage.criteria and _may_read(gauge, community, membership)
    ]
    return readings, min((known[one.gauge.name].day for one in readings), default=None)


def _may_read(gauge: Gauge, community: Community, membership: Membership) -> bool:
    return gauge.may_read is None or gauge.may_read(community, membership)

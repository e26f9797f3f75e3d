"""What opens next for somebody, as far as the plan announces it: which parts, in which stage, when, and how far it is.

Nothing is measured for it: what the team’s last look found is told, with its day. Told is only what is honest and
points at nobody: of fewer than five people not how many, and of a share, whose whole is not known here, only whether it
is reached.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.launch.audiences import audience_of
from communities.launch.features import DOORS, features_for, open_features, told_labels
from communities.launch.gauges import Gauge, Reading, gauges_here
from communities.launch.models import GaugeDay, Stage
from communities.launch.previewing import SEEN_AS, Preview, membership_as
from communities.models import Community, Membership

# Of fewer people it is not said how many they are, as in surveys.
FEWEST_TOLD = 5
# Whose eyes the team can look through.
EYES = ("visitor", "member", "ambassador", "inside")
FOR_WHOM: Mapping[str, Promise] = {
    "team": gettext_lazy("For the team"),
    "ambassadors": gettext_lazy("For ambassadors"),
    "list": gettext_lazy("For members whom the team has chosen"),
    "wave": gettext_lazy("For people who are invited"),
    "waiting": gettext_lazy("For people on the waiting list, first come first"),
    "everyone": gettext_lazy("For everyone"),
}


@dataclass(frozen=True)
class Told:
    """How far one gauge is, as those outside the team are told; `reading` only where its figures are."""

    label: Promise | str
    text: str
    holds: bool
    reading: Reading | None = None


@dataclass(frozen=True)
class Coming:
    """One stage to come for somebody; what is told of its gauges is of the last look, which readers do not cause."""

    stage: Stage
    labels: str
    told: list[Told]
    measured_on: datetime.date | None
    # Its number in the plan and how many stages that has; whether another one opens before it.
    number: int
    total: int
    is_next: bool

    @property
    def keeps_some(self) -> bool:
        """Whether some of its gauges are not told of: not measured yet, or of a space that is not for this reader."""
        return len(self.told) < len(self.stage.criteria)

    @property
    def planned_for(self) -> datetime.datetime | None:
        return self.stage.planned_for

    @property
    def for_whom(self) -> Promise:
        return FOR_WHOM[self.stage.audience]


def coming_part(community: Community, membership: Membership) -> Coming | None:
    """The first stage to come, where it is announced and gives this member something. No query without one."""
    first = next((one for one in _stages(community) if one["state"] == "closed"), None)
    if first is None or not first.get("teaser") or not _gained(community, membership, first):
        return None
    return next(iter(_told(community, membership, [first])), None)


def what_opens(community: Community, membership: Membership | None) -> list[Coming]:
    """Every announced stage to come that gives somebody (None: a visitor) something: two statements at most, and none
    where nothing is announced."""
    return _told(community, membership, _announced(community, membership))


def has_announced(community: Community, membership: Membership | None) -> bool:
    """Whether there is anything to tell; no query."""
    return bool(_announced(community, membership))


def as_neutral(membership: Membership, community: Community, eyes: str) -> Membership | None:
    """Somebody of an audience who is nobody in particular; None for a visitor. Never to be saved."""
    pretended = membership_as(membership, community, Preview(0, 0, "", eyes))
    if pretended is not None and eyes == "inside":
        pretended.stage_ids = [stage["id"] for stage in _stages(community)]
    return pretended


def eyes_offered() -> list[tuple[str, Promise]]:
    return [(name, SEEN_AS[name]) for name in EYES]


def _stages(community: Community) -> list[Mapping[str, Any]]:
    return list(community.launch.get("stages", ()))


def _announced(community: Community, membership: Membership | None) -> list[Mapping[str, Any]]:
    waiting = [one for one in _stages(community) if one["state"] == "closed" and one.get("teaser")]
    return [stage for stage in waiting if _gained(community, membership, stage)]


def _gained(community: Community, membership: Membership | None, stage: Mapping[str, Any]) -> frozenset[str]:
    """What a stage gives to somebody who has it not, earlier stages counted as open."""
    if not community.launch.get("begun"):
        return frozenset()
    own = frozenset(stage["features"])
    if membership is None and stage["audience"] == "waiting":
        # Who waits is a visitor until then.
        return own - open_features(community, None) - DOORS
    audience = audience_of(membership)
    before = _before(community, stage)
    after = features_for(community, audience, as_if=stage["id"])
    had = open_features(community, membership) | (
        features_for(community, audience, as_if=before) if before else frozenset()
    )
    gained = (after - had) & own
    # Whoever is inside needs no door.
    return gained if membership is None else gained - {"join"}


def _before(community: Community, stage: Mapping[str, Any]) -> int:
    """The stage before this one, by its id; 0 for the first."""
    ids = [one["id"] for one in _stages(community)]
    place = ids.index(stage["id"])
    return int(ids[place - 1]) if place else 0


def _told(
    community: Community, membership: Membership | None, stages: list[Mapping[str, Any]]
) -> list[Coming]:
    if not stages:
        return []
    rows = {row.pk: row for row in Stage.objects.filter(pk__in=[stage["id"] for stage in stages])}
    wanted = {name for row in rows.values() for name in row.criteria}
    days = GaugeDay.objects.filter(gauge__in=wanted).order_by("gauge", "-day").distinct("gauge")
    known = {day.gauge: day for day in days} if wanted else {}
    gauges = gauges_here(wanted) if wanted else {}
    every = _stages(community)
    first = next((one["id"] for one in every if one["state"] in ("closed", "rolled_back")), 0)
    coming = []
    for stage in stages:
        row = rows.get(stage["id"])
        if row is None:
            continue
        readings = [
            Reading(gauge, known[name].value, float(row.criteria[name]))
            for name, gauge in gauges.items()
            if name in row.criteria and name in known and _may_read(gauge, community, membership)
        ]
        gained = _gained(community, membership, stage)
        coming.append(
            Coming(
                row,
                ", ".join(told_labels([name for name in stage["features"] if name in gained])),
                [told_of(reading) for reading in readings],
                min((known[one.gauge.name].day for one in readings), default=None),
                every.index(stage) + 1,
                len(every),
                stage["id"] == first,
            )
        )
    return coming


def told_of(reading: Reading) -> Told:
    """A gauge as those outside the team read it."""
    gauge, holds = reading.gauge, reading.holds
    is_few = gauge.counts_people and reading.value < FEWEST_TOLD
    if gauge.in_percent or (is_few and reading.goal <= FEWEST_TOLD):
        needed = _("%(goal)s are needed") % {"goal": reading.goal_text}
        return Told(gauge.label, needed, holds)
    if is_few:
        words = {"n": FEWEST_TOLD, "goal": reading.goal_text}
        return Told(gauge.label, _("fewer than %(n)s, of %(goal)s") % words, holds)
    return Told(gauge.label, reading.text, holds, reading)


def _may_read(gauge: Gauge, community: Community, membership: Membership | None) -> bool:
    return gauge.may_read is None or gauge.may_read(community, membership)

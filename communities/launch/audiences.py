"""What is open to whom: the plan in force, evaluated for one audience. Pure functions, no query, no clock.

The plan is kept on the community's row (`Community.launch`), which every request has at hand and which is never older
than a second; a person's stages are on the membership's row. So the answer costs no query, on any process.

The rule. A stage that is open opens its features to its audience, and to the audience of every later open stage.
An audience widens in the order team, ambassadors, list, wave, waiting, everyone: who is inside a narrower open
stage is also inside a later, wider one. A paused stage keeps working for the team only. What no stage of a begun
plan names stays open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from communities.models import Membership

WIDTHS = {"team": 0, "ambassadors": 1, "list": 2, "wave": 3, "waiting": 4, "everyone": 5}
# Audiences made of persons by name; the others follow from the role.
BY_PERSON = frozenset({"list", "wave", "waiting"})


@dataclass(frozen=True)
class Audience:
    """Who is asking: a visitor, or a member with the stages that let them in."""

    is_team: bool = False
    is_ambassador: bool = False
    stages: frozenset[int] = frozenset()


VISITOR = Audience()
TEAM = Audience(is_team=True)


def audience_of(membership: Membership | None) -> Audience:
    if membership is None or not membership.is_active:
        return VISITOR
    if membership.is_staff:
        return TEAM
    return Audience(
        is_ambassador=membership.role == Membership.Role.AMBASSADOR,
        stages=frozenset(membership.stage_ids),
    )


def features_named(plan: Mapping[str, Any], *, as_if: int = 0) -> frozenset[str]:
    """The features that the plan decides about: none before its first stage opens."""
    if not (plan.get("begun") or as_if):
        return frozenset()
    return frozenset(feature for stage in plan["stages"] for feature in stage["features"])


def features_opened(plan: Mapping[str, Any], audience: Audience, *, as_if: int = 0) -> frozenset[str]:
    """The features that the plan's open stages give to an audience.

    `as_if` is a stage that counts as open, and every one before it, for stages open in their order.
    """
    entered: list[int] = []
    opened: set[str] = set()
    so_far: set[str] = set()
    pretended = _up_to(plan, as_if)
    for stage in plan.get("stages", ()):
        if not (_has_effect(stage, audience) or stage["id"] in pretended):
            continue
        so_far |= set(stage["features"])
        width = WIDTHS[stage["audience"]]
        if _names(stage, audience) or any(narrower <= width for narrower in entered):
            entered.append(width)
            opened |= so_far
    return frozenset(opened)


def would_be_inside(plan: Mapping[str, Any], stage: Mapping[str, Any], audience: Audience) -> bool:
    """Whether a paused stage would work for this audience if it were open."""
    stages = [{**one, "state": "open"} if one["id"] == stage["id"] else one for one in plan.get("stages", ())]
    return set(stage["features"]) <= features_opened({**plan, "stages": stages}, audience)


def _up_to(plan: Mapping[str, Any], last: int) -> frozenset[int]:
    """The stages up to one that exists; none without it."""
    ids = [stage["id"] for stage in plan.get("stages", ())]
    return frozenset(ids[: ids.index(last) + 1]) if last in ids else frozenset()


def _has_effect(stage: Mapping[str, Any], audience: Audience) -> bool:
    return bool(stage["state"] == "open" or (stage["state"] == "paused" and audience.is_team))


def _names(stage: Mapping[str, Any], audience: Audience) -> bool:
    kind = stage["audience"]
    if kind == "everyone" or audience.is_team:
        return True
    if kind == "ambassadors":
        return audience.is_ambassador
    return kind in BY_PERSON and stage["id"] in audience.stages

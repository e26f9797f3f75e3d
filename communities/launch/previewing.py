"""Previewing the community as an audience: what opens, before and after a stage, and a preview session on the real
pages. A file of its own, because both the team's page and the middleware need it.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any, cast

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from communities.launch.audiences import BY_PERSON, Audience
from communities.launch.features import FEATURES, Feature, features_for, names_in_stages
from communities.launch.models import Stage
from communities.launch.permissions import can_edit_plan
from communities.models import Community, Membership

SESSION_KEY = "launch_preview"

SEEN_AS: dict[str, Promise] = {
    "visitor": _("A visitor"),
    "member": _("A member whom no stage names"),
    "inside": _("Somebody whom this stage lets in"),
    "ambassador": _("An ambassador"),
    "team": _("Somebody on the team"),
}


@dataclass(frozen=True)
class Preview:
    """A manager's preview session: the community as an audience sees it, as if a stage were open."""

    stage: int
    place: int
    stage_name: str
    seen_as: str

    @property
    def label(self) -> Promise:
        return SEEN_AS[self.seen_as]


@dataclass(frozen=True)
class AudienceAccess:
    """What one audience has today, and once the stage is open."""

    seen_as: str
    label: Promise
    before: list[Feature]
    after: list[Feature]

    @property
    def gained(self) -> list[Feature]:
        return [feature for feature in self.after if feature not in self.before]

    @property
    def lost(self) -> list[Feature]:
        return [feature for feature in self.before if feature not in self.after]


def audiences_of(stage: Stage) -> list[str]:
    """The audiences that a stage can be previewed as: "inside" only if the stage names people."""
    return [name for name in SEEN_AS if name != "inside" or stage.audience in BY_PERSON]


def glimpse(community: Community, stage: Stage, seen_as: str) -> AudienceAccess:
    eyes = as_audience(stage, seen_as)
    after = features_for(community, eyes, as_if=stage.pk)
    return AudienceAccess(seen_as, SEEN_AS[seen_as], _listed(features_for(community, eyes)), _listed(after))


def as_audience(stage: Stage, seen_as: str) -> Audience:
    inside = frozenset({stage.pk}) if seen_as == "inside" else frozenset()
    return Audience(is_team=seen_as == "team", is_ambassador=seen_as == "ambassador", stages=inside)


def _listed(names: frozenset[str]) -> list[Feature]:
    """What a stage can open. The waiting list is for those outside, so it is not among what people gain."""
    return [FEATURES[name] for name in names_in_stages() if name in names]


def start_preview(request: HttpRequest, community: Community, stage: Stage, seen_as: str) -> None:
    request.session[SESSION_KEY] = [community.pk, stage.pk, seen_as]


def end_preview(request: HttpRequest) -> None:
    request.session.pop(SESSION_KEY, None)


def preview_of(request: HttpRequest, community: Community, membership: Membership | None) -> Preview | None:
    """The preview in progress in this session and community; None once its stage is gone, or the person is no longer
    a manager."""
    if not can_edit_plan(membership):
        return None
    kept = request.session.get(SESSION_KEY)
    if not kept or kept[0] != community.pk or kept[2] not in SEEN_AS:
        return None
    stage = Stage.objects.filter(pk=kept[1]).first()
    return Preview(stage.pk, stage.place, stage.name, kept[2]) if stage else None


def community_as_if(community: Community, preview: Preview) -> Community:
    """A copy: the cached row is shared by all requests."""
    pretended = copy.copy(community)
    pretended.__dict__.pop("_open_features", None)
    # Read by open_features.
    cast("Any", pretended).as_if_open = preview.stage
    return pretended


def membership_as(membership: Membership, community: Community, preview: Preview) -> Membership | None:
    """The manager's own membership with the rights of the audience; None for a visitor. Never to be saved."""
    if preview.seen_as == "visitor":
        return None
    pretended = copy.copy(membership)
    pretended._state = copy.copy(membership._state)
    pretended._state.fields_cache = {**membership._state.fields_cache}
    pretended.community = community
    # Greeted as whom the manager looks as, and not by name.
    pretended.display_name = str(SEEN_AS[preview.seen_as])
    if preview.seen_as != "team":
        role = Membership.Role.AMBASSADOR if preview.seen_as == "ambassador" else Membership.Role.MEMBER
        pretended.role, pretended.role_spaces = role, []
        pretended.trust_level = min(membership.trust_level, 1)
    pretended.stage_ids = [preview.stage] if preview.seen_as == "inside" else []
    return pretended

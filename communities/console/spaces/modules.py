"""Which modules a community has: what is switched off is there for nobody, and keeps what it holds."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction

from communities.console.spaces.queries import held_by_space
from communities.content.kinds import KINDS, Kind, feature_of
from communities.content.models import Space
from communities.exceptions import ChangedMeanwhile, NotAllowed
from communities.journal.services import record
from communities.launch.audiences import features_named
from communities.launch.features import DOORS, FEATURES, Feature, chosen_features
from communities.memory import forget_all
from communities.models import Community, Membership
from communities.permissions import can_edit_spaces
from communities.queries import locked_community


@dataclass(frozen=True)
class Module:
    """One module with its state, and what it holds: a number of threads, where it is a kind of content."""

    feature: Feature
    on: bool
    kind: Kind | None = None
    spaces: int = 0
    threads: int = 0
    # A stage of the launch plan names it: only the plan opens it to everybody.
    planned: bool = False

    @property
    def name(self) -> str:
        return self.feature.name


def modules_of(community: Community) -> list[Module]:
    """All modules in their order, in two statements."""
    chosen, planned = chosen_features(community), features_named(community.launch)
    kinds = {kind.feature: kind for kind in KINDS}
    held = held_by_space()
    spaces: dict[str, list[int]] = {}
    for pk, kind in Space.objects.filter(archived=False).values_list("pk", "kind"):
        spaces.setdefault(kind, []).append(pk)
    modules = []
    for feature in features():
        kind = kinds.get(feature.name)
        own = spaces.get(kind.name, []) if kind else []
        modules.append(
            Module(
                feature,
                feature.name in chosen,
                kind,
                len(own),
                sum(held.get(pk, (0, 0))[0] for pk in own),
                feature.name in planned,
            )
        )
    return modules


def features() -> list[Feature]:
    """What can be switched: all but the ways in, which only a plan closes."""
    return [feature for feature in FEATURES if feature.name not in DOORS]


def is_on(space: Space, chosen: Collection[str]) -> bool:
    """Whether the module of a space is among those chosen."""
    return feature_of(space) in chosen


def mark_of(community: Community) -> str:
    """Names the choice that a form started from."""
    return ",".join(sorted(chosen_features(community) - DOORS))


def switched_off(community: Community, wanted: Collection[str]) -> list[Module]:
    """What would disappear with this choice."""
    return [module for module in modules_of(community) if module.on and module.name not in wanted]


@transaction.atomic
def choose_modules(
    community: Community, *, by: Membership, wanted: Collection[str], started_from: str | None = None
) -> Community:
    """Have exactly these modules. What is switched off answers as if it did not exist, and keeps what it holds.

    Unknown names are left out. Raises NotAllowed, ChangedMeanwhile where somebody else saved meanwhile.
    """
    if not can_edit_spaces(by):
        raise NotAllowed
    fresh = locked_community(community)
    if started_from is not None and started_from != mark_of(fresh):
        raise ChangedMeanwhile
    every = {feature.name for feature in features()}
    before, after = chosen_features(fresh) - DOORS, every & set(wanted)
    # Empty means all; a community without any module keeps a door, which is open anyhow.
    fresh.open_features = [] if after == every else sorted(after) or sorted(DOORS)
    fresh.save(update_fields=["open_features", "updated_at"])
    record(by, "choose_modules", before={"modules": sorted(before)}, after={"modules": sorted(after)})
    transaction.on_commit(forget_all)
    return fresh

"""The shapes that the demo shows: each a recipe, somebody to be in a community of that shape, and what to do there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from communities.console.recipe.catalogue import blueprints
from communities.console.recipe.schema import in_language
from communities.models import Community, Membership


@dataclass(frozen=True)
class ShapeDoor:
    """A way into the demo: the name of a shape, whom one is there, and what to do first, both in one language."""

    name: str
    label: str
    words: str
    community: Community
    person: Membership


def told_shapes(community: Community) -> list[Mapping[str, Any]]:
    """What a community of the demo says that it shows."""
    told: list[Mapping[str, Any]] = community.settings.get("demo_shapes", [])
    return told


def shape_doors(doors: Iterable[tuple[Community, Iterable[Membership]]], *, language: str) -> list[ShapeDoor]:
    """In the order of the recipes; a shape whose person cannot be entered is left out."""
    order = {one.name: one for one in blueprints()}
    found = [
        ShapeDoor(
            name=said["shape"],
            label=in_language(order[said["shape"]].label, language),
            words=in_language(said["do"], language),
            community=community,
            person=person,
        )
        for community, people in doors
        for said in told_shapes(community)
        for person in people
        if said["shape"] in order and person.handle == said["be"]
    ]
    return sorted(found, key=lambda one: order[one.name].order)


def way_into(community: Community, shape: str, handle: str) -> str:
    """Where somebody lands who enters by a shape: an address within the community; empty where it shows none."""
    ways = (said["go"] for said in told_shapes(community) if (said["shape"], said["be"]) == (shape, handle))
    return next(ways, "")

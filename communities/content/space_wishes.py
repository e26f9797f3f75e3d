"""A space in words: as a form wishes it, and as the journal keeps it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from communities.content.models import Space

STORED = (
    "name",
    "slug",
    "description",
    "prompt",
    "language",
    "drawing",
    "audience",
    "posting",
    "replying",
    "let_in",
    "mode",
    "parent_id",
)
FOCAL = ("focal_x", "focal_y")
IN_SETTINGS = (
    "starts",
    "switches",
    "required_tags",
    "order",
    "template",
    "minimum",
    "quiet_days",
    "slow_minutes",
    *FOCAL,
)


@dataclass(frozen=True)
class SpaceWishes:
    """A space as its form says it. `let_in` has an entry for each right (read, start, reply) whose circle asks more
    than its name; an empty `slug` is made of the name. Who its named authors are is another page’s."""

    name: str
    slug: str = ""
    description: str = ""
    prompt: str = ""
    language: str = ""
    drawing: str = ""
    audience: str = "public"
    posting: str = "members"
    replying: str = "members"
    let_in: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    starts: tuple[str, ...] = ()
    # Names of the switches of its kind that are on.
    switches: tuple[str, ...] = ()
    required_tags: tuple[str, ...] = ()
    order: str = ""
    # What the text of a new thread begins with.
    template: str = ""
    minimum: int | None = None
    quiet_days: int | None = None
    # In each thread everybody replies once in so many minutes; None: as often as they like.
    slow_minutes: int | None = None
    # The point of its picture that stays visible, in percent from the left and from the top; None: the middle.
    focal_x: int | None = None
    focal_y: int | None = None
    mode: str = ""
    # The space that it stands in.
    parent_id: int | None = None


def wishes_of(space: Space) -> SpaceWishes:
    """A space as its form would say it if nothing changed."""
    said = {name: space.settings.get(name) for name in IN_SETTINGS}
    return SpaceWishes(
        **{name: getattr(space, name) for name in STORED},
        starts=tuple(said["starts"] or space.starts),
        switches=tuple(said["switches"] or ()),
        required_tags=space.required_tags,
        order=said["order"] or "",
        template=space.template,
        minimum=said["minimum"],
        quiet_days=said["quiet_days"],
        slow_minutes=said["slow_minutes"],
        focal_x=said["focal_x"],
        focal_y=said["focal_y"],
    )


def told(space: Space) -> dict[str, Any]:
    """What the journal keeps of a space."""
    return {
        **{name: getattr(space, name) for name in STORED},
        **{name: space.settings.get(name) for name in IN_SETTINGS},
        "starts": list(space.starts),
        "picture": space.picture,
    }


def order_of(spaces: Sequence[Space]) -> dict[str, Any]:
    """What the journal keeps of an order: names for people, ids to put it back."""
    return {"order": [space.name for space in spaces], "ids": [space.pk for space in spaces]}

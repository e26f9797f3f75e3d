"""What the pages of spaces show: each space with who may what and how much it holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.http import Http404
from django.utils.functional import Promise

from communities.content.kinds import KINDS, Kind, feature_of
from communities.content.models import Space, SpaceAuthor, State, Thread, ThreadMove
from communities.content.nesting import inside, nested
from communities.content.services.nesting import may_hold
from communities.launch.features import chosen_features
from communities.models import Community


@dataclass(frozen=True)
class SpaceLine:
    """A space in the list of the settings."""

    space: Space
    kind: Kind
    threads: int = 0
    held: int = 0
    authors: int = 0
    module_off: bool = False
    moving: bool = False

    @property
    def many(self) -> Promise:
        return self.kind.threads_label

    @property
    def read_icon(self) -> str:
        circle = self.space.circle("read")
        return circle.icon if circle is not None else "lock"


def space_lines(community: Community, *, archived: bool = False) -> list[SpaceLine]:
    """The community's spaces in order, in four statements. A space of a kind that nobody declares is left out."""
    there = Space.objects.filter(archived=archived).select_related("parent")
    spaces = [space for space in nested(there) if space.kind in KINDS]
    held = held_by_space()
    authors = dict(SpaceAuthor.objects.values_list("space").annotate(n=Count("pk")))
    moving = set(ThreadMove.objects.filter(finished_at__isnull=True).values_list("source_id", flat=True))
    chosen = chosen_features(community)
    return [
        SpaceLine(
            space,
            KINDS[space.kind],
            *held.get(space.pk, (0, 0)),
            authors=authors.get(space.pk, 0),
            module_off=feature_of(space) not in chosen,
            moving=space.pk in moving,
        )
        for space in spaces
    ]


def held_by_space() -> dict[int, tuple[int, int]]:
    """How many published threads, and how many of any state, each space holds."""
    # The index says both: what is published has its time, and nothing is asked of a thread itself.
    rows = Thread.objects.order_by().values_list("space_id")
    counted = rows.annotate(public=Count("space_id", filter=Q(state=State.PUBLISHED)), every=Count("*"))
    return {space_id: (public, every) for space_id, public, every in counted}


def archived_count() -> int:
    return int(Space.objects.filter(archived=True).count())


def fetch_space(id: int) -> Space:
    """A space of the community in scope, archived or not. Raises Http404."""
    space: Space | None = Space.objects.filter(pk=id).first()
    if space is None or space.kind not in KINDS:
        raise Http404
    return space


def spaces_above(kind: Kind, space: Space | None) -> list[tuple[str, str]]:
    """In which others a space of a kind may stand: number and name; none for one in which others stand."""
    if not kind.nests:
        return []
    same = list(Space.objects.filter(kind=kind.name).in_order())
    if space is not None and inside(space, same):
        return []
    own, present = (space.pk, space.parent_id) if space is not None else (None, None)
    # The present one is always offered, archived too: a form without it would take the space out of it.
    offered = [one for one in same if one.pk == present or (one.pk != own and may_hold(one, kind.name))]
    return [(str(one.pk), one.name) for one in offered]


def parents() -> dict[int, int]:
    """Which spaces stand in which."""
    return dict(Space.objects.filter(parent__isnull=False).values_list("pk", "parent_id"))


def inner_spaces(space: Space, *, in_use: bool = False) -> list[Space]:
    """Those that stand in it; `in_use`: without archived ones."""
    there = Space.objects.filter(parent=space)
    return list((there.filter(archived=False) if in_use else there).in_order())


def targets_for(space: Space) -> list[Space]:
    """Where its threads could go: living spaces of the same kind."""
    others = Space.objects.filter(kind=space.kind, archived=False).exclude(pk=space.pk)
    return nested(others.select_related("parent"))


def latest_move(space: Space) -> ThreadMove | None:
    moves = ThreadMove.objects.filter(source=space).select_related("target")
    found: ThreadMove | None = moves.order_by("-id").first()
    return found


def held_in(space: Space) -> dict[str, Any]:
    """How much one space holds: published, waiting (drafts and held ones), all."""
    waiting = Q(state__in=(State.DRAFT, State.SCHEDULED, State.PENDING))
    counted: dict[str, Any] = space.threads.aggregate(
        public=Count("space_id", filter=Q(state=State.PUBLISHED)),
        waiting=Count("space_id", filter=waiting),
        every=Count("*"),
    )
    return counted

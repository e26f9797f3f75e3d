"""What stands in for a quiet block of the home page: threads of spaces that are alive, whatever kind they are of."""

from __future__ import annotations

import datetime
from collections.abc import Hashable, Sequence
from typing import Any

from communities import homepage
from communities.content.managers import ThreadQuerySet
from communities.content.models import Thread
from communities.content.showing.home import in_spaces, line_of, only, unread_of
from communities.content.showing.reading import for_lines
from communities.content.viewers import Viewer, readable_spaces
from communities.homepage import Filler, Section, Visit
from communities.reads import CompiledRead

# As many as all blocks may show of their own, and some more to stand in.
POOL = 32
# More spaces than this are not compared; those first in order are.
SPACES = 24


class Alive(Section):
    """Stands where a quiet block would, in its area and order, under a heading that says what it is."""

    is_stand_in = True

    def __init__(self, instead: Section, threads: Sequence[Thread]) -> None:
        self.name = f"front.instead-of-{instead.name}"
        self.area, self.order, self.whom = instead.area, instead.order, instead.whom
        self.block, self.anchor, self.more = instead.block, instead.anchor, instead.more
        # Among what is new there is a heading already.
        is_among = instead.area == "new"
        self.template = f"front/sections/{'alive_lines' if is_among else 'alive'}.html"
        self._threads = threads

    def threads(self, visit: Visit) -> Sequence[Thread]:
        return self._threads

    def context(self, visit: Visit) -> dict[str, Any]:
        return {
            "threads": self._threads,
            "unread": unread_of(visit),
            "block": self.block,
            "is_anchor": self.anchor,
            "is_wide": self.area == "wide",
        }

    def made_of(self, content: dict[str, Any]) -> tuple[Hashable, ...] | None:
        if content["unread"]:
            return None
        told = [one for thread in content["threads"] for one in line_of(thread)]
        return content["block"], content["is_anchor"], content["is_wide"], *told


class FromLivelySpaces(Filler):
    """The threads with the latest activity of all spaces that the reader may read."""

    def alive(self, visit: Visit, since: datetime.datetime, but: frozenset[Any]) -> list[Thread]:
        spaces = readable_spaces(visit.community, visit.viewer)[:SPACES]
        if not spaces:
            return []
        viewer = only(visit.viewer, spaces)
        found = in_spaces(_lively_threads(viewer, since), spaces)
        return [thread for thread in found if thread.pk not in but]

    def in_place_of(self, section: Section, threads: list[Thread]) -> Alive:
        return Alive(section, threads)


def _by_life(viewer: Viewer, since: datetime.datetime) -> ThreadQuerySet:
    visible: ThreadQuerySet = Thread.objects.visible_to(viewer).filter(last_activity_at__gte=since)
    # Each space gives its first few from its own index.
    parts = [visible.in_space(pk).active_before().values("pk")[:POOL] for pk in viewer.space_ids]
    first = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    lively = Thread.objects.filter(pk__in=first).order_by("-last_activity_at", "-id")
    return for_lines(lively)[:POOL]


_lively_threads: CompiledRead[Thread] = CompiledRead(_by_life)


def register() -> None:
    homepage.fillers.register(FromLivelySpaces())

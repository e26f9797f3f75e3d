"""What the home page shows of ideas: those with most votes, in the boxes whose ideas are not yet being decided."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from communities import homepage
from communities.content.managers import ThreadQuerySet
from communities.content.models import Thread
from communities.content.showing.home import in_spaces, only
from communities.content.viewers import Viewer, readable_spaces
from communities.homepage import Block, Reader, Section, Visit
from communities.ideas.models import IDEAS
from communities.ideas.phases import Phase
from communities.ideas.queries import box_of
from communities.reads import CompiledRead

SHOWN = 4
OPEN = (Phase.ALWAYS, Phase.SUBMIT, Phase.DISCUSS, Phase.VOTE)
# More boxes than this are not compared for the home page; those first in order are.
MOST_BOXES = 6


def leading_ideas(visit: Visit) -> list[Thread]:
    """Those with most votes among what is open: fetched once for the page."""
    return visit.once("ideas.leading", lambda: _leading(visit))


def _leading(visit: Visit) -> list[Thread]:
    spaces = readable_spaces(visit.community, visit.viewer, IDEAS)
    boxes = [space for space in spaces if box_of(space).phase in OPEN][:MOST_BOXES]
    return in_spaces(_by_votes(only(visit.viewer, boxes)), boxes) if boxes else []


def _leading_of(viewer: Viewer) -> ThreadQuerySet:
    threads: ThreadQuerySet = Thread.objects.visible_to(viewer)
    parts = [
        threads.in_space(pk)
        .filter(idea__box=pk, idea__merged_into__isnull=True, idea__status__in=["new", "studied", "planned"])
        .order_by("-idea__votes", "-idea__pk")
        .values("pk")[:SHOWN]
        for pk in viewer.space_ids
    ]
    first = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    found = Thread.objects.filter(pk__in=first).select_related("author", "idea")
    leading: ThreadQuerySet = found.order_by("-idea__votes", "-idea__pk")[:SHOWN]
    return leading


_by_votes: CompiledRead[Thread] = CompiledRead(_leading_of)


class Leading(Section):
    """For everybody: ideas with their votes and how far they are."""

    name, area, order = "ideas.leading", "aside", 40
    feature, whom = "ideas", Reader.VISITOR | Reader.MEMBER
    block = "ideas"
    template = "ideas/sections/leading.html"

    def threads(self, visit: Visit) -> Sequence[Thread]:
        return leading_ideas(visit)

    def context(self, visit: Visit) -> dict[str, Any] | None:
        threads = leading_ideas(visit)
        return {"threads": threads} if threads else None


def register() -> None:
    homepage.blocks.register(
        Block(
            "ideas",
            _("Ideas"),
            _("The four with the most votes, for visitors and members."),
            70,
            _("Submit an idea."),
            "ideas:list-boxes",
        )
    )
    homepage.sections.register(Leading())

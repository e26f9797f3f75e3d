"""What the home page shows of events: the next few."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from communities import homepage
from communities.content.models import Thread
from communities.content.showing.home import only
from communities.content.viewers import unfolded
from communities.events.models import EVENTS
from communities.events.queries import next_events, readable_calendars
from communities.homepage import Block, Reader, Section, Visit


def coming_events(visit: Visit) -> list[Thread]:
    return visit.once("events.coming", lambda: _coming(visit))


def _coming(visit: Visit) -> list[Thread]:
    spaces = unfolded(readable_calendars(visit.community, visit.viewer), visit.membership)
    return next_events(only(visit.viewer, spaces)) if spaces else []


class ComingEvents(Section):
    """Visitors and members: the next few events."""

    name, area, order = "events.coming", "aside", 15
    feature, whom = EVENTS, Reader.VISITOR | Reader.MEMBER
    block = "events"
    template = "events/sections/coming.html"
    fills = False

    def context(self, visit: Visit) -> dict[str, Any] | None:
        threads = coming_events(visit)
        return {"events": threads} if threads else None


def register() -> None:
    homepage.blocks.register(
        Block(
            "events",
            _("Events"),
            _("The next three."),
            65,
            _("Announce an event."),
            "events:choose-calendar",
        )
    )
    homepage.sections.register(ComingEvents())

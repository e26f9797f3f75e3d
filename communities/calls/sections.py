"""What the home page shows of calls: those that take applications now."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities import homepage
from communities.calls.models import Call
from communities.calls.permissions import FEATURE
from communities.content.managers import ThreadQuerySet
from communities.content.models import Thread
from communities.content.viewers import Viewer
from communities.drawing import lasts_until
from communities.homepage import Block, Reader, Section, Visit
from communities.reads import CompiledRead

MOST_OPEN = 3


def _taking_applications(viewer: Viewer, now: datetime.datetime) -> ThreadQuerySet:
    readable = Thread.objects.visible_to(viewer).filter(inset=Call.INSET)
    taking: ThreadQuerySet = readable.filter(call__opens_at__lte=now, call__closes_at__gt=now)
    return taking.select_related("space", "call").order_by("call__closes_at", "pk")[:MOST_OPEN]


_open: CompiledRead[Thread] = CompiledRead(_taking_applications)


def open_calls(visit: Visit) -> list[Thread]:
    """The first to close first."""
    threads = _open(visit.viewer, timezone.now())
    if threads:
        lasts_until(min(thread.call.closes_at for thread in threads))
    return threads


class OpenCalls(Section):
    """Visitors and members: what one can apply to now."""

    name, area, order = "calls.open", "aside", 17
    feature, whom = FEATURE, Reader.VISITOR | Reader.MEMBER
    block = "calls"
    template = "calls/sections/open.html"
    fills = False

    def context(self, visit: Visit) -> dict[str, Any] | None:
        threads = open_calls(visit)
        return {"threads": threads} if threads else None


def register() -> None:
    homepage.blocks.register(
        Block(
            "calls",
            _("Calls for projects"),
            _("Those that take applications now."),
            67,
            _("Open a call for projects."),
            "calls:list-calls",
        )
    )
    homepage.sections.register(OpenCalls())

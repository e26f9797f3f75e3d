"""What the home page shows of challenges: what one can enter, or vote in, now."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from communities import homepage
from communities.challenges.permissions import FEATURE
from communities.challenges.queries import challenges_now, readable_contests
from communities.content.models import Thread
from communities.content.showing.home import only
from communities.content.viewers import unfolded
from communities.drawing import lasts_until
from communities.homepage import Block, Reader, Section, Visit


def now_open(visit: Visit) -> list[Thread]:
    return visit.once("challenges.now", lambda: _now(visit))


def _now(visit: Visit) -> list[Thread]:
    spaces = unfolded(readable_contests(visit.community, visit.viewer), visit.membership)
    found = challenges_now(only(visit.viewer, spaces)) if spaces else []
    if found:
        lasts_until(min(thread.challenge.result_at for thread in found))
    return found


class ChallengesNow(Section):
    """Visitors and members: what is open to entries, to votes, or with the jury."""

    name, area, order = "challenges.now", "aside", 16
    feature, whom = FEATURE, Reader.VISITOR | Reader.MEMBER
    block = "challenges"
    template = "challenges/sections/now.html"
    fills = False

    def context(self, visit: Visit) -> dict[str, Any] | None:
        threads = now_open(visit)
        return {"threads": threads} if threads else None


def register() -> None:
    homepage.blocks.register(
        Block(
            "challenges",
            _("Challenges"),
            _("What is open to entries or votes now."),
            66,
            _("Open a challenge."),
            "challenges:choose-space",
        )
    )
    homepage.sections.register(ChallengesNow())

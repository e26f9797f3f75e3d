"""The home page’s section of offers: what a member can have now."""

from __future__ import annotations

from typing import Any

from analytics.offers.permissions import FEATURE
from analytics.offers.queries import open_for
from communities import homepage
from communities.homepage import Reader, Section, Visit

SHOWN = 2


class OffersForMembers(Section):
    """After what waits for an answer: one comes for people, and sees what there is for oneself."""

    name, area, order = "offers.for-members", "main", 25
    whom = Reader.MEMBER
    feature = FEATURE
    fills = False
    template = "offers/sections/for_members.html"

    def context(self, visit: Visit) -> dict[str, Any] | None:
        """One query where no offer stands; those whose code this member has already are not among them."""
        assert visit.membership is not None
        found = open_for(visit.membership)
        return {"offers": found[:SHOWN], "more": len(found) > SHOWN} if found else None


def register() -> None:
    homepage.sections.register(OffersForMembers())

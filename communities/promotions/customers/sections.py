"""Customers on the home page: the first three, for visitors and members."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from communities import homepage
from communities.homepage import Block, Reader, Section, Visit
from communities.promotions.customers.showing import cards_of, shown_stories

MOST = 3


class Customers(Section):
    name, area, order = "promotions.customers", "main", 80
    whom = Reader.VISITOR | Reader.MEMBER
    block, fills = "customers", False
    template = "promotions/customers/section.html"

    def context(self, visit: Visit) -> dict[str, Any] | None:
        stories = shown_stories(visit.community)
        if not stories:
            return None
        cards = cards_of(stories[:MOST], visit.community, visit.membership, visit.viewer)
        return {"cards": cards}


def register() -> None:
    homepage.blocks.register(
        Block(
            "customers",
            _("Customers"),
            _("The first three you feature, with their consent."),
            92,
            _("Ask a member whether you may feature them."),
            "promotions:list-customers",
        )
    )
    homepage.sections.register(Customers())

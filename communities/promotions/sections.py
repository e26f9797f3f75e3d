"""The brand's banner on the home page. Its template tag chooses it, and shows nothing if there is none."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from communities import homepage
from communities.homepage import Block, Reader, Section


class BannerForVisitors(Section):
    name, area, order = "promotions.for-visitors", "wide", 30
    whom = Reader.VISITOR
    block, fills = "banner", False
    template = "promotions/sections/for_visitors.html"


class BannerForMembers(Section):
    name, area, order = "promotions.for-members", "main", 40
    whom = Reader.MEMBER
    block, fills = "banner", False
    template = "promotions/sections/for_members.html"


def register() -> None:
    homepage.blocks.register(Block("banner", _("Banner"), _("One of your own, where one is running."), 90))
    for section in (BannerForVisitors(), BannerForMembers()):
        homepage.sections.register(section)

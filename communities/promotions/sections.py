"""The brand's banner on the home page. Its template tag chooses it, and shows nothing if there is none."""

from __future__ import annotations

from communities import homepage
from communities.homepage import Reader, Section


class BannerForVisitors(Section):
    name, area, order = "promotions.for-visitors", "wide", 30
    whom = Reader.VISITOR
    template = "promotions/sections/for_visitors.html"


class BannerForMembers(Section):
    name, area, order = "promotions.for-members", "main", 40
    whom = Reader.MEMBER
    template = "promotions/sections/for_members.html"


def register() -> None:
    for section in (BannerForVisitors(), BannerForMembers()):
        homepage.sections.register(section)

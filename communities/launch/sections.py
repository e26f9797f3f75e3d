"""What a member's home page says of parts that opened lately or are paused."""

from __future__ import annotations

from typing import Any

from communities import homepage
from communities.homepage import Reader, Section, Visit
from communities.launch.queries import news_of_parts
from communities.launch.teasers import coming_part


class PartNews(Section):
    name, area, order = "launch.part-news", "top", 20
    whom = Reader.MEMBER
    template = "launch/sections/part_news.html"

    def context(self, visit: Visit) -> dict[str, Any] | None:
        assert visit.membership is not None
        news = news_of_parts(visit.community, visit.membership)
        return {"news": news} if news else None


class ComingPart(Section):
    """What opens next for this member, where the plan announces it. No query without one."""

    name, area, order = "launch.coming-part", "top", 25
    whom = Reader.MEMBER
    template = "launch/sections/coming_part.html"

    def context(self, visit: Visit) -> dict[str, Any] | None:
        assert visit.membership is not None
        coming = coming_part(visit.community, visit.membership)
        return {"coming": coming} if coming else None


def register() -> None:
    homepage.sections.register(PartNews())
    homepage.sections.register(ComingPart())

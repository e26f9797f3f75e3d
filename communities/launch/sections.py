"""What a member's home page says of parts that opened lately or are paused."""

from __future__ import annotations

from typing import Any

from communities import homepage
from communities.homepage import Reader, Section, Visit
from communities.launch.queries import news_of_parts


class PartNews(Section):
    name, area, order = "launch.part-news", "top", 20
    whom = Reader.MEMBER
    template = "launch/sections/part_news.html"

    def context(self, visit: Visit) -> dict[str, Any] | None:
        assert visit.membership is not None
        news = news_of_parts(visit.community, visit.membership)
        return {"news": news} if news else None


def register() -> None:
    homepage.sections.register(PartNews())

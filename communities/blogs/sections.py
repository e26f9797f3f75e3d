"""What the home page shows of articles: the newest as a picture and a title, three more beside it."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from communities import homepage
from communities.blogs.models import ARTICLE, BLOG
from communities.content.attachments import as_shown, picture_of
from communities.content.managers import ThreadQuerySet
from communities.content.models import Thread
from communities.content.showing.home import in_spaces, only, unread_of
from communities.content.viewers import Viewer, readable_spaces
from communities.homepage import Block, Reader, Section, Visit
from communities.reads import CompiledRead

ARTICLES = 4


@dataclass(frozen=True)
class Story:
    """An article as the home page shows it; `picture` is its cover (url, srcset, sizes) or None."""

    thread: Thread
    picture: dict[str, str | int] | None

    @property
    def drawing(self) -> str:
        article = getattr(self.thread, "article", None)
        return str(getattr(article, "cover_drawing", "") or self.thread.space.drawing or "pages")

    @property
    def excerpt(self) -> str:
        return str(getattr(getattr(self.thread, "article", None), "excerpt", ""))

    @property
    def minutes(self) -> int:
        return int(getattr(getattr(self.thread, "article", None), "reading_minutes", 0))

    @property
    def framing(self) -> str:
        """The classes of the frame of its picture."""
        return str(self.thread.article.framing) if self.picture else ""

    @property
    def made_of(self) -> tuple[Hashable, ...]:
        """All that pages show of it, but for its moment."""
        thread, author = self.thread, self.thread.author
        words = (thread.get_absolute_url(), thread.title, thread.language, thread.space.name, thread.rewarded)
        face = author and (author.handle, author.display_name, author.portrait, author.drawing)
        cover = getattr(getattr(thread, "article", None), "cover", None)
        size = (cover.width, cover.height) if cover is not None else ()
        picture = tuple((self.picture or {}).values())
        return words, face, self.excerpt, self.minutes, self.drawing, picture, size, self.framing


def newest_articles(visit: Visit) -> list[Thread]:
    """The newest articles of all blogs that the reader may read: fetched once for the page."""
    return visit.once("blogs.articles", lambda: _newest(visit))


def has_blogs(visit: Visit) -> bool:
    return bool(readable_spaces(visit.community, visit.viewer, BLOG))


def _newest(visit: Visit) -> list[Thread]:
    blogs = readable_spaces(visit.community, visit.viewer, BLOG)
    return in_spaces(_newest_articles(only(visit.viewer, blogs)), blogs) if blogs else []


def _by_publication(viewer: Viewer) -> ThreadQuerySet:
    newest = Thread.objects.visible_to(viewer).of_kind(ARTICLE).published_before()
    return newest.select_related("author", "article__cover")[:ARTICLES]


_newest_articles: CompiledRead[Thread] = CompiledRead(_by_publication)


def stories_of(visit: Visit) -> list[Story]:
    return visit.once("blogs.stories", lambda: [_story(article) for article in newest_articles(visit)])


def _story(thread: Thread) -> Story:
    cover = getattr(getattr(thread, "article", None), "cover", None)
    return Story(thread, as_shown(picture_of(cover)) if cover is not None else None)


class ReadNow(Section):
    """Visitors: the newest article large, the others beside it."""

    name, area, order = "blogs.read-now", "wide", 20
    feature, whom = "blogs", Reader.VISITOR
    block = "articles"
    template = "blogs/sections/read_now.html"
    anchor, stand_ins = True, ARTICLES

    def has_source(self, visit: Visit) -> bool:
        return has_blogs(visit)

    def threads(self, visit: Visit) -> Sequence[Thread]:
        return newest_articles(visit)

    def context(self, visit: Visit) -> dict[str, Any] | None:
        stories = stories_of(visit)
        return {"stories": stories} if stories else None

    def made_of(self, content: dict[str, Any]) -> tuple[Hashable, ...]:
        stories = content["stories"]
        return stories[0].thread.published_at, *[story.made_of for story in stories]


class Lead(Section):
    """Members: the newest article opens what is new."""

    name, area, order = "blogs.lead", "new", 10
    feature, whom = "blogs", Reader.MEMBER
    block = "articles"
    template = "blogs/sections/lead.html"
    stand_ins = ARTICLES

    def has_source(self, visit: Visit) -> bool:
        return has_blogs(visit)

    def threads(self, visit: Visit) -> Sequence[Thread]:
        return newest_articles(visit)

    def context(self, visit: Visit) -> dict[str, Any] | None:
        stories = stories_of(visit)
        return {"story": stories[0], "unread": unread_of(visit)} if stories else None


class AlsoToRead(Section):
    """Members: the articles after the newest."""

    name, area, order = "blogs.also-to-read", "aside", 30
    feature, whom = "blogs", Reader.MEMBER
    block = "articles"
    template = "blogs/sections/also_to_read.html"

    def context(self, visit: Visit) -> dict[str, Any] | None:
        stories = stories_of(visit)[1:]
        return {"stories": stories} if stories else None


class FirstArticle(Section):
    """An empty place: its people may write before the guests come."""

    name, area, order = "blogs.first-article", "first", 20
    feature, whom = "blogs", Reader.MEMBER
    template = "blogs/sections/first_article.html"


def register() -> None:
    homepage.blocks.register(
        Block(
            "articles",
            _("Articles"),
            _("The newest four, for visitors and members."),
            40,
            _("Publish an article."),
            "blogs:list-blogs",
        )
    )
    for section in (ReadNow(), Lead(), AlsoToRead(), FirstArticle()):
        homepage.sections.register(section)

"""Members’ own blogs in the sitemap: those with an article to read, as their pages ask search engines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef

from communities.blogs.models import ARTICLE
from communities.blogs.own.models import OwnBlog
from communities.blogs.own.permissions import FEATURE
from communities.blogs.own.queries import own_spaces
from communities.content.addresses import absolute_address
from communities.content.models import Thread
from communities.content.showing.sitemaps import Location, Mapped, register_mapped
from communities.content.viewers import Viewer
from communities.models import Community


def register() -> None:
    register_mapped(Mapped("own-blogs", FEATURE, _with_articles, _located))


def _with_articles(community: Community, viewer: Viewer) -> Any:
    articles = Thread.objects.visible_to(viewer).of_kind(ARTICLE)
    own = articles.filter(space=OuterRef("space"), author=OuterRef("owner"))
    return OwnBlog.objects.shown_in(own_spaces(community, viewer)).filter(Exists(own))


def _located(community: Community, blogs: Sequence[OwnBlog]) -> list[Location]:
    return [Location(absolute_address(community, blog.get_absolute_url())) for blog in blogs]

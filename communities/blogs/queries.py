"""Articles as pages show them: with their cover, tags and all who sign them, in one statement."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, cast

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.urls import get_script_prefix

from communities.blogs.models import ARTICLE, BLOG, Article, CoAuthor, CoAuthorInvitation
from communities.blogs.permissions import articles_reachable_by, edited_by
from communities.content.addresses import community_root
from communities.content.managers import ArrayPair, ThreadQuerySet
from communities.content.models import Space, Thread
from communities.content.viewers import Viewer, readable_spaces, viewer_of
from communities.models import Community, Membership
from communities.reads import CompiledRead

READ_NEXT = 2
MOST_CO_SIGNED = 500
_CARD = ("handle", "display_name", "portrait", "drawing", "headline", "place")


@dataclass(frozen=True)
class Signer:
    """What a page shows of somebody who signs an article."""

    handle: str
    display_name: str
    portrait: str = ""
    drawing: str = ""
    headline: str = ""
    place: str = ""

    @property
    def url(self) -> str:
        return f"{get_script_prefix()}members/{self.handle}/"


def with_details(threads: ThreadQuerySet) -> ThreadQuerySet:
    """Adds author, article, cover, `tag_pairs` and `co_signers` without another query."""
    cards = (
        CoAuthor.objects.filter(article_id=OuterRef("pk"))
        .order_by("place", "id")
        .annotate(card=ArrayPair(*(f"membership__{name}" for name in _CARD)))
        .values("card")
    )
    detailed = threads.select_related("author", "article__cover").with_tags()
    return cast("ThreadQuerySet", detailed.annotate(co_signers=ArraySubquery(cards)))


def co_authors_by_thread(threads: Collection[int]) -> dict[int, list[int]]:
    """The memberships that sign these threads beside their first author."""
    found: dict[int, list[int]] = {}
    rows = CoAuthor.objects.filter(article_id__in=threads).order_by("place", "pk")
    for thread, membership in rows.values_list("article_id", "membership_id"):
        found.setdefault(thread, []).append(membership)
    return found


def co_author_names() -> ArraySubquery:
    """How those are called who sign a thread beside its first author, in order: an array over threads."""
    signed = CoAuthor.objects.filter(article_id=OuterRef("pk")).order_by("place", "pk")
    return ArraySubquery(signed.values("membership__display_name"))


def co_signed_threads(person: Membership) -> list[int]:
    """The articles that somebody signs beside their first author, the newest: more are on no page."""
    rows = CoAuthor.objects.filter(membership=person).order_by("-article_id")
    return list(rows.values_list("article_id", flat=True)[:MOST_CO_SIGNED])


def signers_of(thread: Thread) -> list[Signer]:
    """All who sign an article fetched by `with_details`, its author first."""
    first = [] if thread.author is None else [_signer(thread.author)]
    return first + [Signer(*card) for card in getattr(thread, "co_signers", [])]


def _signer(membership: Membership) -> Signer:
    return Signer(*(getattr(membership, name) for name in _CARD))


def listed_articles(viewer: Viewer) -> ThreadQuerySet:
    articles: ThreadQuerySet = Thread.objects.visible_to(viewer).of_kind(ARTICLE)
    return with_details(articles)


def find_article(viewer: Viewer, slug: str) -> Thread | None:
    return _article.first(viewer, slug, edited_by(viewer))


_article: CompiledRead[Thread] = CompiledRead(
    lambda viewer, slug, edited: (
        with_details(articles_reachable_by(viewer, edited))
        .select_related("space", "series_part__series")
        .filter(slug=slug)[:1]
    )
)


def neighbours_of(thread: Thread, viewer: Viewer) -> tuple[Thread | None, list[Thread]]:
    """The next newer article of the blog, and the older ones to read after this one: one statement."""
    at = thread.published_at
    rows = _around(viewer, thread.space_id, at, thread.pk)
    for row in rows:
        row.space = thread.space
    rows.sort(key=lambda row: (row.published_at, row.pk), reverse=True)
    split = sum((row.published_at, row.pk) > (at, thread.pk) for row in rows)
    return (rows[0] if split else None), rows[split:]


def _neighbours(viewer: Viewer, space_id: int, at: datetime.datetime, number: int) -> QuerySet[Any]:
    visible = Thread.objects.visible_to(viewer).of_kind(ARTICLE).in_space(space_id)
    after = Q(published_at=at, pk__gt=number)
    newer = visible.filter(Q(published_at__gt=at) | after).order_by("published_at", "pk")[:1]
    older = visible.published_before(at, number)[: READ_NEXT + 1]
    shown = ("author", "article")
    return newer.select_related(*shown).union(older.select_related(*shown), all=True)


_around: CompiledRead[Thread] = CompiledRead(_neighbours)


def covers_for_sitemap(community: Community, threads: ThreadQuerySet) -> dict[int, str]:
    """The uploaded covers of these threads, by absolute address."""
    covered = Article.objects.filter(thread_id__in=threads.values("pk"), cover__isnull=False)
    root = community_root(community)
    return {
        thread: f"{root}media/{cover}/full" for thread, cover in covered.values_list("thread_id", "cover_id")
    }


def readable_blogs(community: Community, viewer: Viewer) -> list[Space]:
    return readable_spaces(community, viewer, BLOG)


def name_of_only_blog(request: HttpRequest) -> str:
    """What the header calls the blogs if there is only one."""
    blogs = readable_blogs(request.community, viewer_of(request))  # type: ignore[attr-defined]
    return blogs[0].name if len(blogs) == 1 else ""


def drafts_of(membership: Membership, blogs: list[Space]) -> list[Thread]:
    """This person's drafts in these blogs, their own and co-authored, and those that they are asked to sign
    (`is_asked`)."""
    by_id = {blog.pk: blog for blog in blogs}
    signed = CoAuthor.objects.filter(membership=membership).values("article_id")
    asked = CoAuthorInvitation.objects.filter(membership=membership, declined_at=None)
    mine = Q(author=membership) | Q(pk__in=signed) | Q(pk__in=asked.values("article_id"))
    rows = list(
        Thread.objects.waiting()
        .of_kind(ARTICLE)
        .filter(mine, space_id__in=by_id)
        .select_related("article_review")
        .annotate(is_asked=Exists(asked.filter(article_id=OuterRef("pk"))))
        .order_by("-pk")[:10]
    )
    for row in rows:
        row.space = by_id[row.space_id]
    return rows

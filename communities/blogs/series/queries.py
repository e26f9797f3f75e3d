"""What pages read of series. Only articles that the reader may see are listed, numbered and counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from communities.blogs.models import ARTICLE, ArticleSeries, CoAuthor, SeriesPart
from communities.blogs.own.permissions import is_own_space
from communities.blogs.queries import listed_articles
from communities.blogs.series.permissions import adds_any_article
from communities.content.managers import WAITING, ThreadQuerySet
from communities.content.models import Space, Thread
from communities.content.viewers import Viewer
from communities.keysets import NUMBER, Keyset, Page
from communities.models import Membership
from communities.reads import CompiledRead

BY_NUMBER = Keyset(("pk", NUMBER), size=24)
# As many articles, the newest, can be chosen to be put into one.
MOST_TITLES = 100
# As many are named beside a blog.
BESIDE = 5


@dataclass(frozen=True)
class Within:
    """An article’s place among those of its series that the reader sees; both neighbours, as far as there are any."""

    series: ArticleSeries
    number: int
    total: int
    before: Thread | None
    after: Thread | None


def find_series(spaces: list[Space], slug: str) -> ArticleSeries | None:
    """The series at an address, in these spaces."""
    found = ArticleSeries.objects.filter(slug=slug, space_id__in=[space.pk for space in spaces])
    series: ArticleSeries | None = found.select_related("started_by").first()
    if series is not None:
        series.space = next(space for space in spaces if space.pk == series.space_id)
    return series


def parts_of(viewer: Viewer, series: ArticleSeries) -> ThreadQuerySet:
    """Its articles in their order, with all that cards show, as far as the reader sees them."""
    articles = listed_articles(viewer)
    return _in_order(articles, series.pk, series.space_id, _owner_of(series))


def within(thread: Thread, viewer: Viewer) -> Within | None:
    """Where an article stands in its series, that was fetched with `series_part`: one query, none for most."""
    part: SeriesPart | None = getattr(thread, "series_part", None)
    series = part.series if part is not None else None
    if series is None or series.space_id != thread.space_id:
        return None
    rows = _siblings(viewer, series.pk, series.space_id, _owner_of(series))
    place = next((n for n, row in enumerate(rows) if row.pk == thread.pk), None)
    if place is None:
        return None
    for row in rows:
        row.space = thread.space
    before = rows[place - 1] if place else None
    after = rows[place + 1] if place + 1 < len(rows) else None
    return Within(series, place + 1, len(rows), before, after)


def _in_order(articles: ThreadQuerySet, series: int, space: int, owner: int | None) -> ThreadQuerySet:
    found = articles.in_space(space).filter(series_part__series_id=series)
    if owner is not None:
        found = found.started_by(owner)
    return found.order_by("series_part__place", "pk")


def _owner_of(series: ArticleSeries) -> int | None:
    """Whose articles alone stand in it: those of the owner of a blog. None in other spaces."""
    if not is_own_space(series.space_id, series.community_id):
        return None
    # Of an owner who has left there is no blog.
    return series.started_by_id or 0


_siblings: CompiledRead[Thread] = CompiledRead(
    lambda viewer, series, space, owner: _in_order(
        Thread.objects.visible_to(viewer).of_kind(ARTICLE), series, space, owner
    )
)


def _shown_parts(viewer: Viewer, is_own: bool) -> Subquery:
    """How many parts of a series the reader sees: as `_in_order` lists them, in a space of own blogs those of its owner
    alone, and of an owner who has left none."""
    visible = Thread.objects.visible_to(viewer).of_kind(ARTICLE)
    if is_own:
        visible = visible.filter(author_id=OuterRef("started_by_id"))
    counted = (
        visible.filter(series_part__series=OuterRef("pk"), space_id=OuterRef("space_id"))
        .order_by()
        .values("series_part__series")
        .annotate(n=Count("pk"))
        .values("n")
    )
    return Subquery(counted, output_field=IntegerField())


def _with_parts(viewer: Viewer, is_own: bool) -> QuerySet[Any]:
    shown: QuerySet[Any] = ArticleSeries.objects.annotate(shown=Coalesce(_shown_parts(viewer, is_own), 0))
    return shown.select_related("started_by").order_by("-pk")


def list_series(space: Space, viewer: Viewer, *, after: str = "") -> Page[ArticleSeries]:
    """One page of the series of a space that hold something to read, and of the reader’s own, the newest first."""
    mine = Q(started_by_id=viewer.membership_id) if viewer.membership_id is not None else Q(pk__in=[])
    is_own = is_own_space(space.pk, space.community_id)
    rows = _with_parts(viewer, is_own).filter(Q(shown__gt=0) | mine, space_id=space.pk)
    place = BY_NUMBER.place(after)
    page: Page[ArticleSeries] = BY_NUMBER.page(rows.filter(pk__lt=place[0]) if place else rows)
    for series in page.rows:
        series.space = space
    return page


def series_beside(viewer: Viewer, space_id: int, owner: int | None = None) -> list[ArticleSeries]:
    """The newest that hold something to read, of a space or of one member’s blog in it."""
    return list(_beside(viewer, space_id, owner, is_own_space(space_id, viewer.community_id)))


def _newest(viewer: Viewer, space_id: int, owner: int | None, is_own: bool) -> QuerySet[Any]:
    rows = _with_parts(viewer, is_own).filter(space_id=space_id, shown__gt=0)
    return (rows if owner is None else rows.filter(started_by_id=owner))[:BESIDE]


_beside: CompiledRead[ArticleSeries] = CompiledRead(_newest)


def all_parts(series: ArticleSeries) -> list[SeriesPart]:
    """In their order, unpublished ones too: for whoever orders it."""
    parts = SeriesPart.objects.filter(series=series, thread__space_id=series.space_id)
    return list(parts.select_related("thread").order_by("place", "thread_id"))


def titles_to_add(series: ArticleSeries, by: Membership) -> list[tuple[int, str]]:
    """Number and title of the newest articles that this person may put into a series and that stand in none."""
    articles = (
        Thread.objects.of_kind(ARTICLE)
        .in_space(series.space_id)
        .exclude(series_part__series__space_id=series.space_id)
    )
    articles = articles.filter(state__in=("published", *WAITING))
    if is_own_space(series.space_id, series.community_id):
        articles = articles.started_by(by.pk)
    elif not adds_any_article(by, series):
        signed = CoAuthor.objects.filter(membership=by).values("article_id")
        articles = articles.filter(Q(author=by) | Q(pk__in=signed))
    return list(articles.order_by("-pk").values_list("pk", "title")[:MOST_TITLES])

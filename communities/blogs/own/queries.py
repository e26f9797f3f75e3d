"""What pages read of members’ own blogs. Each list is one page, however many blogs there are."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db import connection
from django.db.models import Q

from communities.blogs.models import ARTICLE
from communities.blogs.own.models import BlogFollower, OwnBlog, OwnBlogQuerySet
from communities.blogs.own.permissions import FEATURE, holds_own, is_own_space
from communities.blogs.queries import listed_articles, readable_blogs
from communities.content.managers import ThreadQuerySet
from communities.content.models import Space, Thread
from communities.content.viewers import Viewer
from communities.keysets import NUMBER, Keyset, Page
from communities.launch.features import people_let_in
from communities.models import Community, FormerHandle, Membership
from communities.queries import people_named
from communities.reads import CompiledRead

BY_NUMBER = Keyset(("pk", NUMBER), size=24)
# As many blogs, at most, does a search look at.
MOST_FOUND = 500


def own_spaces(community: Community, viewer: Viewer) -> list[Space]:
    """The spaces of own blogs that somebody reads. No query of its own."""
    return [space for space in readable_blogs(community, viewer) if holds_own(space)]


def find_blog(spaces: list[Space], handle: str) -> OwnBlog | None:
    """The blog at an address, in these spaces."""
    return _one(OwnBlog.objects.shown_in(spaces).filter(owner__handle=handle), spaces) if spaces else None


def blog_of(owner: Membership | None, spaces: list[Space]) -> OwnBlog | None:
    """Somebody’s own blog, if it is in one of these spaces: one query, none where there are no such spaces."""
    if owner is None or not spaces:
        return None
    return _one(OwnBlog.objects.shown_in(spaces).filter(owner=owner), spaces)


def blog_around(thread: Thread) -> OwnBlog | None:
    """The blog in which an article stands, that was fetched with its space and author; no query in other spaces."""
    author = thread.author
    if author is None or not author.is_active or not is_own_space(thread.space_id, thread.community_id):
        return None
    blog = _around.first(thread.space_id, author.pk)
    if blog is not None:
        blog.owner, blog.space = author, thread.space
    return blog


_around: CompiledRead[OwnBlog] = CompiledRead(
    lambda space, owner: OwnBlog.objects.filter(space_id=space, owner_id=owner)[:1]
)


def _one(found: OwnBlogQuerySet, spaces: Sequence[Space]) -> OwnBlog | None:
    """Of rows that are one at most. Without an order: with one, the database would walk through all blogs."""
    return _placed(next(iter(found[:1]), None), spaces)


def _placed(blog: OwnBlog | None, spaces: Sequence[Space]) -> OwnBlog | None:
    if blog is not None:
        blog.space = next(space for space in spaces if space.pk == blog.space_id)
    return blog


def present_handle(handle: str) -> str:
    """What somebody is called now who gave up this handle; "" where nobody did, or nobody is to be found by it."""
    former = FormerHandle.objects.of(handle).select_related("membership").first()
    owner = former.membership if former is not None else None
    return owner.handle if owner is not None and owner.is_active else ""


def list_blogs(
    spaces: list[Space], *, words: str = "", languages: Sequence[str] = (), after: str = ""
) -> Page[OwnBlog]:
    """One page of the blogs in these spaces, the newest first; those with these words in their name, in what they are
    about, or in the name of their owner."""
    blogs = OwnBlog.objects.shown_in(spaces).newest()
    if words:
        found = Q(pk__in=_with_words(words, languages))
        people = people_named(words)
        blogs = blogs.filter(found | Q(owner_id__in=people) if people else found)
    page: Page[OwnBlog] = BY_NUMBER.page_after(blogs, after)
    for blog in page.rows:
        _placed(blog, spaces)
    return page


def _with_words(words: str, languages: Sequence[str]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select blog_id from search_own_blogs(%s, %s, %s)", [words, list(languages), MOST_FOUND]
        )
        return [row[0] for row in cursor.fetchall()]


def articles_of(viewer: Viewer, blog: OwnBlog) -> ThreadQuerySet:
    """What a reader may see of a blog, with all that cards show."""
    return listed_articles(viewer).in_space(blog.space_id).started_by(blog.owner_id)


def own_titles(blog: OwnBlog, most: int) -> list[tuple[int, str]]:
    """Number and title of its newest published articles, to choose one of; with the chosen one, however old."""
    own = Thread.objects.of_kind(ARTICLE).in_space(blog.space_id).started_by(blog.owner_id)
    rows = own.filter(state="published", published_at__isnull=False).published_before()
    titles = list(rows.values_list("pk", "title")[:most])
    if blog.pinned_id is not None and all(number != blog.pinned_id for number, _title in titles):
        titles += rows.filter(pk=blog.pinned_id).values_list("pk", "title")
    return titles


def follows(blog: OwnBlog, by: Membership | None) -> bool:
    return by is not None and BlogFollower.objects.filter(blog=blog, membership=by).exists()


def follower_count(blog: OwnBlog) -> int:
    return int(BlogFollower.objects.filter(blog=blog).count())


def followers_to_tell(thread: Thread) -> Collection[int]:
    """Who follows the blog in which an article stands, as far as such blogs are there for them."""
    if thread.author_id is None or not is_own_space(thread.space_id, thread.community_id):
        return ()
    rows = BlogFollower.objects.filter(blog__owner_id=thread.author_id, blog__space_id=thread.space_id)
    rows = rows.exclude(membership_id=thread.author_id)
    people = list(rows.order_by("membership_id").values_list("membership_id", flat=True))
    return people_let_in(people, community_id=thread.community_id, feature=FEATURE)

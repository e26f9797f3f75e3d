"""What a page of posts needs, in as few statements as possible; for every kind that shows posts. A file of its own:
`queries` holds what the ORM cannot express, and the managers cannot import models that are above them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, Func, IntegerField, OuterRef, QuerySet, Subquery

from communities.content.managers import POSTS_PER_PAGE, PostQuerySet, ThreadQuerySet
from communities.content.models import Post, Reaction, ReadMarker, Subscription, Thread
from communities.content.showing.wikis import with_last_editor
from communities.found import Found
from communities.models import Membership
from communities.reads import CompiledRead
from communities.terms import TERM

# A count that stops: nobody asks whether a thousand posts are new, or two.
MOST_NEW = 999
# What a row shows of a person; the rest of a membership stays in the database.
PERSON = (
    "handle",
    "display_name",
    "role",
    *TERM,
    "portrait",
    "drawing",
    "place",
    "status",
    "unclaimed",
    "community",
)
_PEOPLE = tuple(f"author__{name}" for name in PERSON)
_SHOWN = (
    "community",
    "thread",
    "public_id",
    "position",
    "state",
    "language",
    "body_html",
    "is_comment",
    "rewarded",
    "wiki_from",
    "inset",
    "created_at",
    "published_at",
    "edited_at",
    "deleted_at",
    "ground",
    "reaction_count",
    "reactions",
    "author",
    *_PEOPLE,
)
_LISTED = (
    "community",
    "space",
    "kind",
    "slug",
    "title",
    "language",
    "state",
    "pinned",
    "locked",
    "asks",
    "answered",
    "solved",
    "is_double",
    "published_at",
    "last_activity_at",
    "last_position",
    "reply_count",
    "author",
    "last_author",
    *_PEOPLE,
    *(f"last_{name}" for name in _PEOPLE),
)


def read_posts(thread: Thread, page: int, *, by: Membership | None = None) -> Sequence[Post]:
    """One page of a thread that was fetched visibly. For a member each post knows their own reactions (`mine`)."""
    first, reader = (page - 1) * POSTS_PER_PAGE + 1, by.pk if by is not None else None
    return placed(thread, _posts_of_page, (thread.pk, first, reader), reader)


def placed(
    thread: Thread, read: CompiledRead[Post], values: tuple[Any, ...], reader: int | None
) -> Sequence[Post]:
    """What a read of a thread finds, with the thread at hand; for visitors as rows, of which each is made a post once
    somebody asks for it."""
    if reader is None:
        found = read.found(*values)
        if isinstance(found, Found):

            def place(post: Post) -> None:
                post.thread = thread

            return Found(found.told, place)
    return _placed_in(thread, read(*values))


def texts_of(posts: Sequence[Post]) -> Iterable[str]:
    """The stored texts of a page’s posts; asking for them makes no instance of a row that is drawn by itself."""
    return posts.column("body_html") if isinstance(posts, Found) else (post.body_html for post in posts)


def _page_of_posts(thread_id: int, first: int, reader: int | None) -> PostQuerySet:
    return shown_to(Post.objects.in_thread(thread_id, first), reader)


def shown_to(posts: PostQuerySet, reader: int | None) -> PostQuerySet:
    """Of these posts what a row shows; for a member also their own reactions (`mine`)."""
    posts = with_last_editor(posts.only(*_SHOWN))
    if reader is None:
        return posts
    own = Reaction.objects.filter(post_id=OuterRef("pk"), membership_id=reader).values("kind")
    return posts.annotate(mine=ArraySubquery(own))  # type: ignore[no-any-return]


_posts_of_page: CompiledRead[Post] = CompiledRead(_page_of_posts)


def read_waiting(thread: Thread, author_id: int) -> list[Post]:
    """Somebody's own posts in a thread that nobody else sees yet."""
    return _placed_in(thread, _waiting_of(thread.pk, author_id))


_waiting_of: CompiledRead[Post] = CompiledRead(
    lambda thread_id, author_id: (
        Post.objects.waiting_in(thread_id, author_id).select_related("author").only(*_SHOWN)
    )
)


def _placed_in(thread: Thread, posts: Iterable[Post]) -> list[Post]:
    """The posts with the thread at hand, so that asking for it costs nothing."""
    placed = list(posts)
    for post in placed:
        post.thread = thread
    return placed


def with_reader(threads: ThreadQuerySet, reader: int | None) -> ThreadQuerySet:
    """Adds how far a member has read (`read_to`, `read_at`), where the first text is that they have not (`first_new`)
    and whether they follow, in the same statement."""
    if reader is None:
        return threads
    markers = ReadMarker.objects.filter(membership_id=reader)
    marker = markers.filter(thread_id=OuterRef("pk"))
    # Of the thread that is asked for, not of each of its posts: asked once, it is where the index is entered.
    read_to = Subquery(markers.filter(thread_id=OuterRef(OuterRef("pk"))).values("position")[:1])
    follow = Subscription.objects.following().filter(membership_id=reader, thread_id=OuterRef("pk"))
    annotated: ThreadQuerySet = threads.annotate(
        read_to=Subquery(marker.values("position")[:1]),
        read_at=Subquery(marker.values("seen_at")[:1]),
        first_new=Subquery(_newer_than(read_to, OuterRef("pk")).order_by("position").values("position")[:1]),
        follows=Exists(follow),
    )
    return annotated


def for_list(threads: ThreadQuerySet) -> ThreadQuerySet:
    """Rows of a list with their people and tags, without what a list does not show."""
    return threads.select_related("author", "last_author").only(*_LISTED).with_tags()


def for_lines(threads: ThreadQuerySet) -> ThreadQuerySet:
    """The same for the home page: no tags, but what its people say of themselves."""
    said = ("author__headline", "last_author__headline")
    return threads.select_related("author", "last_author").only(*_LISTED, *said)


def news_in(threads: Sequence[Thread], by: Membership | None) -> dict[int, int]:
    """The threads of a list with something that a member has not read: how many posts, 0 for one that was never
    opened. One statement for all; what was withdrawn is no news.
    """
    if by is None or not threads:
        return {}
    opened = dict(_opened(by.pk, tuple({thread.pk: None for thread in threads})))
    news = {pk: new for pk, new in opened.items() if new}
    unopened = (thread for thread in threads if thread.pk not in opened)
    return news | {thread.pk: 0 for thread in unopened if _is_news(thread, by)}


def _opened_threads(reader: int, thread_ids: tuple[int, ...]) -> QuerySet[Any]:
    newer = _newer_than(OuterRef("position"), OuterRef("thread_id")).values("pk")[:MOST_NEW]
    rows = ReadMarker.objects.filter(membership_id=reader, thread_id__in=thread_ids)
    counted = Func(ArraySubquery(newer), function="cardinality", output_field=IntegerField())
    return rows.annotate(new=counted).values_list("thread_id", "new")


_opened: CompiledRead[tuple[int, int]] = CompiledRead(_opened_threads)


def _is_news(thread: Thread, by: Membership) -> bool:
    """Of a thread that somebody has never opened: it has lived since they joined, and not by themselves alone."""
    alone = not thread.reply_count and thread.author_id == by.pk
    return not alone and (thread.last_activity_at or thread.created_at) >= by.joined_at


def _newer_than(position: Any, thread_id: Any) -> PostQuerySet:
    newer: PostQuerySet = Post.objects.filter(
        community_id=OuterRef("community_id"), thread_id=thread_id, position__gt=position, state="published"
    )
    return newer.order_by()


def follower_count(thread: Thread) -> int:
    """How many people follow a thread; asked only where nobody has replied yet, so it stays small."""
    return _followers.count(thread.pk)


_followers: CompiledRead[Subscription] = CompiledRead(
    lambda thread_id: Subscription.objects.following().filter(thread_id=thread_id).only("pk")
)


def page_number(value: Any) -> int:
    """The page asked for; 1 for anything that is no number."""
    text = str(value or "")
    return max(int(text), 1) if text.isascii() and text.isdigit() and len(text) < 8 else 1


def own_posts(by: Membership, *, before: int | None = None) -> PostQuerySet:
    """A member's own posts with their threads, newest first, whatever became of them."""
    posts: PostQuerySet = Post.objects.by(by.pk).select_related("thread__space").defer("body_source")
    return posts if before is None else posts.filter(pk__lt=before)

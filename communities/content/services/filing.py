"""Filing what was written elsewhere before: whole threads with their replies, many in a few statements.

The rows are those that one act after the other would have left (a test compares them). Nobody has just done anything,
so nobody is told: no event is sent, nothing is screened, nobody follows a thread or has read it. The caller records,
in the same transaction, what it has filed of the old site; filing the same thread twice makes two threads, or fails
because its address is taken.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from communities.content.exceptions import BlankText
from communities.content.kinds import Filed
from communities.content.models import Post, Space, State, Tag, Thread, ThreadTitle
from communities.content.services.composing import RESERVED_SLUGS, new_post, new_thread, new_title
from communities.content.services.counting import settle_threads
from communities.content.services.placing import LONGEST_REASON, PINNED
from communities.content.services.publishing import place_from, show_from
from communities.content.services.tagging import file_under_tags
from communities.exceptions import NotAllowed
from communities.models import Community, Membership
from communities.permissions import can_import_content
from members.signs import cut

ROWS_AT_ONCE = 500


@dataclass(slots=True)
class PostToFile:
    """A message, rendered and sanitised as members' own (`content.text.rendering.render`).

    `answers` is the old site's word on whether a reply answers a question; None where it did not tell answers from
    other replies: then any reply of somebody else does.
    """

    html: str
    written_at: datetime.datetime
    author_id: int | None = None
    edited_at: datetime.datetime | None = None
    answers: bool | None = None


@dataclass(slots=True)
class ThreadToFile:
    """A published thread or a draft. The first post is its text: its author and its date are the thread's.

    `slug` is free and not reserved. `said` is what else the old system knew, for the kind to store beside the
    thread; `accepted` is the number of the reply that solved it.
    """

    space: Space
    kind: str
    slug: str
    title: str
    posts: Sequence[PostToFile]
    state: str = State.PUBLISHED
    scheduled_for: datetime.datetime | None = None
    pinned: bool = False
    locked_reason: str = ""
    score: int = 0
    tags: Sequence[Tag] = ()
    accepted: int | None = None
    said: Any = None


@dataclass(slots=True)
class RepliesToFile:
    """Later replies to an existing thread, to be added at its end."""

    thread: Thread
    posts: Sequence[PostToFile]


@transaction.atomic
def file_threads(
    batch: Sequence[ThreadToFile], *, community: Community, by: Membership | None
) -> list[Filed]:
    """Store threads with their replies, all or none. `by` is None where the server's operator imports.

    The kind's own rows are stored next, by its package (`Kind.file_sides`).
    Raises NotAllowed, BlankText for a reply without words, ValueError for what no thread can be.
    """
    check_may_import(by)
    filed = [_built(one, community) for one in batch]
    Thread.objects.bulk_create([one.thread for one in filed], batch_size=ROWS_AT_ONCE)
    ThreadTitle.objects.bulk_create([new_title(one.thread) for one in filed], batch_size=ROWS_AT_ONCE)
    Post.objects.bulk_create([post for one in filed for post in one.posts], batch_size=ROWS_AT_ONCE)
    file_under_tags(
        [(one.thread, new.tags) for one, new in zip(filed, batch, strict=True)], community_id=community.pk
    )
    _settle(community, [(one.thread, new.posts) for one, new in zip(filed, batch, strict=True)])
    return filed


@transaction.atomic
def file_replies(
    batch: Sequence[RepliesToFile], *, community: Community, by: Membership | None
) -> list[Filed]:
    """Store later replies at the end of existing threads; the caller holds the locks of their rows.

    Raises NotAllowed, BlankText, ValueError for a thread that never was public.
    """
    check_may_import(by)
    filed = []
    for one in batch:
        if not one.thread.last_position:
            raise ValueError(f"{one.thread.slug} is no public thread: its first place is its own text's")
        filed.append(Filed(one.thread, _replies(one.thread, one.posts, community)))
    Post.objects.bulk_create([post for one in filed for post in one.posts], batch_size=ROWS_AT_ONCE)
    _settle(community, [(one.thread, one.posts) for one in batch])
    return filed


def check_may_import(by: Membership | None) -> None:
    """`by` is None for the command, which whoever runs the server may use. Raises NotAllowed."""
    if by is not None and not can_import_content(by):
        raise NotAllowed


def _built(one: ThreadToFile, community: Community) -> Filed:
    """A thread and its posts as they are to be, not saved."""
    opening, *replies = one.posts
    if one.state not in (State.PUBLISHED, State.DRAFT) or (replies and one.state != State.PUBLISHED):
        raise ValueError(f"{one.slug}: what is filed is public, or a draft that nobody has answered")
    if one.slug in RESERVED_SLUGS:
        raise ValueError(f"{one.slug} is the address of something else")
    thread = new_thread(
        one.space, community, author_id=opening.author_id, kind=one.kind, slug=one.slug, title=one.title
    )
    thread.created_at, thread.vote_score = opening.written_at, one.score
    if one.locked_reason:
        thread.locked, thread.locked_reason = True, cut(one.locked_reason, LONGEST_REASON)
    body = _post(thread, opening, community)
    if one.state == State.DRAFT:
        thread.scheduled_for = one.scheduled_for
        return Filed(thread, [body], one.said)
    show_from(thread, body, opening.written_at)
    thread.place(PINNED if one.pinned else 0)
    posts = [body, *_replies(thread, replies, community)]
    return Filed(thread, posts, one.said, posts[one.accepted] if one.accepted else None)


def _replies(thread: Thread, replies: Sequence[PostToFile], community: Community) -> list[Post]:
    posts = []
    for position, reply in enumerate(replies, start=thread.last_position + 1):
        if not reply.html:
            raise BlankText
        post = _post(thread, reply, community)
        place_from(post, position, reply.written_at)
        posts.append(post)
    return posts


def _post(thread: Thread, one: PostToFile, community: Community) -> Post:
    post = new_post(
        thread,
        community,
        author_id=one.author_id,
        html=one.html,
        # The markup of the old system is not kept: what is edited later is what is read.
        source=one.html,
        source_format=Post.Format.HTML,
    )
    post.created_at, post.edited_at = one.written_at, one.edited_at
    post.is_comment = thread.asks and one.answers is False
    return post


def _settle(community: Community, filed: Sequence[tuple[Thread, Sequence[PostToFile]]]) -> None:
    """Count replies as after any other act; the old site says which of them answered, if it does."""
    told = [thread.pk for thread, posts in filed if any(post.answers is not None for post in posts)]
    answered = [thread.pk for thread, posts in filed if any(post.answers for post in posts)]
    settle_threads(
        community.pk,
        [thread.pk for thread, posts in filed if posts and thread.last_position],
        told=told,
        answered=answered,
    )

"""Replies at the end of their thread: the one statement that stores a reply, with all that follows from it."""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass
from typing import Any

from django.db import connection

from communities.content.models import Post
from communities.content.services.onward import move_onward
from communities.exceptions import NotAllowed
from config.database.prepared import Prepared


@dataclass(frozen=True)
class Placed:
    id: int
    public_id: uuid.UUID
    position: int
    # The author’s status as their text was counted; None where it was not.
    author_status: str | None = None


# What one more reply does to its thread and to its author’s count. Counting all again comes to the same
# (`settle_threads`), but costs too much for a busy thread. One statement together with the post, the last one of the
# reply: it takes the place and the row lock together, so that the thread’s row is locked as short as can be, and
# touches no indexed column of a busy thread more than once a minute.
ADVANCE = """
with t as (
  update content_thread set last_position = last_position + 1, reply_count = reply_count + 1,
    last_author_id = %(author)s,
    answered = answered or (asks and not %(comment)s and author_id is distinct from %(author)s),
    last_activity_at = case when last_activity_at > moment - interval '60 s' then last_activity_at else moment end
  from (select coalesce(%(at)s::timestamptz, now()) as moment) m
  where community_id = %(community)s and id = %(thread)s returning last_position, moment, state
), written as (
  update communities_membership m set post_count = m.post_count + 1
  from t where m.community_id = %(community)s and m.id = %(author)s and t.state = 'published'
  returning m.status
)
"""

PLACE = """
update content_post p set position = t.last_position, state = 'published', published_at = t.moment,
  news_due_at = now()
from t where p.community_id = %(community)s and p.id = %(post)s and p.position is null
returning p.id, p.public_id, p.position, (select status from written)
"""
PLACE_REPLY = Prepared("place_reply", ADVANCE + PLACE)

# Its author follows it from now on, unless they have chosen otherwise before.
FOLLOW = """
, followed as (
  insert into content_subscription (community_id, membership_id, thread_id, level, created_at)
  select %(community)s, %(author)s, %(thread)s, 'follow', now() from t
  on conflict do nothing
)
"""

# Whoever wrote the last reply has read so far. The person’s row is locked before their mark, as wherever both are.
SEEN = """
, seen as (
  insert into content_readmarker (community_id, membership_id, thread_id, position, seen_at)
  select %(community)s, %(author)s, %(thread)s, last_position, now() from t
  on conflict (membership_id, thread_id) do update
  set position = greatest(content_readmarker.position, excluded.position), seen_at = excluded.seen_at
)
"""

# What was kept of it while it was typed has arrived.
SENT = """
, sent as (
  delete from content_unsenttext
  where community_id = %(community)s and membership_id = %(author)s and submission = %(submission)s
)
"""

INSERT = """
insert into content_post (community_id, thread_id, author_id, position, state, language, body_html, body_source,
  body_format, mode, submission, is_comment, created_at, published_at, news_due_at, revision_count, reaction_count,
  reactions)
select %(community)s, %(thread)s, %(author)s, last_position, 'published', %(language)s, %(html)s, %(source)s,
  %(format)s, %(mode)s, %(submission)s, %(comment)s, moment, moment, now(), 0, 0, '{}' from t
returning id, public_id, position, (select status from written)
"""
INSERT_REPLY = Prepared("insert_reply", ADVANCE + SEEN + SENT + INSERT)
FOLLOW_AND_REPLY = Prepared("follow_and_reply", ADVANCE + FOLLOW + SEEN + SENT + INSERT)


def insert_reply(post: Post, *, follow: bool, at: datetime.datetime | None = None) -> Placed:
    """Insert an unsaved post at the end of its thread, dated `at` or now; answers what the database gave it. `follow`:
    its author follows the thread, in the same statement, which marks the thread as read by them and forgets
    what was kept of the text under the number of its sending.
    """
    placed = _place(
        FOLLOW_AND_REPLY if follow else INSERT_REPLY,
        {
            "community": post.community_id,
            "thread": post.thread_id,
            "author": post.author_id,
            "language": post.language,
            "html": post.body_html,
            "source": post.body_source,
            "format": post.body_format,
            "mode": post.mode,
            "submission": post.submission,
            "comment": post.is_comment,
            "at": at,
        },
    )
    return _led_on(post, placed)


def place_reply(post: Post) -> Placed:
    """Give a stored, waiting post its place at the end of its thread."""
    return _led_on(post, _placed_at_end(post))


def _placed_at_end(post: Post) -> Placed:
    return _place(
        PLACE_REPLY,
        {
            "community": post.community_id,
            "thread": post.thread_id,
            "author": post.author_id,
            "post": post.pk,
            "comment": post.is_comment,
            "at": None,
        },
    )


def _led_on(post: Post, placed: Placed) -> Placed:
    """Whoever replied while their thread was merged into another one has replied in that one. A text that was counted
    stands where others read it."""
    if placed.author_status is None and move_onward(post, placed.id):
        return _led_on(post, _placed_at_end(post))
    return placed


def _place(statement: Prepared, values: dict[str, Any]) -> Placed:
    """Raises NotAllowed where there is no such thread any more."""
    with connection.cursor() as cursor:
        statement.run(cursor, values)
        row = cursor.fetchone()
    if row is None:
        # The thread is gone, or the text has its place by now.
        raise NotAllowed
    return Placed(*row)

"""What the going and coming back of a text does to its thread, and to everything that counts it: in one place.

Whoever withdraws, deletes, restores or hides a text saves the text, and calls `settle_text`.
"""

from __future__ import annotations

from django.db import connection
from django.utils import timezone

from communities.content.models import Post, State, Thread
from communities.content.services.counting import settle_threads
from communities.content.services.tagging import date_tags
from config.database.prepared import Prepared

# A text counts for its author while it can be read, hence not in a thread that was withdrawn.
COUNT_AUTHORS = """
update communities_membership m set post_count = greatest(m.post_count + %(step)s * written.texts, 0)
from (select author_id, count(*) as texts from content_post
      where community_id = %(community)s and thread_id = %(thread)s and author_id is not null
        and state = 'published' and position > 1 group by author_id order by author_id) written
where m.community_id = %(community)s and m.id = written.author_id
"""
COUNT_AUTHOR = Prepared(
    "count_text",
    "update communities_membership set post_count = greatest(post_count + %s, 0) where community_id = %s and id = %s"
    " returning status",
)


def settle_text(post: Post, *, former: str) -> None:
    """Follow a text that went from the state `former` into the one it has, which is saved.

    The first post takes its thread along. The thread’s row is locked first, so that replies being added at the same
    time are counted.
    """
    thread = Thread.objects.select_for_update(of=("self",)).get(pk=post.thread_id)
    opens = post.is_body or (post.position is None and thread.last_position == 0)
    was_shown = thread.is_published and former == State.PUBLISHED
    if opens:
        take_along(thread, post)
    is_shown = thread.is_published and post.is_published
    if is_shown != was_shown:
        count_text(post.author_id, post.community_id, 1 if is_shown else -1)
    if not opens and post.position is not None:
        settle_threads(post.community_id, [post.thread_id], withdrawn=True)


def take_along(thread: Thread, post: Post) -> None:
    was_public = thread.is_published
    # What was taken back does not come back with its text: whoever restores that has not asked for it.
    over = post.is_published and thread.retires_at is not None and thread.retires_at <= timezone.now()
    thread.state = post.thread.state = State.RETIRED if over else post.state
    thread.save(update_fields=["state"])
    show_replies(thread, was_public=was_public)


def show_or_hide(thread: Thread) -> None:
    """Follow a thread that went out of sight, or came back, with its texts as they are; its state is saved."""
    text = Post.objects.filter(thread=thread, position=1).first()
    if text is not None and text.is_published:
        count_text(text.author_id, thread.community_id, 1 if thread.is_published else -1)
    show_replies(thread, was_public=not thread.is_published)


def show_replies(thread: Thread, *, was_public: bool) -> None:
    """Tags and the authors of replies follow what their thread is now."""
    date_tags(thread)
    if thread.is_published != was_public:
        with connection.cursor() as cursor:
            cursor.execute(
                COUNT_AUTHORS,
                {
                    "community": thread.community_id,
                    "thread": thread.pk,
                    "step": 1 if thread.is_published else -1,
                },
            )


def count_text(author_id: int | None, community_id: int, step: int) -> str | None:
    """One more text of somebody can be read, or one less; how its author stands as it is counted."""
    if author_id is None:
        return None
    with connection.cursor() as cursor:
        COUNT_AUTHOR.run(cursor, [step, community_id, author_id])
        row = cursor.fetchone()
    return row[0] if row else None

"""Rows of texts that are somebody’s until their transaction ends, in the one order of all acts: the thread, then the
text, then what stands under it.

Whoever merges and splits holds threads and then moves their texts, and a row that only names a thread (a notice, say)
waits for it. So an act that held the text first would wait for them, and they for it.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from communities.content.models import Post, Thread

# Whoever waited for a thread finds that its text has gone to another one: how often that may be so in a row.
TRIES = 5

# Of a reply that is edited its thread need only stay what it is: others reply meanwhile.
KEEP = """
select p.id from content_post p join content_thread t on t.community_id = p.community_id and t.id = p.thread_id
where p.community_id = %(community)s and p.id = %(post)s
for key share of t for update of p
"""
KEEP_THREAD = "select id from content_thread where community_id = %s and id = %s for key share"


def hold_text(number: int, *related: str) -> Post:
    """A text as it is now, and nobody else’s until the transaction ends; its thread, held before it, too.

    `related` is fetched with it. Raises Post.DoesNotExist.
    """
    rows = Post.objects.select_for_update(of=("thread", "self")).select_related("thread__space", *related)
    for _attempt in range(TRIES):
        found: Post | None = rows.filter(pk=number).first()
        if found is not None:
            return found
        if not Post.objects.filter(pk=number).exists():
            break
    raise Post.DoesNotExist


def hold_to_edit(post: Post) -> Post:
    """The same for who only changes its words: of a reply the thread is kept from being merged, split or withdrawn, and
    others from nothing else."""
    if post.is_body or post.position is None:
        return hold_text(post.pk)
    for _attempt in range(TRIES):
        with connection.cursor() as cursor:
            cursor.execute(KEEP, {"community": post.community_id, "post": post.pk})
            if cursor.fetchone() is not None:
                break
    held: Post = Post.objects.select_related("thread__space").get(pk=post.pk)
    return held


def keep_thread(thread: Thread) -> None:
    """Keep a thread from being merged, split or withdrawn until the transaction ends, and others from nothing."""
    with connection.cursor() as cursor:
        cursor.execute(KEEP_THREAD, [thread.community_id, thread.pk])


def hold_threads_of(posts: Iterable[int]) -> None:
    """The threads of some texts, in the order in which all hold several."""
    wanted = Post.objects.filter(pk__in=list(posts)).values("thread")
    rows = Thread.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk")
    list(rows.values_list("pk"))

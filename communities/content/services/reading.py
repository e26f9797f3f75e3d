"""How far somebody has read."""

from __future__ import annotations

from django.db import connection

from communities.content.models import Thread
from communities.models import Membership
from communities.scoping import community_scope
from communities.signals import thread_read
from config.database.prepared import Prepared

MARK = Prepared(
    "mark_read",
    """
insert into content_readmarker (community_id, membership_id, thread_id, position, seen_at)
values (%s, %s, %s, %s, now())
on conflict (membership_id, thread_id) do update
set position = greatest(content_readmarker.position, excluded.position), seen_at = excluded.seen_at
""",
)


def mark_read(thread: Thread, *, by: Membership, position: int) -> None:
    """Move the marker forward, never back. Runs in a scope of its own, so it can follow a commit."""
    with community_scope(thread.community_id), connection.cursor() as cursor:
        # First: it may lock the person’s row, and a reply locks that before the mark (`appending.SEEN`).
        thread_read.send(sender=Thread, thread=thread, by=by, position=position)
        MARK.run(cursor, [thread.community_id, by.pk, thread.pk, min(position, 2**31 - 1)])


def tell_of_own_reply(thread: Thread, *, by: Membership, position: int) -> None:
    """The same for a reply of theirs, whose statement has moved the marker: after its commit, since lines of the bell
    are locked before the person’s row. Where nothing is unread, there is nothing to tell."""
    if by.unread_count:
        with community_scope(thread.community_id):
            thread_read.send(sender=Thread, thread=thread, by=by, position=position)

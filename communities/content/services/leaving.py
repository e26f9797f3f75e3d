"""Taking away everything that somebody wrote, when they leave and ask for it."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from communities.content.models import Post, State, Thread
from communities.content.services.composing import count_replies
from communities.content.services.editing import discard_unplaced
from communities.models import Membership
from communities.signals import post_removed

_GONE = (State.DELETED, State.REMOVED, State.PURGED)


@transaction.atomic
def delete_posts_of(author: Membership, *, at_most: int) -> int:
    """Delete a part of what somebody wrote; how many posts that was. Called again until it is none.

    Places in threads stay, as with `delete_post`; what was never published goes altogether. It asks no
    permission of the author, who has left: the wish was theirs.
    """
    posts = Post.objects.filter(author=author).exclude(state__in=_GONE).order_by("id")
    rows = list(posts.select_for_update(of=("self",)).select_related("thread")[:at_most])
    for post in rows:
        if post.position is None:
            discard_unplaced(post)
            continue
        post.state, post.deleted_at = State.DELETED, timezone.now()
        post.save(update_fields=["state", "deleted_at"])
        if post.is_body:
            Thread.objects.filter(pk=post.thread_id).update(state=State.DELETED)
        count_replies(post)
        post_removed.send(sender=Post, post=post, by=author)
    return len(rows)

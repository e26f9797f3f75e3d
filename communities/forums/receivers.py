"""What ends by itself: who has answered a thread that was theirs to answer has it no longer."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from communities.content.models import Post, Thread
from communities.forums.assigning import settle_assigned
from communities.models import Membership
from communities.signals import answer_accepted, post_published


@receiver(post_published, dispatch_uid="forums.post_published")
def hear_of_reply(sender: type[Post], post: Post, by: Membership, **_extra: Any) -> None:
    # Threads are given to the team alone: the replies of all others ask nothing.
    if by.is_staff and not post.is_body and post.author_id is not None:
        settle_assigned(post.thread_id, assignee_id=post.author_id)


@receiver(answer_accepted, dispatch_uid="forums.answer_accepted")
def hear_of_answer(sender: type[Thread], thread: Thread, **_extra: Any) -> None:
    settle_assigned(thread.pk)

"""From domain events to jobs. Nothing is sent in the writer's own request."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from communities.content.models import Post, Thread
from communities.models import Membership
from communities.notifications.services import read_thread_news, tell_of_accepted_answer
from communities.notifications.tasks import notify_of_post
from communities.signals import answer_accepted, post_published, thread_read


@receiver(post_published, dispatch_uid="notifications.post_published")
def hear_of_post(sender: type[Post], post: Post, **_extra: Any) -> None:
    notify_of_post.delay_on_commit(community_id=post.community_id, post_id=post.pk)


@receiver(answer_accepted, dispatch_uid="notifications.answer_accepted")
def hear_of_accepted_answer(sender: type[Thread], post: Post, by: Membership, **_extra: Any) -> None:
    tell_of_accepted_answer(post, by=by)


@receiver(thread_read, dispatch_uid="notifications.thread_read")
def hear_of_reading(sender: type[Thread], thread: Thread, by: Membership, **_extra: Any) -> None:
    if by.unread_count:
        read_thread_news(thread, by=by)

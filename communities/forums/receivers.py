"""What follows by itself: who has answered a thread that was theirs to answer has it no longer; one that becomes part
of another is theirs there. The first answer to a question plans when its asker is asked about it. A space that threads
come into features no more than it takes."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from communities.content.models import Post, Space, Thread
from communities.forums.assigning import carry_assigned, settle_assigned, take_back_carried
from communities.forums.featuring import end_beyond
from communities.forums.open_questions import plan_asking
from communities.forums.same import lead_on
from communities.models import Membership
from communities.signals import (
    answer_accepted,
    comment_set,
    post_published,
    posts_moved,
    space_emptied,
    thread_absorbed,
    thread_merged,
    thread_moved,
)


@receiver(post_published, dispatch_uid="forums.post_published")
def hear_of_reply(sender: type[Post], post: Post, by: Membership, **_extra: Any) -> None:
    # Threads are given to the team alone: the replies of all others ask nothing.
    if post.is_body or post.is_comment or post.author_id is None:
        return
    if by.is_staff:
        settle_assigned(post.thread_id, assignee_id=post.author_id)
    plan_asking(post)


@receiver(comment_set, dispatch_uid="forums.comment_set")
def hear_of_comment(sender: type[Post], post: Post, **_extra: Any) -> None:
    if not post.is_comment and post.author_id is not None:
        settle_assigned(post.thread_id, assignee_id=post.author_id)
        plan_asking(post)


@receiver(answer_accepted, dispatch_uid="forums.answer_accepted")
def hear_of_answer(sender: type[Thread], thread: Thread, **_extra: Any) -> None:
    settle_assigned(thread.pk)


@receiver(thread_merged, dispatch_uid="forums.thread_merged")
def hear_of_merging(
    sender: type[Thread], source: Thread, target: Thread, by: Membership, **_extra: Any
) -> None:
    carry_assigned(source, target, by=by)


@receiver(thread_absorbed, dispatch_uid="forums.thread_absorbed")
def hear_of_undone_split(sender: type[Thread], source: Thread, target: Thread, **_extra: Any) -> None:
    lead_on(source, target)


@receiver(thread_moved, dispatch_uid="forums.thread_moved")
def hear_of_move(sender: type[Thread], thread: Thread, by: Membership, **_extra: Any) -> None:
    end_beyond(thread.space, came=thread, by=by)


@receiver(space_emptied, dispatch_uid="forums.space_emptied")
def hear_of_moves(sender: type[Space], target: Space, **_extra: Any) -> None:
    end_beyond(target)


@receiver(posts_moved, dispatch_uid="forums.posts_moved")
def hear_of_way_back(sender: type[Thread], source: Thread, target: Thread, **_extra: Any) -> None:
    take_back_carried(source, target)

"""From domain events to jobs. Nothing is sent in the writer's own request."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models.signals import pre_delete
from django.dispatch import receiver

from communities.content.models import Post, Space, Thread
from communities.launch.models import Stage, StageOpening
from communities.models import Community, Membership
from communities.notifications.digests import set_hours_anew
from communities.notifications.services import (
    count_unread,
    forget_accepted_answer,
    forget_lines,
    read_thread_news,
    tell_of_accepted_answer,
    tell_those_who_plan,
)
from communities.notifications.tasks import (
    clear_bells,
    notify_of_names,
    notify_of_opening,
    notify_of_pause,
    notify_of_post,
    reconsider_bells,
)
from communities.signals import (
    answer_accepted,
    answer_unaccepted,
    clocks_moved,
    members_merged,
    post_edited,
    post_published,
    post_removed,
    post_restored,
    space_narrowed,
    stage_announced,
    stage_noted,
    stage_paused,
    stage_removed,
    thread_read,
    thread_retired,
    thread_unpublished,
)


@receiver(post_published, dispatch_uid="notifications.post_published")
def hear_of_post(sender: type[Post], post: Post, **_extra: Any) -> None:
    notify_of_post.delay_on_commit(community_id=post.community_id, post_id=post.pk)


@receiver(post_edited, dispatch_uid="notifications.post_edited")
def hear_of_edit(sender: type[Post], post: Post, **_extra: Any) -> None:
    if post.is_published and post.mentions.filter(quoted=False, told=False).exists():
        notify_of_names.delay_on_commit(community_id=post.community_id, post_id=post.pk)


@receiver(answer_accepted, dispatch_uid="notifications.answer_accepted")
def hear_of_accepted_answer(sender: type[Thread], post: Post, by: Membership, **_extra: Any) -> None:
    tell_of_accepted_answer(post, by=by)


@receiver(answer_unaccepted, dispatch_uid="notifications.answer_unaccepted")
def hear_of_unaccepted_answer(sender: type[Thread], post: Post | None, **_extra: Any) -> None:
    if post is not None:
        forget_accepted_answer(post)


@receiver(post_removed, dispatch_uid="notifications.post_removed")
def hear_of_removal(sender: type[Post], post: Post, **_extra: Any) -> None:
    if post.position is not None:
        reconsider_bells.delay_on_commit(
            community_id=post.community_id, thread_id=post.thread_id, came_back=False
        )


@receiver(post_restored, dispatch_uid="notifications.post_restored")
def hear_of_return(sender: type[Post], post: Post, **_extra: Any) -> None:
    reconsider_bells.delay_on_commit(community_id=post.community_id, thread_id=post.thread_id, came_back=True)


@receiver(thread_retired, dispatch_uid="notifications.thread_retired")
def hear_of_retiring(sender: type[Thread], thread: Thread, turned: bool, **_extra: Any) -> None:
    """Bells count what can be read; a mail that could not leave meanwhile leaves once it is back."""
    if turned:
        reconsider_bells.delay_on_commit(
            community_id=thread.community_id, thread_id=thread.pk, came_back=thread.is_published
        )


@receiver(thread_unpublished, dispatch_uid="notifications.thread_unpublished")
def hear_of_draft(sender: type[Thread], thread: Thread, **_extra: Any) -> None:
    """When it is out again it is told like a new one."""
    forget_lines(thread=thread)


@receiver(pre_delete, sender=Thread, dispatch_uid="notifications.thread_deleted")
def hear_of_end(sender: type[Thread], instance: Thread, **_extra: Any) -> None:
    """A draft that is thrown away may have been public before, and told."""
    forget_lines(thread=instance)


@receiver(thread_read, dispatch_uid="notifications.thread_read")
def hear_of_reading(
    sender: type[Thread], thread: Thread, by: Membership, position: int, **_extra: Any
) -> None:
    if by.unread_count:
        read_thread_news(thread, by=by, position=position)


@receiver(stage_announced, dispatch_uid="notifications.stage_announced")
def hear_of_announcement(sender: type[Stage], opening: StageOpening, **_extra: Any) -> None:
    notify_of_opening.delay_on_commit(community_id=opening.community_id, opening_id=opening.pk)


@receiver(stage_paused, dispatch_uid="notifications.stage_paused")
def hear_of_pause(sender: type[Stage], stage: Stage, at: datetime.datetime, **_extra: Any) -> None:
    notify_of_pause.delay_on_commit(
        community_id=stage.community_id, stage_id=stage.pk, occasion=at.isoformat()
    )


@receiver(stage_noted, dispatch_uid="notifications.stage_noted")
def hear_of_note(sender: type[Stage], stage: Stage, note: str, occasion: str, **_extra: Any) -> None:
    tell_those_who_plan(stage, note=note, occasion=occasion)


@receiver(stage_removed, dispatch_uid="notifications.stage_removed")
def hear_of_removed_stage(sender: type[Stage], stage: Stage, **_extra: Any) -> None:
    forget_lines(stage=stage)


@receiver(members_merged, dispatch_uid="notifications.members_merged")
def hear_of_merging(sender: type[Membership], kept: Membership, **_extra: Any) -> None:
    count_unread(kept.pk)


@receiver(space_narrowed, dispatch_uid="notifications.space_narrowed")
def hear_of_fewer_readers(sender: type[Space], space: Space, **_extra: Any) -> None:
    clear_bells.delay_on_commit(community_id=space.community_id, space_id=space.pk)


@receiver(clocks_moved, dispatch_uid="notifications.clocks_moved")
def hear_of_other_clocks(sender: type[Community], community: Community, **_extra: Any) -> None:
    set_hours_anew(community)

from __future__ import annotations

import datetime

from celery import shared_task
from django.utils import timezone

from communities.content.models import Post, Space, Thread
from communities.launch.models import Stage, StageOpening
from communities.launch.services import look_soon
from communities.models import Community
from communities.notifications.devices.sending import begin, send_waiting
from communities.notifications.digests import write_digests as write_due
from communities.notifications.emails import write_waiting
from communities.notifications.services import (
    MOST_LATE,
    late_news,
    reconsider_news,
    take_back_news,
    tell_news,
    tell_of_names,
    tell_of_opening,
    tell_of_pause,
)
from communities.queries import communities_by_question
from communities.tasks import CommunityTask, in_each, one_by_one
from members.mails.outbox import call_sender
from members.rounds import SHORT, Periodic, leave_some

# Until then its own job may still be on its way.
LATE = datetime.timedelta(minutes=2)


@shared_task(base=CommunityTask)
def notify_of_post(post_id: int) -> None:
    """Tell those whom a post concerns; nothing when it has gone or been hidden meanwhile. Of one in a hidden thread
    they read once the thread is back.
    """
    if tell_news(post_id):
        # It may be the one for which a stage of the launch has waited.
        look_soon()


@shared_task(base=Periodic, budget=SHORT)
def tell_late_news() -> int:
    """Every minute: tell of posts for which no job was asked, or whose job was lost; how many."""
    before = timezone.now() - LATE
    ids = communities_by_question("select communities_with_late_news(%s)", [before])
    return in_each(ids, lambda community: _tell_some(community, before))


def _tell_some(community: Community, before: datetime.datetime) -> int:
    """Of the oldest; after a night without a queue there may be thousands, which wait for no other minute."""
    late: list[int] = []

    def find() -> list[int]:
        late.extend(late_news(before))
        return late

    told = one_by_one(community, find, tell_news, what="post")
    if told and len(late) == MOST_LATE:
        leave_some()
    return told


@shared_task(base=CommunityTask)
def notify_of_names(post_id: int) -> None:
    """Tell those whom an edited post names for the first time. Safe to run again."""
    post = Post.objects.select_related("thread__space", "author").filter(pk=post_id).first()
    if post is not None and post.is_published and post.thread.is_published:
        tell_of_names(post)


@shared_task(base=CommunityTask)
def reconsider_bells(thread_id: int, came_back: bool) -> None:
    """Something in a thread was withdrawn, or came back. Safe to run again."""
    thread = Thread.objects.filter(pk=thread_id).first()
    if thread is not None:
        reconsider_news(thread, came_back=came_back)


@shared_task(base=CommunityTask)
def notify_of_opening(opening_id: int) -> None:
    """Tell those for whom an announcement is; nothing when its stage was closed again meanwhile. Safe to run again."""
    opening = StageOpening.objects.select_related("stage").filter(pk=opening_id).first()
    if opening is not None and opening.ended_at is None and opening.stage.is_open:
        tell_of_opening(opening)


@shared_task(base=CommunityTask)
def notify_of_pause(stage_id: int, occasion: str) -> None:
    """Tell those for whom a part has stopped; nothing if it has been resumed already. Safe to run again."""
    stage = Stage.objects.filter(pk=stage_id).first()
    if stage is not None and stage.is_paused:
        tell_of_pause(stage, occasion=occasion)


@shared_task(base=CommunityTask)
def clear_bells(space_id: int) -> None:
    """Let bells count no news of a space for those who read it no longer. Safe to run again."""
    # With the one it stands in: that was narrowed perhaps, and what is remembered of it is older.
    space = Space.objects.select_related("parent").filter(pk=space_id).first()
    if space is not None:
        take_back_news(space)


@shared_task(base=Periodic, budget=SHORT)
def write_waiting_mails() -> int:
    """Put the mails about lines that are due into the outbox, community by community; how many."""
    ids = communities_by_question("select communities_with_waiting_mails(%s)", [timezone.now()])
    written = in_each(ids, write_waiting)
    if written:
        call_sender()
    return written


@shared_task(base=Periodic)
def write_digests() -> int:
    """Every five minutes: put the digests that are due into the outbox, community by community; how many."""
    ids = communities_by_question("select communities_with_digests(%s)", [timezone.now()])
    written = in_each(ids, write_due)
    if written:
        call_sender()
    return written


@shared_task(base=Periodic)
def send_to_devices() -> int:
    """Send what waits for members’ devices, community by community; how many were reached."""
    ids = communities_by_question("select communities_with_due_pushes(%s)", [timezone.now()])
    run = begin() if ids else None
    return in_each(ids, lambda community: send_waiting(community, run)) if run is not None else 0

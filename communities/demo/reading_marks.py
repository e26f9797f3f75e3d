"""What the demo's people have read, what they follow, and what they have been notified of."""

from __future__ import annotations

import datetime
import random

from django.db.models import OuterRef, Subquery

from communities.content.models import Post, Thread
from communities.content.services import follow_space, mark_read
from communities.demo.scene import Scene
from communities.models import Membership
from communities.notifications.models import Notification
from communities.notifications.services import read_thread_news, tell_of_post

# Older news has long been read.
NEWS = datetime.timedelta(days=5)
FOLLOWED_SPACES = 2


def follow_places(scene: Scene) -> None:
    """Two spaces each, so that they have notifications."""
    for by in scene.cast:
        dice = random.Random(f"spaces of {by.handle}")
        for space in dice.sample(list(scene.spaces.values()), min(FOLLOWED_SPACES, len(scene.spaces))):
            follow_space(space, by=by)


def tell_the_news(scene: Scene, thread: Thread) -> None:
    """The notifications of those who follow a thread, as if sent when it was written; without any mail."""
    since = scene.clock.now - NEWS
    recent = thread.posts.filter(published_at__gte=since, position__isnull=False)
    for post in recent.select_related("thread__space", "author").order_by("position"):
        tell_of_post(post)
    written = Post.objects.filter(pk=OuterRef("post_id")).values("published_at")
    # What tells of no post, as that somebody is to answer, was told when it was done.
    news = Notification.objects.filter(thread=thread, post__isnull=False)
    news.update(mail_due_at=None, created_at=Subquery(written))


def mark_what_was_read(scene: Scene, thread: Thread) -> None:
    """Most threads to their end, some half way, some not at all: so that each person sees what is new."""
    for by in scene.cast:
        dice = random.Random(f"{by.handle} reads {thread.slug}")
        chance = dice.random()
        if thread.author_id == by.pk and thread.last_author_id != by.pk:
            # One comes back to one's own thread to find an answer.
            mark_read(thread, by=by, position=thread.last_position - 1)
        elif chance < 0.6:
            _read(thread, by, thread.last_position)
        elif chance < 0.8 and thread.last_position > 1:
            mark_read(thread, by=by, position=dice.randrange(1, thread.last_position))


def _read(thread: Thread, by: Membership, position: int) -> None:
    mark_read(thread, by=by, position=position)
    read_thread_news(thread, by=by)

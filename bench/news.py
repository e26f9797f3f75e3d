"""How long it takes until 200 followers are told of a reply, by the clock, while all jobs of the beat are due at once.

Real workers run (`config/services/workers.py`), and the web process of this program writes the reply.
"""

from __future__ import annotations

import os
import statistics
import time

from django.conf import settings

from bench.due import make_due
from bench.giant import FOLLOWED, FOLLOWERS
from bench.working import workers
from communities.content import services
from communities.content.models import Thread
from communities.models import Community, Membership
from communities.notifications.models import Notification
from communities.scoping import community_scope
from config.celery import app

REPLIES, PATIENCE, ALLOWED = 5, 120.0, 5.0
WORKERS = ("mailer", "worker", "periodic", "long")


def time_news(community: Community) -> bool:
    """Print how long it took; whether none took longer than it may."""
    with workers(*WORKERS):
        app.loader.import_default_modules()
        # All of it before the first job runs: one statement for all communities would wait for jobs, and they for it.
        for name in settings.CELERY_BEAT_SCHEDULE:
            make_due(name)
        for entry in settings.CELERY_BEAT_SCHEDULE.values():
            app.send_task(entry["task"], **entry["options"])
        taken = [_told_within(community, number) for number in range(REPLIES)]
    load = os.getloadavg()[0]
    print(
        f"{FOLLOWERS} followers told of a reply while all jobs were due: {', '.join(f'{one:.2f}' for one in taken)} s"
        f" (median {statistics.median(taken):.2f}); load of the machine {load:.1f}"
    )
    return max(taken) <= ALLOWED


def _told_within(community: Community, number: int) -> float:
    """Seconds from a reply to the last line in a bell."""
    with community_scope(community):
        thread = Thread.objects.select_related("space").get(slug=FOLLOWED)
        by = Membership.objects.get(handle="sailor-2")
        post = services.reply_to(thread, by=by, body=f"<p>The {number}th of those that are timed.</p>")
        # By now each line is news again.
        Notification.objects.filter(thread=thread).unread().delete()
    written = time.monotonic()
    while time.monotonic() < written + PATIENCE:
        with community_scope(community):
            told = Notification.objects.filter(thread=thread, posts__contains=[post.pk]).count()
        if told >= FOLLOWERS:
            return time.monotonic() - written
        time.sleep(0.05)
    return float("inf")

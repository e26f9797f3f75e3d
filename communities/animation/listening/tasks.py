"""What listening does by the clock."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from communities.animation.listening.models import KEPT
from communities.animation.listening.reading import work_off
from communities.animation.listening.taking import match_again
from communities.queries import communities_by_question
from communities.tasks import CommunityTask, in_each
from members.rounds import Periodic


@shared_task(base=Periodic, budget=120)
def read_mentions() -> int:
    """Read the feeds that are due, and turn mentions past their time into counts, every five minutes; how many."""
    now = timezone.now()
    ids = communities_by_question("select communities_with_listening(%s, %s)", [now, now - KEPT])
    return in_each(ids, work_off)


@shared_task(base=CommunityTask)
def look_for_names() -> None:
    """After the names have changed: which of the mentions that are kept say them. Repeated, it changes nothing."""
    match_again()

"""What calls do by the clock."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from communities.calls.telling import AHEAD, tell_of_hours
from communities.queries import communities_by_question
from communities.tasks import inside_each
from members.rounds import Periodic


@shared_task(base=Periodic)
def tell_of_calls() -> int:
    """Tell who follows the space of a call that it opens, whoever has not sent an application that it closes, and
    juries of those that have, every minute; how many calls."""
    now = timezone.now()
    ids = communities_by_question("select communities_with_calls_to_tell(%s, %s)", [now, now + AHEAD])
    return inside_each(ids, tell_of_hours)

"""What challenges do by the clock."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from communities.challenges.telling import look_after
from communities.queries import communities_by_question
from communities.tasks import inside_each
from members.rounds import Periodic


@shared_task(base=Periodic)
def look_after_challenges() -> int:
    """Open and close phases, tell those concerned, find the winners, every minute; of how many challenges."""
    ids = communities_by_question("select communities_with_due_challenges(%s)", [timezone.now()])
    return inside_each(ids, look_after)

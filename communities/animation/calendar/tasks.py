"""What the calendar does by the clock."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from communities.animation.calendar.rituals import lay_out_due
from communities.queries import communities_by_question
from communities.tasks import inside_each
from members.rounds import Periodic


@shared_task(base=Periodic)
def lay_out_rituals() -> int:
    """Make the entries and drafts of rituals whose day is near, every five minutes; how many."""
    ids = communities_by_question("select communities_with_rituals(%s)", [timezone.now()])
    return inside_each(ids, lay_out_due)

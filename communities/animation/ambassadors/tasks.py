"""What terms do by the clock."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from communities.animation.ambassadors.clock import work_off
from communities.animation.ambassadors.models import NOTICE
from communities.queries import communities_by_question
from communities.tasks import inside_each
from members.rounds import Periodic


@shared_task(base=Periodic)
def look_after_terms() -> int:
    """Tell of the terms that end within two weeks, write down those that have ended; how many."""
    now = timezone.now()
    ids = communities_by_question("select communities_with_terms(%s, %s)", [now, now + NOTICE])
    return inside_each(ids, work_off)

"""What surveys do by the clock."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from communities.animation.surveys.asking import work_off
from communities.queries import communities_by_question
from communities.tasks import inside_each
from members.rounds import Periodic


@shared_task(base=Periodic)
def look_after_surveys() -> int:
    """Choose and tell those whom surveys ask, close those whose days are over, every minute; how many."""
    ids = communities_by_question("select communities_with_surveys(%s)", [timezone.now()])
    return inside_each(ids, work_off)

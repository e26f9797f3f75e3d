"""What offers do by the clock."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from analytics.offers.telling import tell_what_is_due
from communities.queries import communities_by_question
from communities.tasks import inside_each
from members.rounds import Periodic


@shared_task(base=Periodic)
def tell_of_offers() -> int:
    """Tell of offers that have opened or end within a day, every minute; how many offers."""
    ids = communities_by_question("select communities_with_offers(%s)", [timezone.now()])
    return inside_each(ids, tell_what_is_due)

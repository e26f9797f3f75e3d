"""What events do by the clock."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from communities.events.repeating import make_dates
from communities.events.telling import tell_of_events
from communities.queries import communities_by_question
from communities.tasks import inside_each
from members.rounds import Periodic


@shared_task(base=Periodic)
def announce_dates() -> int:
    """Announce the dates of series that are due, every minute; of how many series."""
    ids = communities_by_question("select communities_with_event_dates(%s)", [timezone.now()])
    return inside_each(ids, make_dates)


@shared_task(base=Periodic)
def look_after_events() -> int:
    """Tell those who registered of places, changes, cancellations and the day before, every minute; of how many
    events."""
    ids = communities_by_question("select communities_with_event_news(%s)", [timezone.now()])
    return inside_each(ids, tell_of_events)

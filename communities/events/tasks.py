"""What events do by the clock."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from communities.events.repeating import make_dates
from communities.events.telling import tell_of_events
from communities.models import Community
from communities.queries import communities_by_question
from communities.scoping import active_community_id
from communities.tasks import CommunityTask, inside_each
from members.rounds import Periodic


@shared_task(base=Periodic)
def announce_dates() -> int:
    """Announce the dates of series that are due, every five minutes; of how many series."""
    ids = communities_by_question("select communities_with_event_dates(%s)", [timezone.now()])
    return inside_each(ids, make_dates)


@shared_task(base=CommunityTask)
def announce_dates_here() -> int:
    """The same in one community, where somebody has just said that an event repeats; of how many series."""
    return make_dates(Community.objects.get(pk=active_community_id()))


@shared_task(base=Periodic)
def look_after_events() -> int:
    """Tell those who registered of places, changes, cancellations and the day before, every minute; of how many
    events."""
    ids = communities_by_question("select communities_with_event_news(%s)", [timezone.now()])
    return inside_each(ids, tell_of_events)

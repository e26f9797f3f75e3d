"""Periodic work on members’ days. Each may be repeated, and killed at any moment."""

from __future__ import annotations

import datetime

from celery import shared_task
from django.utils import timezone

from analytics.capture.services import forget_visits
from analytics.engagement.models import Fill
from analytics.engagement.services import (
    drain_activity_stream,
    fill_days,
    fill_dirty,
    fill_history,
    forget_gone_people,
)
from communities.calendar import today
from communities.models import Community, Membership
from communities.queries import communities_by_question
from communities.tasks import each_apart, inside_each
from members.rounds import Periodic

# Hiding, restoring or publishing late changes days without marking them; days this far back are counted again.
RECOUNTED_DAYS = 35


@shared_task(base=Periodic)
def drain_activity() -> int:
    """Add the page views of members to their days."""
    return drain_activity_stream()


@shared_task(base=Periodic)
def fill_engagement() -> int:
    """Count the contributions of days on which members did something."""
    ids = communities_by_question("select communities_with_dirty_days()", [])
    return inside_each(ids, fill_dirty)


@shared_task(base=Periodic)
def recount_engagement() -> int:
    """Count the last weeks again where a day is not what was done on it, and the whole history where it never was; in
    how many communities. Those are found in one pass over all."""
    told = [timezone.now(), RECOUNTED_DAYS]
    ids = communities_by_question("select communities_with_miscounted_days(%s, %s)", told)
    return inside_each(ids, _recount)


def _recount(community: Community) -> int:
    now = today(community)
    if Fill.objects.exists():
        fill_days(community, now - datetime.timedelta(days=RECOUNTED_DAYS), now)
    else:
        fill_history(community)
    return 1


@shared_task(base=Periodic)
def forget_gone() -> int:
    """Forget people who left for good, wherever measurement still knows them; how many."""
    return inside_each(communities_by_question("select communities_that_know_gone_people()", []), _forget)


def _forget(_community: Community) -> int:
    gone = Membership.objects.filter(member__isnull=True, unclaimed=False)
    gone = gone | Membership.objects.filter(status=Membership.Status.ERASED)
    people = {membership.pk: membership for membership in gone}

    def forget(pk: int) -> None:
        forget_visits(people[pk])

    each_apart("membership", people, forget)
    return forget_gone_people()

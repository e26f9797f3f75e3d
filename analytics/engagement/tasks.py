"""Periodic work on members’ days. Each may be repeated, and killed at any moment."""

from __future__ import annotations

import datetime

from celery import shared_task

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
from communities.tasks import each_apart, in_every_one

# Hiding, restoring or publishing late changes days without marking them; days this far back are counted again.
RECOUNTED_DAYS = 35


@shared_task
def drain_activity() -> int:
    """Add the page views of members to their days."""
    return drain_activity_stream()


@shared_task
def fill_engagement() -> int:
    """Count the contributions of days on which members did something."""
    ids = communities_by_question("select communities_with_dirty_days()", [])
    return in_every_one(fill_dirty, among=Community.objects.filter(pk__in=ids))


@shared_task
def recount_engagement() -> int:
    """Count the last weeks again in every community, and the whole history where it never was."""
    return in_every_one(_recount)


def _recount(community: Community) -> int:
    now = today(community)
    if Fill.objects.exists():
        fill_days(community, now - datetime.timedelta(days=RECOUNTED_DAYS), now)
    else:
        fill_history(community)
    return 1


@shared_task
def forget_gone() -> int:
    """Forget people who left for good, wherever measurement still knows them; how many."""
    return in_every_one(_forget)


def _forget(_community: Community) -> int:
    gone = Membership.objects.filter(member__isnull=True, unclaimed=False)
    gone = gone | Membership.objects.filter(status=Membership.Status.ERASED)
    people = {membership.pk: membership for membership in gone}

    def forget(pk: int) -> None:
        forget_visits(people[pk])

    each_apart("membership", people, forget)
    return forget_gone_people()

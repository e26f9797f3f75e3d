"""Periodic work on members’ days. Each may be repeated, and killed at any moment."""

from __future__ import annotations

import datetime

from celery import shared_task
from django.db import connection

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
from communities.scoping import community_scope

# Hiding, restoring or publishing late changes days without marking them; days this far back are counted again.
RECOUNTED_DAYS = 35


@shared_task
def drain_activity() -> int:
    """Add the page views of members to their days."""
    return drain_activity_stream()


@shared_task
def fill_engagement() -> int:
    """Count the contributions of days on which members did something."""
    with connection.cursor() as cursor:
        cursor.execute("select communities_with_dirty_days()")
        ids = [row[0] for row in cursor.fetchall()]
    days = 0
    for community in Community.objects.filter(pk__in=ids).order_by("pk"):
        with community_scope(community):
            days += fill_dirty(community)
    return days


@shared_task
def recount_engagement() -> int:
    """Count the last weeks again in every community, and the whole history where it never was."""
    communities = 0
    for community in Community.objects.order_by("pk").iterator():
        now = today(community)
        with community_scope(community):
            if Fill.objects.exists():
                fill_days(community, now - datetime.timedelta(days=RECOUNTED_DAYS), now)
            else:
                fill_history(community)
        communities += 1
    return communities


@shared_task
def forget_gone() -> int:
    """Forget people who left for good, wherever measurement still knows them; how many."""
    forgotten = 0
    for community in Community.objects.order_by("pk").iterator():
        with community_scope(community):
            gone = Membership.objects.filter(member__isnull=True, unclaimed=False)
            for membership in gone | Membership.objects.filter(status=Membership.Status.ERASED):
                forget_visits(membership)
            forgotten += forget_gone_people()
    return forgotten

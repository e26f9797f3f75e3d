"""Who has closed an announcement or followed its link: kept for ninety days after its end, and then only how many."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone

from communities.animation.announcements.models import Announcement, Reading
from communities.models import Community
from communities.tasks import one_by_one

KEPT = datetime.timedelta(days=90)


def count_readings(community: Community, *, now: datetime.datetime | None = None) -> int:
    """The announcements of a community whose ninety days are over; of how many. Safe to run twice at once."""
    before = (now or timezone.now()) - KEPT
    return one_by_one(
        community,
        lambda: Announcement.objects.to_count(before).order_by("ends_at", "pk").values_list("pk", flat=True),
        lambda pk: into_figures(pk, before),
        what="readings of announcements",
    )


@transaction.atomic
def into_figures(pk: int, before: datetime.datetime) -> int:
    """Keep how many members closed one and followed its link, and forget who they are; 0 where that was done before."""
    due = Announcement.objects.to_count(before).select_for_update(of=("self",))
    row: Announcement | None = due.filter(pk=pk).first()
    if row is None:
        return 0
    readings = Reading.objects.filter(announcement=row)
    row.closed_by_members += readings.filter(closed=True).count()
    row.followed_by_members += readings.filter(followed=True).count()
    row.counted_at = timezone.now()
    row.save(update_fields=["closed_by_members", "followed_by_members", "counted_at"])
    readings.delete()
    return 1

"""What is noted once the reader has gone on, and what is forgotten in time."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from communities.animation.announcements.counting import KEPT, count_readings
from communities.animation.announcements.models import Announcement
from communities.animation.announcements.permissions import FEATURE
from communities.animation.announcements.reading import note_followed
from communities.launch.features import is_open_to
from communities.models import Membership
from communities.queries import communities_by_question
from communities.tasks import CommunityTask, in_each
from members.rounds import Periodic


@shared_task(base=CommunityTask)
def note_reader(announcement_id: int, membership_id: int) -> None:
    """A member has followed the link. Safe to run again: each is counted once."""
    row = Announcement.objects.kept().filter(pk=announcement_id, counted_at__isnull=True).first()
    member = Membership.objects.active().filter(pk=membership_id).first()
    if row is not None and member is not None and is_open_to(member, FEATURE):
        note_followed(row, by=member)


@shared_task(base=Periodic)
def count_old_readings() -> int:
    """Every day: of announcements that ended ninety days ago, who closed or followed them becomes figures; how many."""
    ids = communities_by_question("select communities_with_old_readings(%s)", [timezone.now() - KEPT])
    return in_each(ids, count_readings)

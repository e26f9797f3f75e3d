"""What is noted once the reader has gone on."""

from __future__ import annotations

from celery import shared_task

from communities.animation.announcements.models import Announcement
from communities.animation.announcements.permissions import FEATURE
from communities.animation.announcements.reading import note_followed
from communities.launch.features import is_open_to
from communities.models import Membership
from communities.tasks import CommunityTask


@shared_task(base=CommunityTask)
def note_reader(announcement_id: int, membership_id: int) -> None:
    """A member has followed the link. Safe to run again: each is counted once."""
    row = Announcement.objects.kept().filter(pk=announcement_id).first()
    member = Membership.objects.active().filter(pk=membership_id).first()
    if row is not None and member is not None and is_open_to(member, FEATURE):
        note_followed(row, by=member)

"""Jobs about texts. Each may run twice, and be killed at any moment."""

from __future__ import annotations

from celery import shared_task

from communities.tasks import CommunityTask
from communities.texts.telling import tell_members, welcome_newcomer


@shared_task(base=CommunityTask)
def tell_of_change(version_id: int) -> int:
    """Tell all members that a text changes, and when; how many there are."""
    return tell_members(version_id)


@shared_task(base=CommunityTask)
def welcome(membership_id: int) -> bool:
    """Send the words of welcome to somebody who has joined; False where there are none."""
    return welcome_newcomer(membership_id)

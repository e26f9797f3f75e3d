"""What readers do with an announcement: close it, follow its link."""

from __future__ import annotations

import logging

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from communities.animation.announcements.models import Announcement, Reading
from communities.animation.announcements.permissions import FEATURE
from communities.launch.features import refuse_closed
from communities.models import Membership
from communities.promotions.counting import FAILURES, follow_once, is_machine

logger = logging.getLogger(__name__)

CLOSED, FOLLOWED = "closed", "followed"


def answering(pk: int, *, to_visitor: bool) -> Announcement | None:
    """One that some page may still show; of those for members, visitors know nothing."""
    row: Announcement | None = Announcement.objects.answering(timezone.now()).filter(pk=pk).first()
    return None if row is None or (to_visitor and not row.is_for_visitors) else row


@transaction.atomic
def close_announcement(announcement: Announcement, *, by: Membership) -> bool:
    """It stays away from this member, on every device; whether it was the first time. Raises FeatureClosed."""
    refuse_closed(by, FEATURE)
    return announcement.can_be_closed and _note(announcement.pk, by.pk, CLOSED)


@transaction.atomic
def note_followed(announcement: Announcement, *, by: Membership) -> bool:
    """Count a member who follows its link, once; whether it was the first time. Raises FeatureClosed."""
    refuse_closed(by, FEATURE)
    return bool(announcement.target) and _note(announcement.pk, by.pk, FOLLOWED)


def _note(number: int, membership: int, what: str) -> bool:
    key = {"announcement_id": number, "membership_id": membership}
    row, is_new = Reading.objects.get_or_create(**key, defaults={what: True})
    if is_new:
        return True
    return bool(Reading.objects.filter(pk=row.pk, **{what: False}).update(**{what: True}))


# What a visitor has done, and the column in which that is counted.
OF_VISITORS = {"closed": "closed_by_visitors", "followed": "followed_by_visitors"}


def count_visitor(announcement: Announcement, what: str, *, address: str, agent: str) -> bool:
    """Add a visitor to a figure: each browser once in half an hour, programs never; whether it was counted. Neither
    `address` nor `agent` is kept. Never raises where Redis is unreachable."""
    if is_machine(agent):
        return False
    link = f"announcement:{announcement.pk}:{what}"
    try:
        is_new, _kept = follow_once(announcement.community_id, link, visitor=f"{address}|{agent}")
    except FAILURES as failure:
        logger.warning("a visitor of an announcement is not counted", extra={"reason": str(failure)})
        return False
    column = OF_VISITORS[what]
    return is_new and bool(Announcement.objects.filter(pk=announcement.pk).update(**{column: F(column) + 1}))

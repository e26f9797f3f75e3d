"""Who speaks above the pages."""

from __future__ import annotations

from communities.launch.features import is_open_to
from communities.models import Membership

FEATURE = "announcements"


def can_make_announcement(membership: Membership) -> bool:
    """Write, plan, end and delete announcements: managers and owners, where there are announcements. They speak for the
    place on every page of it."""
    return membership.can_manage and is_open_to(membership, FEATURE)

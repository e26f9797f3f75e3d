"""Who reads what is said elsewhere, and says what is listened for."""

from __future__ import annotations

from communities.launch.features import is_open_to
from communities.models import Membership

FEATURE = "listening"


def can_listen(membership: Membership) -> bool:
    """Read mentions, plan replies, name names and sources: managers, owners, marketing leads, where there is
    listening."""
    listens = membership.can_manage or (membership.is_staff and membership.role == Membership.Role.MARKETING)
    return listens and is_open_to(membership, FEATURE)


def can_delete_mentions(membership: Membership) -> bool:
    """For good, because their writer objects: managers and owners, who answer for what is kept about people."""
    return membership.can_manage and can_listen(membership)

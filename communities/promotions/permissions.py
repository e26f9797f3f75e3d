"""Who looks after the brand's own banners."""

from __future__ import annotations

from communities.models import Membership

EDITING_ROLES = frozenset({"marketing", "manager", "owner"})


def can_edit_placement(membership: Membership) -> bool:
    """Marketing leads, managers and owners; a banner is the brand's word, not a moderator's."""
    return membership.role in EDITING_ROLES and membership.is_staff

"""Who looks after the brand's own banners."""

from __future__ import annotations

from communities.models import Membership

EDITING_ROLES = frozenset({"marketing", "manager", "owner"})


def can_edit_placement(membership: Membership) -> bool:
    """Marketing leads, managers and owners; banners speak for the brand, so moderators are not among them."""
    return membership.role in EDITING_ROLES and membership.is_staff

"""Who may take a whole community along."""

from __future__ import annotations

from communities.models import Membership


def can_export_community(membership: Membership) -> bool:
    """The owner alone: it holds every text and every address, private ones too."""
    return membership.can_manage and membership.role == Membership.Role.OWNER

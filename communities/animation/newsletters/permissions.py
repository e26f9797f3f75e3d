"""Who writes newsletters, and who sends them."""

from __future__ import annotations

from communities.models import Membership

WRITING_ROLES = frozenset({"marketing", "manager", "owner"})


def can_write_newsletter(membership: Membership) -> bool:
    """Write, look at, try out; see who is reached, and what came of it."""
    return membership.role in WRITING_ROLES and membership.is_staff


def can_send_newsletter(membership: Membership) -> bool:
    """Send, stop and go on: it leaves in the community’s name, and cannot be called back."""
    return membership.can_manage

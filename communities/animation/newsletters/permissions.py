"""Who writes newsletters, and who sends them."""

from __future__ import annotations

from communities.launch.features import is_open_to
from communities.models import Membership

FEATURE = "newsletters"

WRITING_ROLES = frozenset({"marketing", "manager", "owner"})


def can_write_newsletter(membership: Membership) -> bool:
    """Write, look at, try out; see who is reached, and what came of it: where there are newsletters."""
    writes = membership.role in WRITING_ROLES and membership.is_staff
    return writes and is_open_to(membership, FEATURE)


def can_send_newsletter(membership: Membership) -> bool:
    """Send, stop and go on: it leaves in the community’s name, and cannot be called back."""
    return membership.can_manage and is_open_to(membership, FEATURE)

"""Who says what is done by itself."""

from __future__ import annotations

from communities.models import Membership


def can_edit_automations(membership: Membership) -> bool:
    """Make, change, switch on and off, stop, read the log, undo: managers and owners."""
    return membership.can_manage

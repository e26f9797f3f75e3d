"""Who may read results, and who may change what they are made of; in words in docs/marketing/index.md."""

from __future__ import annotations

from communities.models import Membership

READERS = frozenset({"marketing", "manager", "owner"})
WRITERS = frozenset({"marketing", "owner"})


def can_read_results(membership: Membership) -> bool:
    return membership.role in READERS and membership.is_staff and not membership.is_operator_looking


def can_edit_results(membership: Membership) -> bool:
    """Rates, costs, objectives, shops, contacts: the marketing lead and the owner."""
    return membership.role in WRITERS and membership.is_staff and not membership.is_operator_looking

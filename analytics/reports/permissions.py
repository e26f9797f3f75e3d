"""Who sees results. The rule is the money side’s own: one rule, one place."""

from analytics.roi.permissions import can_edit_results, can_read_results
from communities.models import Membership

__all__ = ["begins_with_results", "can_edit_results", "can_read_results"]


def begins_with_results(membership: Membership) -> bool:
    """Whose day begins with the figures: the link stands in their header on every page."""
    return membership.role == "marketing" and can_read_results(membership)

"""Who sees results. The rule is that of `analytics.roi`."""

from analytics.roi.permissions import can_edit_results, can_read_results
from communities.models import Membership

__all__ = ["begins_with_results", "can_edit_results", "can_read_results"]


def begins_with_results(membership: Membership) -> bool:
    """People whose day begins with the figures: the link is in their header on every page."""
    return membership.role == "marketing" and can_read_results(membership)

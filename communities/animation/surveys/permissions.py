"""Who asks the members, and who reads what they answered."""

from __future__ import annotations

from communities.launch.features import is_open_to
from communities.models import Membership

FEATURE = "surveys"


def can_run_surveys(membership: Membership) -> bool:
    """Write a survey, ask, close it, read the answers: managers, owners, marketing leads, where there are surveys."""
    runs = membership.can_manage or (membership.is_staff and membership.role == Membership.Role.MARKETING)
    return runs and is_open_to(membership, FEATURE)

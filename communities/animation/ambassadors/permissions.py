"""Who runs the programme, and who may apply for it."""

from __future__ import annotations

from communities import roles
from communities.launch.features import is_open_to
from communities.models import Membership
from communities.terms import COMMON

FEATURE = "ambassadors"


def can_run_programme(membership: Membership) -> bool:
    """Write the call and the charter, decide, appoint, thank and end: managers and owners, where there is a
    programme."""
    return membership.can_manage and is_open_to(membership, FEATURE)


def can_be_appointed(membership: Membership) -> bool:
    """Members and those who are ambassadors already: the team has its own rights."""
    return membership.is_active and not membership.unclaimed and membership.role in COMMON


def can_apply(membership: Membership) -> bool:
    return membership.can_write and can_be_appointed(membership) and is_open_to(membership, FEATURE)


def can_appoint(membership: Membership, person: Membership) -> bool:
    return (
        can_run_programme(membership) and can_be_appointed(person) and roles.can_set_role(membership, person)
    )

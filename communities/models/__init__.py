"""The tenant core: a community, the names it answers to, and people's memberships in it."""

from communities.models.communities import Community, check_time_zone, fingerprint, slug_rule
from communities.models.domains import Domain, new_token
from communities.models.handles import FormerHandle, give_up
from communities.models.memberships import (
    JUDGING_ROLES,
    MANAGING_ROLES,
    STAFF_ROLES,
    Membership,
    MembershipQuerySet,
    handle_rule,
)

__all__ = [
    "JUDGING_ROLES",
    "MANAGING_ROLES",
    "STAFF_ROLES",
    "Community",
    "Domain",
    "FormerHandle",
    "Membership",
    "MembershipQuerySet",
    "check_time_zone",
    "fingerprint",
    "give_up",
    "handle_rule",
    "new_token",
    "slug_rule",
]

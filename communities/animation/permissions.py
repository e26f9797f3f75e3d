"""Who sees what matters today, and who receives newcomers."""

from __future__ import annotations

from communities.models import Membership
from communities.terms import COMMON

Role = Membership.Role
# Who receives newcomers, for questions to the database; who of them may just now says `can_greet_newcomers`.
RECEIVING = frozenset({Role.AMBASSADOR, Role.MODERATOR, Role.MANAGER, Role.OWNER})


def _is_ambassador(membership: Membership) -> bool:
    return membership.role == Role.AMBASSADOR and membership.is_active and not membership.is_suspended


def can_see_today(membership: Membership) -> bool:
    """The team; ambassadors, what was given to them."""
    return membership.is_staff or _is_ambassador(membership)


def can_give_matters(membership: Membership) -> bool:
    """Give a matter of the day to somebody: the team. An ambassador’s part comes from others."""
    return membership.is_staff


def can_weigh_matters(membership: Membership) -> bool:
    """Say by what the order of Today is made, for the whole team."""
    return membership.can_manage


def can_greet_newcomers(membership: Membership) -> bool:
    """Greet, introduce, remind: those who look after people; ambassadors those who are in their care."""
    return (membership.is_staff and membership.role != Role.MARKETING) or _is_ambassador(membership)


def can_assign_newcomers(membership: Membership) -> bool:
    """Say who looks after a newcomer, and see all of them."""
    return membership.is_staff and membership.role != Role.MARKETING


def sees_own_part_only(membership: Membership) -> bool:
    return membership.role in COMMON

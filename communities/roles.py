"""Who may give which role, and how one is given: for joining by an invitation, for the team’s pages, for judging.

Nobody acts on an equal or higher role, nor gives one that they lack; ownership is handed over, never given.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.utils import timezone

from communities.models import Membership
from communities.terms import NOTICE

Role = Membership.Role
RANKS = {"member": 0, "ambassador": 1, "marketing": 2, "moderator": 2, "manager": 3, "owner": 4}
GIVEN_BY_MANAGERS = (Role.MEMBER, Role.AMBASSADOR, Role.MODERATOR)
GIVEN_BY_OWNERS = (Role.MEMBER, Role.AMBASSADOR, Role.MODERATOR, Role.MARKETING, Role.MANAGER)


def outranks(membership: Membership, person: Membership | None) -> bool:
    """Nobody acts against an equal or higher role, or against themselves; former members outrank nobody."""
    if person is None:
        return True
    return person.pk != membership.pk and RANKS[membership.role] > RANKS[person.role]


def roles_given_by(membership: Membership | None) -> tuple[str, ...]:
    """The roles that this person may give, the least first."""
    if membership is None or not membership.can_manage:
        return ()
    return GIVEN_BY_OWNERS if membership.role == Role.OWNER else GIVEN_BY_MANAGERS


def can_set_role(membership: Membership | None, person: Membership) -> bool:
    """Owners that of everybody but owners, managers up to moderators; nobody their own."""
    if membership is None or not person.is_active or person.unclaimed:
        return False
    return person.role in roles_given_by(membership) and outranks(membership, person)


def can_give_role(membership: Membership | None, person: Membership, role: str) -> bool:
    return role in roles_given_by(membership) and can_set_role(membership, person)


def is_last_owner(membership: Membership) -> bool:
    """Whether the place would be without an owner if this one left or laid the role down."""
    if membership.role != Role.OWNER:
        return False
    owners = Membership.objects.active().in_role(Role.OWNER)
    return not owners.exclude(pk=membership.pk).exists()


def give_role(
    person: Membership,
    role: str,
    *,
    spaces: Iterable[int] = (),
    until: datetime.datetime | None = None,
    after: str = Role.MEMBER,
) -> None:
    """Give a role to a locked membership, without asking who may. Its scope is a moderator’s only, and what it
    becomes at its end is less than it is."""
    person.role = role
    person.role_spaces = sorted(set(spaces)) if role == Role.MODERATOR else []
    person.role_until = until if role != Role.MEMBER else None
    person.role_after = after if RANKS[after] < RANKS[role] else Role.MEMBER
    # Whoever gets it for less than that hears now until when.
    person.role_end_told = until is not None and until <= timezone.now() + NOTICE
    person.save(update_fields=["role", "role_spaces", "role_until", "role_after", "role_end_told"])


def falls_back_to(person: Membership, role: str) -> str:
    """What somebody is once a role that they get for a time has ended: what they are now without an end, where that is
    less. A scope does not come back with it, so that a moderator of some spaces never becomes one of all."""
    kept = person.role_after if person.role_until is not None else person.role
    if person.role_spaces and person.role_until is None:
        kept = Role.MEMBER
    return kept if RANKS[kept] < RANKS[role] else Role.MEMBER


def role_as_kept(person: Membership) -> dict[str, object]:
    """What the journal keeps of a role."""
    until = person.role_until
    return {
        "role": str(person.role),
        "spaces": sorted(person.role_spaces),
        "until": until.isoformat() if until else "",
        "after": str(person.role_after) if until else "",
    }

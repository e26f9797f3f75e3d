"""Who sees and changes what about people; one predicate for each rule of the permission table."""

from __future__ import annotations

from communities.models import JUDGING_ROLES, Membership
from communities.roles import outranks

Role = Membership.Role


def can_see_members(membership: Membership) -> bool:
    """The team’s list, with notes and measures: moderators of some spaces too."""
    return membership.is_staff and membership.role in JUDGING_ROLES


def can_edit_members(membership: Membership) -> bool:
    """Also: write in the community’s name, note, read requests to join."""
    return membership.can_manage


def can_set_level(membership: Membership, person: Membership) -> bool:
    return can_edit_members(membership) and person.is_active and outranks(membership, person)


def can_approve_join_request(membership: Membership) -> bool:
    return membership.can_manage


def can_remove_member(membership: Membership, person: Membership) -> bool:
    return membership.can_manage and person.is_active and outranks(membership, person)


def can_merge_members(membership: Membership, kept: Membership, gone: Membership) -> bool:
    """Both stand below who merges them, and they are two."""
    return (
        membership.can_manage
        and kept.pk != gone.pk
        and kept.is_active
        and not kept.unclaimed
        and outranks(membership, kept)
        and outranks(membership, gone)
        and gone.status in (Membership.Status.ACTIVE, Membership.Status.LEFT)
    )


def can_see_email(membership: Membership) -> bool:
    """Owners, one address at a time, and the journal has it; managers see its first letter."""
    return membership.can_manage and membership.role == Role.OWNER


def can_find_by_email(membership: Membership) -> bool:
    """By the whole address only: a part would spell out what is masked."""
    return membership.can_manage


def can_export_members(membership: Membership) -> bool:
    return membership.can_manage and membership.role == Role.OWNER


def can_see_team(membership: Membership) -> bool:
    return membership.can_manage


def can_hand_over(membership: Membership) -> bool:
    return membership.can_manage and membership.role == Role.OWNER


def can_name_authors(membership: Membership) -> bool:
    return membership.can_manage


def can_edit_profile_fields(membership: Membership) -> bool:
    """What members are asked of themselves, and who sees it."""
    return membership.can_manage


def can_verify_files(membership: Membership) -> bool:
    """Open the files by which members prove something, and decide about them."""
    return membership.can_manage

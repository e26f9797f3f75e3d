"""Who sees and moves the launch plan; one predicate for each rule of the permission table."""

from __future__ import annotations

from communities.models import Membership


def can_see_plan(membership: Membership | None) -> bool:
    """Managers, owners, and marketing leads (read only)."""
    return (
        membership is not None
        and membership.is_staff
        and membership.role in ("manager", "owner", "marketing")
    )


def can_edit_plan(membership: Membership | None) -> bool:
    """Also: open, pause, resume and roll back a stage; send a wave; admit from the waiting list."""
    return membership is not None and membership.can_manage


def can_see_log(membership: Membership | None) -> bool:
    return membership is not None and membership.can_manage


def can_invite_people(membership: Membership | None) -> bool:
    """Members who may write: an invitation carries their words into a stranger’s mailbox."""
    return membership is not None and membership.can_write


def can_edit_links(membership: Membership | None) -> bool:
    """Also: how newcomers are let in, and the questions they are asked."""
    return membership is not None and membership.can_manage

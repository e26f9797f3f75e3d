"""Who reads the calendar, who plans in it, and who works on one text of it."""

from __future__ import annotations

from communities.animation.calendar.models import Entry
from communities.models import Membership


def can_see_calendar(membership: Membership) -> bool:
    """The team."""
    return membership.is_staff


def can_note_idea(membership: Membership) -> bool:
    """Put an idea into the backlog: the whole team. Giving it a day is planning."""
    return membership.is_staff


def can_edit_calendar(membership: Membership) -> bool:
    """Plan, move, give to somebody, delete."""
    return membership.can_manage


def can_own_entry(membership: Membership) -> bool:
    """Be given a text to write. Whether its space lets them write is asked when they begin."""
    return membership.can_write


def can_see_entry(membership: Membership, entry: Entry) -> bool:
    """The team, and whoever is to write it."""
    return can_see_calendar(membership) or _owns(membership, entry)


def can_write_entry(membership: Membership, entry: Entry) -> bool:
    """Begin its draft, say how far it is: its owner, and those who plan. Whoever may only read does neither."""
    return membership.can_write and (can_edit_calendar(membership) or _owns(membership, entry))


def can_delete_entry(membership: Membership, entry: Entry) -> bool:
    """Those who plan; an idea that has no day also whoever noted it."""
    noted = entry.created_by_id == membership.pk and entry.day is None and can_note_idea(membership)
    return membership.can_write and (can_edit_calendar(membership) or noted)


def _owns(membership: Membership, entry: Entry) -> bool:
    return entry.owner_id is not None and entry.owner_id == membership.pk and membership.is_active

"""What of engagement travels: members’ days, and that their history has been counted."""

from __future__ import annotations

from analytics.engagement.models import DirtyDay, Fill, MemberDay
from communities.models import Membership
from communities.portable import Moved, Portable, Row, register_portable


def register() -> None:
    register_portable(
        Portable(MemberDay, numbers={"person": _person}),
        Portable(DirtyDay),
        Portable(Fill),
    )


def _person(value: int, row: Row, moved: Moved) -> int:
    """A membership; of somebody who was forgotten, a random negative number, which stays."""
    if value < 0:
        return value
    return int(moved(Membership, value) or -value)

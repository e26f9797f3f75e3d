"""Who registers, who looks after an event."""

from __future__ import annotations

from communities.content.audiences import looks_after
from communities.content.models import Thread
from communities.content.permissions import can_edit_thread, is_author
from communities.launch.features import is_open_to
from communities.models import Membership

FEATURE = "events"


def can_register(membership: Membership | None, thread: Thread) -> bool:
    """Whoever reads it and may take part for now. Whether there is a place is another question."""
    return (
        membership is not None
        and membership.can_write
        and thread.is_published
        and is_open_to(membership, FEATURE)
    )


def can_edit_event(membership: Membership | None, thread: Thread) -> bool:
    """Its author, and those who look after its calendar."""
    return membership is not None and can_edit_thread(membership, thread) and is_open_to(membership, FEATURE)


def can_see_attendees(membership: Membership | None, thread: Thread) -> bool:
    """Who organises it reads the whole list, also while they may not write."""
    if membership is None or not membership.is_active or not is_open_to(membership, FEATURE):
        return False
    return is_author(membership, thread) or looks_after(membership, thread.space_id)


def can_organise(membership: Membership | None, thread: Thread) -> bool:
    """Who reads the list says who is on it, as long as they may write and the event is out."""
    return (
        membership is not None
        and membership.can_write
        and thread.is_published
        and can_see_attendees(membership, thread)
    )

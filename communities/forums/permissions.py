"""Who may accept an answer."""

from __future__ import annotations

from communities.content.audiences import looks_after
from communities.content.models import State, Thread
from communities.content.permissions import is_author
from communities.models import Membership


def can_accept_answer(membership: Membership | None, thread: Thread) -> bool:
    """The asker, and moderators of the space."""
    if membership is None or not membership.can_write:
        return False
    if not thread.asks or thread.state != State.PUBLISHED:
        return False
    return is_author(membership, thread) or looks_after(membership, thread.space_id)

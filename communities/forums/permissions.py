"""Who may say which answer solved a question."""

from __future__ import annotations

from communities.content.audiences import looks_after
from communities.content.models import State, Thread
from communities.content.permissions import is_author
from communities.models import Membership


def can_accept_answer(membership: Membership | None, thread: Thread) -> bool:
    """Who asked, and those who moderate."""
    if membership is None or not membership.can_write:
        return False
    if thread.kind != Thread.Kind.QUESTION or thread.state != State.PUBLISHED:
        return False
    return is_author(membership, thread) or looks_after(membership, thread.space_id)

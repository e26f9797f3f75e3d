"""Who runs tests, who takes part in one, who answers for what is reported."""

from __future__ import annotations

from communities.content.audiences import looks_after
from communities.content.models import State, Thread
from communities.content.permissions import can_reply_to_thread
from communities.launch.features import is_open_to
from communities.models import Membership
from communities.permissions import can_edit_spaces

FEATURE = "trials"


def can_run_trial(membership: Membership | None) -> bool:
    """Announce a test, choose testers, release, close: whoever arranges the spaces."""
    return membership is not None and membership.can_write and can_edit_spaces(membership)


def can_apply_to_test(membership: Membership | None) -> bool:
    """Any member; whoever looks after everything is inside anyhow."""
    return membership is not None and membership.can_write and not membership.can_judge


def can_handle_feedback(membership: Membership | None, thread: Thread) -> bool:
    """Say what becomes of it, and which is the same: those who look after its space, while it is published."""
    if membership is None or not membership.can_write or thread.state != State.PUBLISHED:
        return False
    return looks_after(membership, thread.space_id)


def can_have_it_too(membership: Membership | None, thread: Thread) -> bool:
    """Whoever may reply to it, but who reported it: they are counted by that."""
    if membership is None or membership.pk == thread.author_id:
        return False
    return can_reply_to_thread(membership, thread) and is_open_to(membership, FEATURE)

"""Who may accept an answer, say that a question was asked before, and have somebody answer."""

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


def can_say_solved(membership: Membership | None, thread: Thread) -> bool:
    """Say that a question is solved, or still open: the same people, unless it was asked before."""
    return can_accept_answer(membership, thread) and not thread.is_double


def can_close_as_same(membership: Membership | None, thread: Thread) -> bool:
    """Say that a question was asked before, or that it was not: the asker, and moderators of the space."""
    return can_accept_answer(membership, thread)


def can_assign_thread(membership: Membership | None, thread: Thread) -> bool:
    """Who of the team answers a thread by when: those who look after its space."""
    if membership is None or not membership.can_write or thread.state != State.PUBLISHED:
        return False
    return looks_after(membership, thread.space_id)


def can_feature_thread(membership: Membership | None, thread: Thread) -> bool:
    """Have a thread stand out on top of its space and on the home page: those who look after the space."""
    return can_assign_thread(membership, thread)


def can_unfeature_thread(membership: Membership | None, thread: Thread) -> bool:
    """The same people, whatever has become of it: one that is hidden keeps its place until its end."""
    return membership is not None and membership.can_write and looks_after(membership, thread.space_id)


def can_be_assigned(person: Membership) -> bool:
    """To whom: the team, whose day begins with what is due; that they read the space is asked of it."""
    return person.is_active and person.is_staff and not person.is_suspended


def can_unassign_thread(membership: Membership | None, thread: Thread, assignee_id: int) -> bool:
    """Those who assign, and whoever has it."""
    if membership is None or not membership.can_write:
        return False
    return membership.pk == assignee_id or can_assign_thread(membership, thread)


def can_ask_members(membership: Membership | None, thread: Thread) -> bool:
    """Have members asked who know the subject of a question: the asker, and moderators of the space."""
    return can_accept_answer(membership, thread)

"""Who votes, who writes a poll, who reads its result."""

from __future__ import annotations

from communities.content.permissions import can_edit_thread, can_reply_to_thread
from communities.launch.features import is_open_to
from communities.models import Membership
from communities.polls.models import Ballot, Poll

FEATURE = "polls"


def can_vote(membership: Membership | None, poll: Poll) -> bool:
    """Whoever may reply to its text; nobody who may not write for now. Whether it is still open is another question."""
    return (
        membership is not None
        and can_reply_to_thread(membership, poll.thread)
        and is_open_to(membership, FEATURE)
    )


def can_add_answer(membership: Membership | None, poll: Poll) -> bool:
    """Whoever may vote, where its author lets them. How many they have added is another question."""
    return poll.additions > 0 and can_vote(membership, poll)


def can_edit_poll(membership: Membership | None, poll: Poll) -> bool:
    """Whoever may change the title of its text: its author, and those who look after the space. Not one whose time is
    over, since another has come after it."""
    return (
        membership is not None
        and poll.current
        and can_edit_thread(membership, poll.thread)
        and is_open_to(membership, FEATURE)
    )


def sees_result(poll: Poll, *, voted: bool) -> bool:
    """As its author has set, the author included; once it is closed, everybody who reads the text."""
    if not poll.is_open or poll.shown == Poll.Shown.ALWAYS:
        return True
    return poll.shown == Poll.Shown.VOTED and voted


def sees_names(membership: Membership | None, poll: Poll, own: Ballot | None) -> bool:
    """Who voted for what, in a poll by name: members who see its result."""
    return membership is not None and poll.named and sees_result(poll, voted=own is not None)

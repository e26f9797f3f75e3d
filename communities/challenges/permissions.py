"""Who runs a challenge, who enters, who votes, who judges."""

from __future__ import annotations

from communities.challenges.models import Challenge, Juror
from communities.content.audiences import looks_after
from communities.content.circles import REPLY, lets_in
from communities.content.models import Space, Thread
from communities.content.permissions import can_edit_thread, can_start_thread
from communities.launch.features import is_open_to
from communities.models import Membership

FEATURE = "challenges"


def can_run_challenges(membership: Membership | None, space: Space) -> bool:
    """Whoever looks after the space: a challenge has rules that bind others, and prizes."""
    return (
        membership is not None
        and membership.can_write
        and not space.archived
        and looks_after(membership, space.pk)
        and is_open_to(membership, FEATURE)
    )


def can_run_challenge(membership: Membership | None, thread: Thread) -> bool:
    """Its author too, who may have lost the space since."""
    return membership is not None and can_edit_thread(membership, thread) and is_open_to(membership, FEATURE)


def can_enter(membership: Membership | None, thread: Thread) -> bool:
    """Whom its space lets start. Whether it takes entries now is another question."""
    return _takes_part(membership, thread) and can_start_thread(membership, thread.space)


def can_vote_in(membership: Membership | None, thread: Thread) -> bool:
    """Whom its space lets reply."""
    if membership is None or not _takes_part(membership, thread):
        return False
    return lets_in(thread.space, REPLY, membership) or looks_after(membership, thread.space_id)


def can_judge_entries(membership: Membership | None, juror: Juror | None) -> bool:
    return (
        membership is not None
        and juror is not None
        and juror.membership_id == membership.pk
        and membership.can_write
        and is_open_to(membership, FEATURE)
    )


def sees_figures(membership: Membership | None, challenge: Challenge) -> bool:
    """How votes came in: those who run it, while they may only read as well."""
    if membership is None or not membership.is_active or not is_open_to(membership, FEATURE):
        return False
    return looks_after(membership, challenge.thread.space_id)


def _takes_part(membership: Membership | None, thread: Thread) -> bool:
    return (
        membership is not None
        and membership.can_write
        and thread.is_published
        and not thread.space.archived
        and is_open_to(membership, FEATURE)
    )

"""Who votes for ideas, who answers them, who sets what a box asks."""

from __future__ import annotations

from communities.content.audiences import looks_after
from communities.content.models import State, Thread
from communities.content.permissions import can_reply_to_thread
from communities.ideas.models import Box, Idea
from communities.launch.features import is_open_to
from communities.models import Membership
from communities.permissions import can_edit_spaces

FEATURE = "ideas"


def can_vote_for(membership: Membership | None, thread: Thread) -> bool:
    """Whoever may reply to it. Whether its box takes votes now is another question."""
    return (
        membership is not None and can_reply_to_thread(membership, thread) and is_open_to(membership, FEATURE)
    )


def can_answer_idea(membership: Membership | None, idea: Idea, box: Box) -> bool:
    """Its owner, the sponsor of its box, and those who look after the space; never one that was merged."""
    if membership is None or not membership.can_write or idea.is_merged:
        return False
    return membership.pk in (idea.owner_id, box.sponsor_id) or looks_after(membership, box.space_id)


def can_assign_idea(membership: Membership | None, idea: Idea, box: Box) -> bool:
    """Who answers it and by when is said by those who may answer it."""
    return can_answer_idea(membership, idea, box)


def can_merge_idea(membership: Membership | None, thread: Thread, box: Box) -> bool:
    """The sponsor of its box and those who look after the space, while it is public."""
    if membership is None or not membership.can_write or thread.state != State.PUBLISHED:
        return False
    return membership.pk == box.sponsor_id or looks_after(membership, box.space_id)


def can_edit_box(membership: Membership | None) -> bool:
    """Its question, rules, dates and budget: whoever arranges the spaces."""
    return membership is not None and membership.can_write and can_edit_spaces(membership)


def sees_figures(membership: Membership | None, box: Box) -> bool:
    """What came of a box, from readers to delivered ideas: its sponsor, those who look after it, and those who read
    the results; while they may only read as well."""
    if membership is None or not membership.is_active or not is_open_to(membership, FEATURE):
        return False
    is_ours = membership.pk == box.sponsor_id or looks_after(membership, box.space_id)
    return is_ours or reads_worth(membership)


def reads_worth(membership: Membership) -> bool:
    """What ideas have brought: those who read the results."""
    return (
        membership.is_staff
        and membership.role in ("marketing", "manager", "owner")
        and not membership.is_operator_looking
    )


def sees_overdue(membership: Membership | None, idea: Idea, box: Box) -> bool:
    """That an answer is overdue is shown to those who owe it, and to the team."""
    return membership is not None and (membership.is_staff or can_answer_idea(membership, idea, box))

"""Submitting an idea, voting for it, taking the vote back."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.calendar import DAY, today
from communities.content.models import Space, Thread
from communities.content.services import start_thread
from communities.content.viewers import refuse_closed_space
from communities.exceptions import NotAllowed
from communities.ideas.exceptions import IdeaDecided, IdeaJoined, NotThisPhase, VotesSpent
from communities.ideas.models import IDEA, Box, Idea, Vote
from communities.ideas.permissions import FEATURE, can_vote_for
from communities.ideas.phases import Phase
from communities.launch.features import refuse_closed
from communities.limits import Limited, count_act
from communities.models import Community, Membership
from communities.queries import hold_member
from communities.templatetags.parvis import exact


def submit_idea(
    space: Space,
    *,
    by: Membership,
    community: Community,
    title: str,
    body: str,
    body_format: str = "html",
    tags: list[str] | None = None,
    submission: uuid.UUID | None = None,
) -> Thread:
    """Put an idea into a box, while it takes any. Whoever submits it follows it.

    Raises NotThisPhase, NotAllowed, BlankText, TextTooLong, TagRequired, TooFast.
    """
    refuse_closed(by, FEATURE)
    box = Box.objects.filter(pk=space.pk).first()
    if box is not None and not box.takes_ideas:
        raise NotThisPhase(when_ideas(box))
    wishes: dict[str, Any] = {"title": title, "body": body, "body_format": body_format, "tags": tags}
    return start_thread(space, by=by, community=community, kind=IDEA, submission=submission, **wishes)


def settle_idea(thread: Thread) -> Idea:
    """What stands beside a thread that has become public; made once, with a box for its space where there is none."""
    Box.objects.get_or_create(space_id=thread.space_id)
    idea: Idea
    idea, _new = Idea.objects.get_or_create(thread=thread, defaults={"box_id": thread.space_id})
    return idea


def promise_answer(thread: Thread) -> None:
    """The day by which an idea that has just come is answered, where its box promises one."""
    box = Box.objects.filter(pk=thread.space_id, answers_in__isnull=False).first()
    if box is None:
        return
    due_on = today(thread.community) + DAY * box.answers_in
    Idea.objects.filter(pk=thread.pk, answer__isnull=True, due_on__isnull=True).update(due_on=due_on)


@transaction.atomic
def vote_for(thread: Thread, *, by: Membership) -> bool:
    """Give one of one’s votes in the box to an idea; False where it has one already.

    The database holds the budget: each vote has a place of its own between 1 and what the box gives everybody. Raises
    NotAllowed, NotThisPhase, IdeaJoined, IdeaDecided, VotesSpent (for the second of two at once, too), TooFast.
    """
    refuse_closed(by, FEATURE)
    if not can_vote_for(by, thread):
        raise NotAllowed
    box = _box_to_vote_in(thread, by)
    # Whoever merges it waits, or is waited for; of two voters none waits before their rows meet.
    idea: Idea = Idea.objects.select_for_update(of=("self",), no_key=True).get(pk=thread.pk)
    if idea.is_merged:
        raise IdeaJoined
    if not idea.is_open:
        raise IdeaDecided
    if Vote.objects.filter(idea=idea, voter=by).exists():
        return False
    count_act(by, Limited.VOTE)
    if not any(_cast(box, idea, by, place) for place in _free_places(box, by)):
        raise VotesSpent(_all_given(box))
    Idea.objects.filter(pk=idea.pk).update(votes=F("votes") + 1)
    return True


@transaction.atomic
def take_vote_back(thread: Thread, *, by: Membership) -> bool:
    """Take one’s vote for an idea back, to give it to another; False where there is none. Who may only read may, too.

    Raises NotAllowed, NotThisPhase.
    """
    if not by.is_active:
        raise NotAllowed
    _box_to_vote_in(thread, by)
    Idea.objects.select_for_update(of=("self",), no_key=True).get(pk=thread.pk)
    if not Vote.objects.filter(idea=thread.pk, voter=by).delete()[0]:
        return False
    Idea.objects.filter(pk=thread.pk).update(votes=F("votes") - 1)
    return True


def _box_to_vote_in(thread: Thread, by: Membership) -> Box:
    refuse_closed(by, FEATURE)
    refuse_closed_space(by, thread.space)
    hold_member(by)
    box: Box = Box.objects.get(pk=thread.space_id)
    if not box.takes_votes:
        raise NotThisPhase(when_votes(box))
    return box


def _free_places(box: Box, by: Membership) -> list[int]:
    """Places that nothing has; where all are given, that of a vote for an idea that was withdrawn: it stays counted
    should that come back, and costs nothing any more."""
    placed = Vote.objects.placed(box.pk, by.pk)
    taken = set(placed.values_list("place", flat=True))
    free = [place for place in range(1, box.votes_each + 1) if place not in taken]
    spent = Vote.objects.spent(box.pk, by.pk)
    if free or spent.count() >= box.votes_each:
        return free
    lost = placed.filter(place__lte=box.votes_each).exclude(pk__in=spent.values("pk")).order_by("pk").first()
    if lost is None:
        return []
    place: int = lost.place
    Vote.objects.filter(pk=lost.pk).update(place=None)
    return [place]


def _cast(box: Box, idea: Idea, by: Membership, place: int) -> bool:
    """Whether this place was free; who takes it at the same moment is waited for."""
    try:
        with transaction.atomic():
            Vote.objects.create(box=box, idea=idea, voter=by, place=place)
    except IntegrityError:
        return False
    return True


def _all_given(box: Box) -> str:
    said = ngettext(
        "You have used your one vote here. Take it back first to give it to another idea.",
        "You have used your %(n)s votes here. Take one back first to give it to another idea.",
        box.votes_each,
    )
    return said % {"n": box.votes_each}


def when_ideas(box: Box) -> str:
    """When a box takes ideas, where it takes none now."""
    if box.is_draft or box.opens_at is None or box.discusses_at is None:
        return _("This box is not open yet.")
    if box.phase == Phase.BEFORE:
        return _("Ideas can be submitted from %(moment)s.") % {"moment": exact(localtime(box.opens_at))}
    return _("Ideas could be submitted until %(moment)s.") % {"moment": exact(localtime(box.discusses_at))}


def when_votes(box: Box) -> str:
    """When a box takes votes, where it takes none now."""
    if box.is_draft or box.votes_at is None or box.closes_at is None:
        return _("This box is not open yet.")
    if box.phase in (Phase.BEFORE, Phase.SUBMIT, Phase.DISCUSS):
        return _("Votes are cast from %(moment)s.") % {"moment": exact(localtime(box.votes_at))}
    return _("The vote closed on %(moment)s.") % {"moment": exact(localtime(box.closes_at))}

"""The team’s word on an idea: its state with a public answer, and who answers it by when."""

from __future__ import annotations

import datetime
import uuid
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from communities.content.models import Thread
from communities.content.services import reply_to
from communities.content.viewers import refuse_closed_space
from communities.exceptions import NotAllowed
from communities.ideas.exceptions import AnswerHeld, IdeaJoined
from communities.ideas.models import Answer, Box, Idea, Vote
from communities.ideas.permissions import FEATURE, can_answer_idea, can_assign_idea
from communities.ideas.tasks import tell_of_answer
from communities.launch.features import refuse_closed
from communities.models import Membership
from communities.signals import outcome_valued


@transaction.atomic
def answer_idea(
    thread: Thread,
    *,
    status: str,
    body: str,
    by: Membership,
    body_format: str = "html",
    due_on: datetime.date | None = None,
    submission: uuid.UUID | None = None,
    at: datetime.datetime | None = None,
) -> Answer:
    """Set the state of an idea, with a reply that says why; its author, who voted and who follows are told once.

    `due_on` is the day by which the next answer is promised; None promises nothing more. The same `submission` twice is
    one answer. `at` backdates it, for answers that were given elsewhere before; no view passes it. Raises NotAllowed,
    IdeaJoined, BlankText, TextTooLong, TooFast; AnswerHeld where a moderator would have to read it first.
    """
    idea, _box = _held(thread, by)
    post = reply_to(
        thread, by=by, body=body, body_format=body_format, submission=submission, follow=False, at=at
    )
    again = Answer.objects.filter(idea=idea, post=post).first()
    if again is not None:
        return again
    if post.position is None:
        raise AnswerHeld
    idea.status, idea.answer, idea.answered_at = status, post, at or timezone.now()
    idea.due_on = due_on if idea.is_open else None
    idea.save(update_fields=["status", "answer", "answered_at", "due_on"])
    if not idea.is_open:
        # What is done or declined holds nobody’s vote back from another idea.
        Vote.objects.filter(idea=idea).update(place=None)
    answer: Answer = Answer.objects.create(idea=idea, status=status, post=post, by=by, at=idea.answered_at)
    if idea.worth is not None:
        _tell_worth(idea, thread)
    tell_of_answer.delay_on_commit(community_id=answer.community_id, answer_id=answer.pk)
    return answer


@transaction.atomic
def assign_idea(
    thread: Thread, *, owner: Membership | None, due_on: datetime.date | None, by: Membership
) -> bool:
    """Say who answers an idea, and by when; False where that was said already. Raises NotAllowed, IdeaJoined."""
    idea, box = _held(thread, by)
    if not can_assign_idea(by, idea, box):
        raise NotAllowed
    if (idea.owner_id, idea.due_on) == (owner.pk if owner else None, due_on):
        return False
    idea.owner, idea.due_on = owner, due_on
    idea.save(update_fields=["owner", "due_on"])
    return True


@transaction.atomic
def value_idea(thread: Thread, *, worth: Decimal | None, by: Membership) -> bool:
    """Say what an idea has brought, which enters the results on the day of the answer that delivered it; False where
    that was said already. Raises NotAllowed for all but managers, IdeaJoined."""
    idea, _box = _held(thread, by)
    if not by.can_manage:
        raise NotAllowed
    if idea.worth == worth:
        return False
    idea.worth = worth
    idea.save(update_fields=["worth"])
    _tell_worth(idea, thread)
    return True


def _tell_worth(idea: Idea, thread: Thread) -> None:
    """For whoever adds up what the place brings; None of one that is not delivered (any more). Under the name of its
    box: its title is its author’s, who may take it along."""
    is_delivered = idea.status == Idea.Status.DELIVERED
    outcome_valued.send(
        sender=Idea,
        unit=f"idea:{idea.pk}",
        title=thread.space.name,
        at=_delivered_at(idea) or timezone.now(),
        amount=idea.worth if is_delivered else None,
        community_id=idea.community_id,
    )


def _delivered_at(idea: Idea) -> datetime.datetime | None:
    """When the answer was given that delivered it: what is added to it later moves no value to another day."""
    answers = Answer.objects.filter(idea=idea)
    others = answers.exclude(status=Idea.Status.DELIVERED).aggregate(last=Max("pk"))["last"] or 0
    first = answers.filter(pk__gt=others, status=Idea.Status.DELIVERED).order_by("pk").first()
    return first.at if first is not None else None


def _held(thread: Thread, by: Membership) -> tuple[Idea, Box]:
    refuse_closed(by, FEATURE)
    refuse_closed_space(by, thread.space)
    idea: Idea = Idea.objects.select_for_update(of=("self",), no_key=True).get(pk=thread.pk)
    box: Box = Box.objects.get(pk=thread.space_id)
    if idea.is_merged:
        raise IdeaJoined
    if not can_answer_idea(by, idea, box):
        raise NotAllowed
    return idea, box

"""What only questions have: the accepted answer."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from communities.content.kinds import Filed
from communities.content.models import Post, State, Thread
from communities.content.services.counting import settle_threads
from communities.exceptions import NotAllowed
from communities.forums.exceptions import AlreadySolved, AnswerGone
from communities.forums.models import Question
from communities.forums.permissions import can_accept_answer
from communities.launch.features import refuse_closed
from communities.models import Membership
from communities.signals import answer_accepted, answer_unaccepted

ROWS_AT_ONCE = 500


@transaction.atomic
def accept_answer(thread: Thread, *, post: Post, by: Membership) -> bool:
    """Mark the one reply that solved a question; False when it was marked already.

    Raises NotAllowed for those who may not, or if the post is not a reply to this question; AnswerGone where it was
    taken away or put elsewhere meanwhile; AlreadySolved when another answer is accepted.
    """
    refuse_closed(by, "forums", "questions")
    if not can_accept_answer(by, thread) or not _can_be_accepted(post, thread):
        raise NotAllowed
    # The thread's row is the lock: two acceptances at once find each other here, and a reply that is just taken into
    # another thread, or taken away, is asked for again once that is done.
    held = Thread.objects.select_for_update(of=("self",)).filter(pk=thread.pk).first()
    now = Post.objects.filter(pk=post.pk).first()
    if held is None or now is None or not held.is_published or not _can_be_accepted(now, held):
        raise AnswerGone
    question, _new = Question.objects.get_or_create(thread=thread)
    if question.accepted_id == post.pk:
        return False
    if question.accepted is not None and question.accepted.is_published:
        raise AlreadySolved
    if question.accepted is not None:
        # It was withdrawn since, and makes room.
        answer_unaccepted.send(sender=Thread, thread=thread, post=question.accepted, by=by)
    _store(question, post=post, by=by)
    _mark_solved([thread.pk])
    answer_accepted.send(sender=Thread, thread=thread, post=post, by=by)
    return True


@transaction.atomic
def unaccept_answer(thread: Thread, *, by: Membership) -> bool:
    """Take the mark back; False when there was none. Raises NotAllowed."""
    if not can_accept_answer(by, thread):
        raise NotAllowed
    Thread.objects.select_for_update(of=("self",)).get(pk=thread.pk)
    question = (
        Question.objects.filter(thread=thread, accepted__isnull=False).select_related("accepted").first()
    )
    if question is None:
        return False
    post = question.accepted
    _store(question, post=None, by=None)
    settle_threads(thread.community_id, [thread.pk], withdrawn=True)
    answer_unaccepted.send(sender=Thread, thread=thread, post=post, by=by)
    return True


def settle_solved(thread_ids: Sequence[int]) -> None:
    """Questions are solved while their accepted answer can be read. It is kept for when it comes back."""
    answers = Question.objects.filter(thread=OuterRef("pk"), accepted__state=State.PUBLISHED)
    Thread.objects.filter(pk__in=list(thread_ids), asks=True).update(solved=Exists(answers))


def file_answers(filed: Sequence[Filed]) -> None:
    """Store the questions of threads that were filed, each with the answer that its asker had accepted elsewhere;
    when that was, is not known.

    Raises NotAllowed for what is no reply of its question.
    """
    for one in filed:
        if one.accepted is not None and not _can_be_accepted(one.accepted, one.thread):
            raise NotAllowed
    questions = [Question(thread=one.thread) for one in filed]
    for question, one in zip(questions, filed, strict=True):
        _accept(question, post=one.accepted, by_id=one.thread.author_id, at=None)
    Question.objects.bulk_create(questions, batch_size=ROWS_AT_ONCE)
    _mark_solved([one.thread.pk for one in filed if one.accepted is not None])


def refile_answers(filed: Sequence[Filed]) -> None:
    """Bring in line with the old site which answer is accepted, unless the asker has confirmed one here."""
    for one in filed:
        question, _new = Question.objects.get_or_create(thread=one.thread)
        if question.accepted_at is not None or question.accepted == one.accepted:
            continue
        if one.accepted is not None and not _can_be_accepted(one.accepted, one.thread):
            continue
        _accept(question, post=one.accepted, by_id=one.thread.author_id, at=None)
        question.save(update_fields=["accepted", "accepted_by", "accepted_at"])
        if one.accepted is None:
            Thread.objects.filter(pk=one.thread.pk).update(solved=False)
        else:
            _mark_solved([one.thread.pk])


def _mark_solved(thread_ids: Sequence[int]) -> None:
    if thread_ids:
        Thread.objects.filter(pk__in=thread_ids).update(solved=True, answered=True)


def _can_be_accepted(post: Post, thread: Thread) -> bool:
    if post.thread_id != thread.pk or post.state != State.PUBLISHED:
        return False
    return not post.is_body and not post.is_comment


def _store(question: Question, *, post: Post | None, by: Membership | None) -> None:
    _accept(question, post=post, by_id=by.pk if by is not None else None, at=timezone.now())
    question.save(update_fields=["accepted", "accepted_by", "accepted_at"])


def _accept(
    question: Question, *, post: Post | None, by_id: int | None, at: datetime.datetime | None
) -> None:
    """Set which answer is accepted, or that none is; nothing is saved."""
    question.accepted = post
    question.accepted_by_id, question.accepted_at = (by_id, at) if post is not None else (None, None)

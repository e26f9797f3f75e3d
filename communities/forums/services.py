"""What only questions have: the accepted answer, and that they are solved without one."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from communities.content.kinds import Filed
from communities.content.models import Post, State, Thread
from communities.content.services.counting import settle_threads
from communities.exceptions import NotAllowed
from communities.forums.exceptions import AlreadySolved, AnswerGone
from communities.forums.models import Question
from communities.forums.permissions import can_accept_answer, can_say_solved
from communities.launch.features import refuse_closed
from communities.models import Membership
from communities.signals import answer_accepted, answer_unaccepted

ROWS_AT_ONCE = 500
KEPT = ["accepted", "accepted_by", "accepted_at", "solved_alone_at", "ask_at"]


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
    """Open a question again: take the mark of its answer back, or that it was solved without one; False when it was
    open already. Raises NotAllowed."""
    if not can_accept_answer(by, thread):
        raise NotAllowed
    Thread.objects.select_for_update(of=("self",)).get(pk=thread.pk)
    solved = Q(accepted__isnull=False) | Q(solved_alone_at__isnull=False)
    question = Question.objects.filter(solved, thread=thread).select_related("accepted").first()
    if question is None:
        return False
    post = question.accepted
    _store(question, post=None, by=None)
    settle_threads(thread.community_id, [thread.pk], withdrawn=True)
    if post is not None:
        answer_unaccepted.send(sender=Thread, thread=thread, post=post, by=by)
    return True


@transaction.atomic
def solve_alone(thread: Thread, *, by: Membership) -> bool:
    """Say that a question is solved, without one of its answers; False when it is solved already. Raises NotAllowed."""
    refuse_closed(by, "forums", "questions")
    held = Thread.objects.select_for_update(of=("self",)).filter(pk=thread.pk).first()
    if held is None or not can_say_solved(by, held):
        raise NotAllowed
    if held.solved:
        return False
    question, _new = Question.objects.get_or_create(thread=thread)
    # An answer that is withdrawn makes room: it would be the one that helped once it is back.
    _accept(question, post=None, by_id=None, at=None)
    question.solved_alone_at, question.ask_at = timezone.now(), None
    question.save(update_fields=KEPT)
    _mark_solved([thread.pk])
    return True


@transaction.atomic
def keep_open(thread: Thread, *, by: Membership) -> None:
    """Say that a question is still open: what was said of it is taken back, and nobody asks again. Raises
    NotAllowed."""
    unaccept_answer(thread, by=by)
    Question.objects.filter(thread=thread, ask_at__isnull=False).update(ask_at=None)


def settle_solved(thread_ids: Sequence[int]) -> None:
    """Questions are solved while their accepted answer can be read, which is kept for when it comes back, and where
    whoever asked says that they are without one."""
    said = Q(accepted__state=State.PUBLISHED) | Q(solved_alone_at__isnull=False)
    solved = Question.objects.filter(said, thread=OuterRef("pk"))
    Thread.objects.filter(pk__in=list(thread_ids), asks=True).update(solved=Exists(solved))


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
    """Bring in line with the old site which answer is accepted, unless the asker has said here that it is solved."""
    for one in filed:
        question, _new = Question.objects.get_or_create(thread=one.thread)
        said_here = question.accepted_at is not None or question.solved_alone_at is not None
        if said_here or question.accepted == one.accepted:
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
    """Whoever asked has said something by now, and is not asked any more."""
    _accept(question, post=post, by_id=by.pk if by is not None else None, at=timezone.now())
    question.solved_alone_at = question.ask_at = None
    question.save(update_fields=KEPT)


def _accept(
    question: Question, *, post: Post | None, by_id: int | None, at: datetime.datetime | None
) -> None:
    """Set which answer is accepted, or that none is; nothing is saved."""
    question.accepted = post
    question.accepted_by_id, question.accepted_at = (by_id, at) if post is not None else (None, None)

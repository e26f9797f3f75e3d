"""Answers that members add to a poll while it is open. Each is said by a reply, which is judged, reported, hidden and
restored as any text; what becomes of it becomes of the answer. Votes for one that is withdrawn stay where they are."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.content.models import Post, State, Thread
from communities.content.services import reply_to
from communities.content.services.editing import mark_changed
from communities.content.viewers import refuse_closed_space
from communities.exceptions import NotAllowed
from communities.fields import one_line
from communities.launch.features import refuse_closed
from communities.letters import fold
from communities.models import Membership
from communities.polls.exceptions import (
    AnswerBlank,
    AnswerThere,
    AnswerTooLong,
    NoMoreAnswers,
    PollNotOpen,
    PollOver,
)
from communities.polls.models import LONGEST_OPTION, MOST_WITH_ADDED, AddedAnswer, Poll
from communities.polls.permissions import FEATURE, can_add_answer
from communities.queries import hold_member
from members.personal import Leaver


@transaction.atomic
def add_answer(poll: Poll, words: str, *, by: Membership) -> AddedAnswer:
    """Add an answer to a poll that is open, and say so in a reply.

    Raises NotAllowed, PollOver, AnswerBlank, AnswerTooLong, AnswerThere (for the second of two at once, too),
    NoMoreAnswers, PollNotOpen where the words would be held, and what `reply_to` raises.
    """
    refuse_closed(by, FEATURE)
    words = one_line(words)
    if not words:
        raise AnswerBlank
    if len(words) > LONGEST_OPTION:
        raise AnswerTooLong(_("An answer has %(n)s characters at most.") % {"n": LONGEST_OPTION})
    hold_member(by)
    # Thread, then poll: the order of all acts on both.
    thread: Thread = (
        Thread.objects.select_for_update(of=("self",)).select_related("space").get(pk=poll.thread_id)
    )
    held: Poll = Poll.objects.select_for_update(of=("self",)).get(pk=poll.pk)
    # Its reply may have gone to another thread meanwhile.
    if held.thread_id != thread.pk:
        raise NotAllowed
    held.thread = thread
    if not can_add_answer(by, held):
        raise NotAllowed
    refuse_closed_space(by, thread.space)
    _refuse(held, words, by)
    post = _said(thread, words, by)
    row: AddedAnswer = AddedAnswer.objects.create(
        poll=held, place=len(held.options), post=post, by=by, words=words
    )
    _append(held, words)
    mark_changed(thread)
    return row


def _refuse(poll: Poll, words: str, by: Membership) -> None:
    if not poll.is_open:
        raise PollOver(_("The poll is closed."))
    if _stands(words, poll):
        raise AnswerThere
    if len(poll.options) >= MOST_WITH_ADDED:
        raise NoMoreAnswers(
            _("This poll has %(n)s answers: there is no room for more.") % {"n": MOST_WITH_ADDED}
        )
    # What was taken over from an earlier time was added there, and counts there.
    before = Poll.objects.where(poll).filter(round__lt=poll.round)
    earlier = AddedAnswer.objects.filter(poll__in=before, post=OuterRef("post"))
    added = AddedAnswer.objects.filter(~Exists(earlier), poll=poll, by=by)
    if added.count() >= poll.additions:
        said = ngettext(
            "You have already added %(n)s answer to this poll, which is the limit.",
            "You have already added %(n)s answers to this poll, which is the limit.",
            poll.additions,
        )
        raise NoMoreAnswers(said % {"n": poll.additions})


def _said(thread: Thread, words: str, by: Membership) -> Post:
    """The reply that says it; one that a moderator would have to read first is refused, since its answer would be voted
    on meanwhile."""
    body = format_html("<p>{} <strong>{}</strong></p>", _("An answer that I add to the poll:"), words)
    post = reply_to(thread, by=by, body=str(body), follow=False)
    if post.state != State.PUBLISHED:
        raise PollNotOpen
    return post


def _append(poll: Poll, words: str) -> None:
    if poll.way == Poll.Way.SEVERAL and poll.most >= len(poll.options):
        # Without a limit there is none for what comes later, either.
        poll.most += 1
    poll.options, poll.votes = [*poll.options, words], [*poll.votes, 0]
    poll.version += 1
    poll.save(update_fields=["options", "votes", "most", "version"])


def settle_answers_of(post: Post) -> None:
    """Withdraw the answers that a reply says once nobody reads it any more; let them back when it is read again."""
    rows = list(AddedAnswer.objects.filter(post=post.pk).order_by("poll_id"))
    for row in rows:
        _show(row, post.state == State.PUBLISHED)


def _show(row: AddedAnswer, shown: bool) -> None:
    poll: Poll = Poll.objects.select_for_update(of=("self",)).get(pk=row.poll_id)
    if not poll.options[0]:
        # Its author was erased, and all its words with them.
        return
    before = list(poll.options)
    poll.options[row.place] = ""
    # Of two that say the same the one that stands there does: somebody may have added it while this one was gone.
    if shown and not _stands(row.words, poll):
        poll.options[row.place] = row.words
    elif not shown:
        _let_twin_stand(row, poll)
    if poll.options != before:
        poll.version += 1
        poll.save(update_fields=["options", "version"])


def _stands(words: str, poll: Poll) -> bool:
    return fold(words).casefold() in {fold(option).casefold() for option in poll.options if option}


def _let_twin_stand(gone: AddedAnswer, poll: Poll) -> None:
    """What was left out because this one said it stands again, where its reply can be read."""
    if _stands(gone.words, poll):
        return
    others = AddedAnswer.objects.filter(poll=poll, post__state=State.PUBLISHED).exclude(pk=gone.pk)
    for other in others.order_by("place"):
        if fold(other.words).casefold() == fold(gone.words).casefold():
            poll.options[other.place] = other.words
            return


def take_answers_away(leaver: Leaver, at_most: int) -> int:
    """The way of `polls.AddedAnswer.by`: the words of who takes their texts along go, the votes for them stay."""
    rows = list(AddedAnswer.objects.filter(by=leaver.membership_id).order_by("poll_id", "pk")[:at_most])
    for row in rows:
        _show(row, False)
        row.delete()
    return len(rows)

"""Writing a poll: put it under a text, change it, close it, take it away."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from communities.content.insets import has_inset, may_put_under, refuse_unseen
from communities.content.models import Post, State, Thread
from communities.content.permissions import WITHDRAWN, can_edit_thread
from communities.content.services.composing import mode_of
from communities.content.services.editing import UNSEEN
from communities.content.services.holding import hold_text
from communities.content.services.waiting import judge, opening_of
from communities.content.viewers import refuse_closed_space
from communities.exceptions import NotAllowed
from communities.launch.features import refuse_closed
from communities.limits import Limited, count_act
from communities.models import Membership
from communities.polls.exceptions import PollChanged, PollNotOpen, PollThere, VotesCast
from communities.polls.models import Poll
from communities.polls.permissions import FEATURE, takes_added
from communities.polls.rewording import NO_WORDS, note_rewording, worded
from communities.signals import inset_changed, post_inset_changed, thread_edited


@dataclass(frozen=True)
class Wishes:
    """What a form says of a poll."""

    question: str
    options: Sequence[str]
    way: str = Poll.Way.ONE
    most: int = 1
    shown: str = Poll.Shown.VOTED
    named: bool = False
    changeable: bool = False
    closes_at: datetime.datetime | None = None
    # How many answers each member may add; 0: none.
    additions: int = 0


@transaction.atomic
def add_poll(thread: Thread, wishes: Wishes, *, by: Membership, post: Post | None = None) -> Poll:
    """Put a poll under the first text of a thread, or under a reply in it: its `post`.

    Raises NotAllowed, PollThere, NoInsetHere, TooFast; PollNotOpen where a published text with these words would be
    held.
    """
    refuse_closed(by, FEATURE)
    thread, post = held_text(thread, post.pk if post is not None else None, by)
    if post.inset if post is not None else has_inset(thread):
        raise PollThere
    count_act(by, Limited.EDIT)
    poll = _stored(thread, post, wishes)
    _judge(thread, post, by)
    return poll


@transaction.atomic
def put_under(post: Post, wishes: Wishes, *, by: Membership) -> Poll:
    """Put a poll under a reply that is being sent with it, and was judged with its words. Raises NoInsetHere."""
    refuse_closed(by, FEATURE)
    return _stored(post.thread, post, wishes)


def _stored(thread: Thread, post: Post | None, wishes: Wishes) -> Poll:
    refuse_unseen(Poll.INSET, thread, in_reply=post is not None)
    poll = Poll(thread=thread, post=post, language=(post or thread).language)
    _put_into(poll, wishes)
    poll.additions = _additions(poll, wishes)
    poll.save(force_insert=True)
    _set_inset(post or thread, Poll.INSET)
    return poll


@transaction.atomic
def change_poll(poll: Poll, wishes: Wishes, *, by: Membership, version: int | None = None) -> Poll:
    """Change a poll: all of it until somebody has voted or added an answer, then only when it closes and whether
    members add answers.

    `version` is the one that its form was opened on. Raises NotAllowed, PollChanged, VotesCast, PollNotOpen, TooFast.
    """
    refuse_closed(by, FEATURE)
    thread, post, held = held_where(poll, by)
    if held.told_at is not None or not held.is_open:
        raise NotAllowed
    same, is_fixed = held.said == _said_of(wishes), bool(held.ballots) or held.has_added
    if not same and is_fixed:
        raise VotesCast
    # A vote moves the version, too; whoever only sets another end is not kept from it by one.
    if version is not None and version != held.version and not (same and is_fixed):
        raise PollChanged
    count_act(by, Limited.EDIT)
    before = worded(held)
    if is_fixed:
        held.closes_at = wishes.closes_at
    else:
        _put_into(held, wishes)
    held.additions = _additions(held, wishes)
    held.version += 1
    held.save()
    if not same:
        note_rewording(held, post or thread, before, worded(held), by=by)
        _judge(thread, post, by)
    return held


@transaction.atomic
def close_poll(poll: Poll, *, by: Membership) -> bool:
    """Close it now; those whom it concerns are told. False when it was closed already.

    Raises NotAllowed, TooFast.
    """
    refuse_closed(by, FEATURE)
    held_text(poll.thread, poll.post_id, by)
    held = held_poll(poll)
    if not held.is_open:
        return False
    count_act(by, Limited.EDIT)
    held.closes_at = timezone.now()
    held.version += 1
    held.save(update_fields=["closes_at", "version"])
    return True


@transaction.atomic
def remove_poll(poll: Poll, *, by: Membership) -> None:
    """Take a poll away that nobody has voted in or added an answer to. Of one that came back, those before stay, and so
    does it. Raises NotAllowed, PollChanged, VotesCast."""
    refuse_closed(by, FEATURE)
    thread, post, held = held_where(poll, by)
    if not held.current:
        raise NotAllowed
    if held.ballots or held.has_added or held.round > 1:
        raise VotesCast
    note_rewording(held, post or thread, worded(held), NO_WORDS, by=by)
    held.delete()
    _set_inset(post or thread, "")
    read_again(post or opening_of(thread))
    if post is None and thread.state != State.PUBLISHED:
        inset_changed.send(sender=Thread, thread=thread, by=by)


def held_text(thread: Thread, number: int | None, by: Membership) -> tuple[Thread, Post | None]:
    """The thread, and then the reply of this number: as all acts on texts hold them, so that none waits for another
    that waits for it. Raises Post.DoesNotExist for a reply that was taken away meanwhile."""
    post = hold_text(number) if number is not None else None
    held: Thread = post.thread if post is not None else _held_thread(thread)
    may = may_put_under(by, post) if post is not None else can_edit_thread(by, held)
    if not may or held.state in WITHDRAWN:
        raise NotAllowed
    refuse_closed_space(by, held.space)
    return held, post


def _held_thread(thread: Thread) -> Thread:
    rows = Thread.objects.select_for_update(of=("self",)).select_related("space")
    held: Thread = rows.get(pk=thread.pk)
    return held


def held_where(poll: Poll, by: Membership) -> tuple[Thread, Post | None, Poll]:
    """A poll as it is now, with what it stands under, which is held before it.

    Raises as `held_text`, Poll.DoesNotExist for one that was taken away meanwhile, and PollChanged for one that stands
    elsewhere by now: a merge was undone, and it is its thread’s again, say.
    """
    thread, post = held_text(poll.thread, poll.post_id, by)
    held = held_poll(poll)
    if held.post_id != poll.post_id or held.thread_id != thread.pk:
        raise PollChanged
    held.thread, held.post = thread, post
    return thread, post, held


def held_poll(poll: Poll) -> Poll:
    """Raises Poll.DoesNotExist for one that was taken away meanwhile."""
    held: Poll = Poll.objects.select_for_update(of=("self",)).get(pk=poll.pk)
    return held


def _put_into(poll: Poll, wishes: Wishes) -> None:
    is_several = wishes.way == Poll.Way.SEVERAL
    poll.question, poll.options, poll.written = wishes.question, list(wishes.options), len(wishes.options)
    poll.way, poll.most = wishes.way, min(wishes.most, len(poll.options)) if is_several else 1
    poll.shown, poll.named, poll.closes_at = wishes.shown, wishes.named, wishes.closes_at
    # A vote without a name cannot be found again, so it cannot be changed.
    poll.changeable = wishes.changeable and wishes.named
    if not poll.ballots:
        poll.votes, poll.rankings = [0] * len(poll.options), {}


def _additions(poll: Poll, wishes: Wishes) -> int:
    return 0 if poll.is_ranked or not takes_added(poll.thread) else wishes.additions


def _said_of(wishes: Wishes) -> tuple[object, ...]:
    made = Poll()
    _put_into(made, wishes)
    return made.said


def _set_inset(text: Thread | Post, name: str) -> None:
    type(text).objects.filter(pk=text.pk).update(inset=name)
    text.inset = name


def read_again(text: Post | None) -> None:
    """What a moderator has read of a text, or was told of it in a report, is no longer what stands there; of one that
    nobody has seen nobody has read anything."""
    if text is not None and text.state not in UNSEEN:
        text.revision_count += 1
        text.save(update_fields=["revision_count"])


def _judge(thread: Thread, post: Post | None, by: Membership) -> None:
    """The words as they are stored now: of a published text they are judged at once, else when it is published."""
    if post is not None:
        _judge_reply(post, by)
        return
    opening = opening_of(thread) if thread.state not in UNSEEN else None
    read_again(opening)
    if thread.state == State.PUBLISHED:
        if opening is not None:
            opening.mode = mode_of(thread.space, by.community)
            if judge(opening, by=by).held:
                raise PollNotOpen
        thread_edited.send(sender=Thread, thread=thread, by=by)
    else:
        inset_changed.send(sender=Thread, thread=thread, by=by)


def _judge_reply(post: Post, by: Membership) -> None:
    read_again(post)
    if not post.is_published:
        return
    post.mode = mode_of(post.thread.space, by.community)
    if judge(post, by=by).held:
        raise PollNotOpen
    post_inset_changed.send(sender=Post, post=post, by=by)

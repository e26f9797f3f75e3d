"""What readers say under an answer: whether it saved them a call to the brand’s support."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q
from django.dispatch import receiver
from django.utils import timezone

from analytics.roi.exceptions import NotAsked
from analytics.roi.models import Saving
from communities.content.kinds import kind_of
from communities.content.models import Post, Thread
from communities.content.showing.helped import is_useful
from communities.launch.features import refuse_closed
from communities.limits import Limited, count_act
from communities.models import Membership
from communities.queries import hold_member
from communities.signals import thread_absorbed

FEATURE = "saved_calls"
# After an answer in one thread, nobody is asked in another for so long.
QUIET = datetime.timedelta(days=14)


def can_say_saved(by: Membership, answer: Post) -> bool:
    """Who came to read: not the team, not the author of the answer, and not who asked, whose question is counted when
    an answer is accepted. Nobody who may only read, or while the place is read-only."""
    return by.can_write and not by.is_staff and by.pk not in (answer.author_id, answer.thread.author_id)


def say_saved(answer: Post, *, saved: bool, by: Membership, browser: int | None = None) -> Saving:
    """A member says whether the answer saved them a call; said again, it is changed.

    `browser` is what theirs would be called as a visitor’s: whoever said so today before they signed in is one reader.

    Raises NotAsked, FeatureClosed, NotAllowed for who has left, TooFast.
    """
    refuse_closed(by, FEATURE)
    if not can_say_saved(by, answer) or not _helps(answer):
        raise NotAsked
    count_act(by, Limited.ASSESS)
    with transaction.atomic():
        hold_member(by)
        if browser is not None:
            Saving.objects.filter(thread=answer.thread_id, browser=browser).delete()
        return _keep(answer, saved, membership_id=by.pk)


def say_saved_unknown(answer: Post, *, saved: bool, browser: int) -> Saving:
    """The same for a visitor, known by nothing but this number and for this thread. Raises NotAsked."""
    if not _helps(answer):
        raise NotAsked
    return _keep(answer, saved, browser=browser)


def said_lately(by: Membership, thread_id: int) -> list[Saving]:
    """What they said of this thread, and else what they said last while that is not long ago; one statement."""
    lately = Q(said_at__gte=timezone.now() - QUIET)
    found = Saving.objects.filter(Q(thread=thread_id) | lately, membership=by).order_by("-said_at")
    return sorted(found[:50], key=lambda one: one.thread_id != thread_id)


def move_savings(kept: int, gone: int) -> None:
    """Two memberships of one person become one: once for a thread, and never of a question of their own."""
    both = Saving.objects.filter(membership__in=[kept, gone])
    both.hold_now()
    both.filter(thread__author__in=[kept, gone]).delete()
    twin = Saving.objects.filter(membership=kept, thread=OuterRef("thread"))
    both.filter(Exists(twin), membership=gone).delete()
    Saving.objects.filter(membership=gone).update(membership=kept)


@receiver(thread_absorbed, dispatch_uid="roi.keep_savings")
def keep_savings(sender: type[Thread], source: Thread, target: Thread, **_extra: Any) -> None:
    """A thread that was split off is part of the other again: what was said there stays counted, once for each reader,
    who has said of the thread that stays what they said of it."""
    both = Saving.objects.filter(thread__in=[source.pk, target.pk])
    both.hold_now()
    same_member = Q(membership=OuterRef("membership")) | Q(browser=OuterRef("browser"))
    said_there = Saving.objects.filter(same_member, thread=target.pk)
    both.filter(~Exists(said_there), thread=source.pk).update(thread=target)


def _helps(answer: Post) -> bool:
    thread = answer.thread
    if not thread.asks or not thread.is_published or not answer.is_published:
        return False
    accepted = kind_of(thread).accepted_answer(thread) if thread.solved else None
    return answer.pk == accepted if accepted is not None else is_useful(thread, answer)


def _keep(answer: Post, saved: bool, **who: int) -> Saving:
    """Two presses at once are one answer, the later one."""
    own = Saving.objects.filter(thread=answer.thread_id, **who)
    if not own.update(saved=saved):
        try:
            with transaction.atomic():
                return Saving.objects.create(thread=answer.thread, saved=saved, **who)
        except IntegrityError:
            own.update(saved=saved)
    found: Saving = own.get()
    return found

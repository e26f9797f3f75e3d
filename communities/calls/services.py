"""Writing a call: put it under a text, change it, take it away, publish what was chosen."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.calls.exceptions import CallBegun, CallChanged, CallError, CallHeld, CallThere
from communities.calls.models import Application, Call, Juror
from communities.calls.permissions import FEATURE, runs_calls
from communities.content.insets import has_inset, refuse_unseen
from communities.content.models import State, Thread
from communities.content.permissions import WITHDRAWN, can_edit_thread
from communities.content.services.editing import judge_beside, mark_changed
from communities.content.services.waiting import opening_of
from communities.content.viewers import refuse_closed_space
from communities.exceptions import NotAllowed
from communities.launch.features import refuse_closed
from communities.limits import Limited, count_act
from communities.memory import forget_all
from communities.models import Membership


@dataclass(frozen=True)
class Wishes:
    """What a form says of a call."""

    opens_at: datetime.datetime
    closes_at: datetime.datetime
    conditions: Sequence[str] = ()
    questions: Sequence[dict[str, Any]] = ()
    criteria: Sequence[dict[str, Any]] = ()
    scale: int = 5
    jury: Collection[int] = field(default_factory=frozenset)


@transaction.atomic
def add_call(thread: Thread, wishes: Wishes, *, by: Membership) -> Call:
    """Put a call under the first text of a thread.

    Raises NotAllowed, CallThere, NoInsetHere, TooFast; CallHeld where a published text with these words would be held.
    """
    refuse_closed(by, FEATURE)
    thread = _locked(thread, by)
    refuse_unseen(Call.INSET, thread)
    if has_inset(thread):
        raise CallThere
    count_act(by, Limited.EDIT)
    call = Call(thread=thread)
    _put_into(call, wishes)
    call.save(force_insert=True)
    _name_jury(call, wishes.jury)
    _set_inset(thread, Call.INSET)
    judge_beside(thread, by=by, held=CallHeld)
    transaction.on_commit(forget_all)
    return call


@transaction.atomic
def change_call(call: Call, wishes: Wishes, *, by: Membership, version: int | None = None) -> Call:
    """Change a call; once somebody has begun an application, only its hours and its jury.

    `version` is the one that its form was opened on. Raises NotAllowed, CallChanged, CallBegun, CallHeld, TooFast.
    """
    refuse_closed(by, FEATURE)
    thread = _locked(call.thread, by)
    held = held_call(call)
    if version is not None and version != held.version:
        raise CallChanged
    before, opened, closed = held.asked, held.opens_at, held.closes_at
    count_act(by, Limited.EDIT)
    _put_into(held, wishes)
    if held.asked != before and Application.objects.of(held).exists():
        raise CallBegun
    if held.closes_at != closed:
        # Whoever was told of another end is told of this one.
        held.warned_at = held.told_at = None
    if opened < held.opens_at and not held.is_open:
        # It opens anew, on another day.
        held.opening_told_at = None
    held.version += 1
    held.save()
    _name_jury(held, wishes.jury)
    if held.asked != before:
        judge_beside(thread, by=by, held=CallHeld)
    return held


@transaction.atomic
def remove_call(call: Call, *, by: Membership) -> None:
    """Take a call away that nobody has begun to answer. Raises NotAllowed, CallBegun."""
    refuse_closed(by, FEATURE)
    thread = _locked(call.thread, by)
    held = held_call(call)
    if Application.objects.of(held).exists():
        raise CallBegun
    held.delete()
    _set_inset(thread, "")
    mark_changed(thread)
    transaction.on_commit(forget_all)


@transaction.atomic
def publish_projects(call: Call, *, shown: bool, by: Membership) -> bool:
    """Let everybody who reads the text read which projects were chosen, or no longer; False where that was so already.

    Raises NotAllowed.
    """
    refuse_closed(by, FEATURE)
    if not runs_calls(by) or not by.can_write:
        raise NotAllowed
    held = held_call(call)
    if shown == (held.published_at is not None) or (shown and not held.is_over):
        return False
    held.published_at = timezone.now() if shown else None
    held.version += 1
    held.save(update_fields=["published_at", "version"])
    return True


def held_call(call: Call, *, shared: bool = False) -> Call:
    """The call as it is now, which nobody changes until the transaction ends; `shared` for who refers to it alone.
    Raises Call.DoesNotExist for one that was taken away meanwhile."""
    held: Call = Call.objects.select_for_update(of=("self",), no_key=shared).get(pk=call.pk)
    held.thread = call.thread
    return held


def _locked(thread: Thread, by: Membership) -> Thread:
    """The thread, with its text where that is out: as the acts on such a text do, so that none waits for the other.
    Not its key: the job that holds the call tells people of the thread meanwhile."""
    if thread.state == State.PUBLISHED:
        opening_of(thread)
    threads = Thread.objects.select_for_update(of=("self",), no_key=True).select_related("space")
    held: Thread = threads.get(pk=thread.pk)
    if not runs_calls(by) or not can_edit_thread(by, held) or held.state in WITHDRAWN:
        raise NotAllowed
    refuse_closed_space(by, held.space)
    return held


def _put_into(call: Call, wishes: Wishes) -> None:
    call.opens_at, call.closes_at = wishes.opens_at, wishes.closes_at
    call.conditions, call.questions = list(wishes.conditions), [dict(one) for one in wishes.questions]
    call.criteria, call.scale = [dict(one) for one in wishes.criteria], wishes.scale


def _name_jury(call: Call, wanted: Collection[int]) -> None:
    """Who is no longer named keeps what they scored in the mean. Raises CallError where somebody has applied."""
    if Application.objects.of(call).filter(applicant__in=wanted).exists():
        raise CallError(_("Somebody of this jury has begun an application to this call, so cannot judge it."))
    Juror.objects.filter(call=call).exclude(membership__in=wanted).delete()
    there = set(Juror.objects.filter(call=call).values_list("membership_id", flat=True))
    for number in sorted(set(wanted) - there):
        Juror.objects.create(call=call, membership_id=number)


def _set_inset(thread: Thread, name: str) -> None:
    Thread.objects.filter(pk=thread.pk).update(inset=name)
    thread.inset = name

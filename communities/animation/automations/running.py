"""Doing what is queued: each once, within its limits, in the name of somebody who may still do it."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from communities.animation.automations.acts import words_for
from communities.animation.automations.hearing import acting
from communities.animation.automations.limits import Stored, limited
from communities.animation.automations.models import Automation, Firing, Origin
from communities.animation.automations.reaching import (
    conditions_hold,
    found_by,
    out_of_reach,
    parts_of,
    why_stopped,
)
from communities.animation.automations.stopping import stop_alone
from communities.automatic import Automatic, Order, Outcome
from communities.exceptions import DomainError
from communities.languages import spoken
from communities.launch.features import is_open_to
from communities.models import Community
from communities.tasks import one_by_one
from members.aside import pause_after
from members.rounds import leave_some

FEATURE = "automations"
# Of one community in one run.
MOST = 100
MOST_TRIES = 5
Reason = Firing.Reason


def carry_out_queued(community: Community) -> int:
    """Do what waits in a community, the oldest first, each in a transaction of its own; how much. One that fails stops
    no other, and is given up after five times."""
    queued: list[int] = []

    def find() -> list[int]:
        rows = Firing.objects.waiting().filter(due_at__lte=timezone.now())
        queued.extend(rows.values_list("pk", flat=True)[:MOST])
        return queued

    done = one_by_one(community, find, lambda pk: carry_out(pk, community), what="firing", failed=_put_off)
    if len(queued) == MOST:
        leave_some()
    return done


def _put_off(pk: int) -> None:
    firing = Firing.objects.waiting().select_for_update(of=("self",)).filter(pk=pk).first()
    if firing is None:
        return
    firing.tries += 1
    firing.due_at = timezone.now() + pause_after(firing.tries)
    if firing.tries >= MOST_TRIES:
        _skip(firing, Reason.FAILED)
    firing.save(update_fields=["tries", "due_at", "state", "reason", "ended_at"])


def carry_out(pk: int, community: Community) -> int:
    """Do one of them, or say why not; 0 where another worker has done so. The automation is locked first, so that two
    of its firings never count what each other does past each other."""
    number = Firing.objects.filter(pk=pk).values_list("automation_id", flat=True).first()
    if number is None:
        return 0
    # Not against whoever queues another one just now.
    Automation.objects.select_for_update(of=("self",), no_key=True).get(pk=number)
    firing = Firing.objects.waiting().select_for_update(of=("self",)).filter(pk=pk).first()
    if firing is None:
        return 0
    automation = Automation.objects.select_related("to", "signed_by").get(pk=number)
    with translation.override(spoken(community.language, community.address_form)):
        _settle(firing, automation, community, timezone.now())
    firing.save()
    return 1


def _settle(firing: Firing, automation: Automation, community: Community, now: datetime.datetime) -> None:
    if not automation.is_on:
        return _skip(firing, Reason.OFF)
    if automation.on_since is not None and firing.queued_at < automation.on_since:
        # Whoever switches it on, or changes it, was told that it begins with what happens from then on.
        return _skip(firing, Reason.OFF, _("It was switched off, or changed, in between."))
    if why := why_stopped(automation):
        stop_alone(automation, why)
        return _skip(firing, Reason.OFF)
    parts, by = parts_of(automation), automation.signed_by
    assert parts is not None  # it would have stopped
    assert by is not None
    if not is_open_to(by, FEATURE):
        return _skip(firing, Reason.CLOSED)
    trigger, act = parts
    found = found_by(firing, community, now)
    order = Order(found, by, automation.act_values, trigger, automation.to, automation.words, str(firing.pk))
    if not trigger.holds(found, automation.trigger_values):
        return _skip(firing, Reason.OVER)
    if reason := out_of_reach(order, act):
        return _skip(firing, reason)
    if not conditions_hold(automation, found):
        return _skip(firing, Reason.CONDITION)
    if reason := limited(automation, Stored(automation), person=firing.person_id, now=now):
        return _skip(firing, reason)
    if refusal := act.foresees(order):
        return _skip(firing, Reason.REFUSED, refusal)
    return _do(firing, order, act, now)


def _do(firing: Firing, order: Order, act: Automatic, now: datetime.datetime) -> None:
    if act.asks_words and order.found.person is not None:
        firing.words = words_for(order.words, order.found.person)
    firing.by = order.by
    try:
        with transaction.atomic(), acting():
            outcome = act.do(order)
    except DomainError as refusal:
        firing.words = ""
        return _skip(firing, Reason.REFUSED, str(refusal))
    _note(outcome)
    # The automation may do something else by the time that this is undone.
    firing.kept = {**outcome.kept, "act": act.name}
    firing.state, firing.ended_at = Firing.State.DONE, now
    return None


def _note(outcome: Outcome) -> None:
    """What came of it begins nothing, whenever it is told of."""
    rows = [Origin(trigger=trigger, subject=subject) for trigger, subject in outcome.made]
    Origin.objects.bulk_create(rows, ignore_conflicts=True)


def _skip(firing: Firing, reason: str, detail: str = "") -> None:
    firing.state, firing.reason, firing.detail = Firing.State.SKIPPED, reason, detail[:300]
    firing.ended_at = timezone.now()

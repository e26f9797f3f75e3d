"""Asking for states: what has reached one since it was asked last."""

from __future__ import annotations

import datetime
import random

from django.utils import timezone

from communities.animation.automations.hearing import queue, without_own_work
from communities.animation.automations.models import Automation, Firing
from communities.automatic import Occurrence, Span, Trigger, Values, triggers
from communities.models import Community
from communities.tasks import each_apart
from members.rounds import leave_some

EVERY = datetime.timedelta(minutes=5)
# Where nothing was found it is asked again after this part of what the state lasts, so that nothing is noticed later by
# more than that, and of long ones at the latest after so much. An automation for which there is nothing costs little.
SHARE, LONGEST = 24, datetime.timedelta(hours=6)
# Of one automation in one run.
MOST = 100
# What was due longer ago is not made up for: after days without a worker nobody gets a heap of notes.
LONGEST_AGO = datetime.timedelta(days=2)
FORGOTTEN = 500
_STEP = datetime.timedelta(microseconds=1)


def look_at_states(community: Community) -> int:
    """In the scope of a community: queue what is due for its automations; how many were asked. Old lines go."""
    now = timezone.now()
    old = Firing.objects.old(now).exclude(state=Firing.State.WAITING).values_list("pk", flat=True)
    Firing.objects.filter(pk__in=list(old[:FORGOTTEN])).delete()
    due = list(Automation.objects.to_look(now).values_list("pk", flat=True))
    return each_apart("automation", due, lambda pk: _look(pk, community, now))


def _look(pk: int, community: Community, now: datetime.datetime) -> int:
    rows = Automation.objects.to_look(now).select_for_update(of=("self",), no_key=True, skip_locked=True)
    automation = rows.filter(pk=pk).first()
    if automation is None:
        return 0
    trigger = triggers.get(automation.trigger)
    since = max(automation.looked_until or automation.on_since or now, now - LONGEST_AGO)
    found = list[Occurrence]()
    if trigger is not None and trigger.is_state:
        found = _due(trigger, automation.trigger_values, Span(community, since, now, MOST))
    queue(automation, without_own_work(automation.trigger, found))
    full = len(found) >= MOST
    automation.looked_until = found[-1].at if full else now
    automation.look_at = now + (_STEP if full else EVERY if found else _pause(trigger, automation))
    automation.save(update_fields=["looked_until", "look_at"])
    if full:
        leave_some()
    return 1


def _pause(trigger: Trigger | None, automation: Automation) -> datetime.timedelta:
    """Until the next look after one that found nothing; spread, so that those that were due together do not stay so."""
    lasts = trigger.lasts(automation.trigger_values) if trigger is not None else LONGEST * SHARE
    longest = min(lasts / SHARE, LONGEST)
    return max(EVERY, longest * random.uniform(0.75, 1))  # noqa: S311


def _due(trigger: Trigger, values: Values, span: Span) -> list[Occurrence]:
    """The oldest ones, with all that stand at the moment of the last: the next run begins after it. An import or a
    release may put more of them at one moment than are asked for at once."""
    found = list(trigger.due(values, span))
    batch = found
    while len(batch) == span.most:
        last = found[-1]
        batch = list(trigger.due(values, Span(span.community, last.at, last.at, span.most, last.row)))
        found.extend(batch)
    return found

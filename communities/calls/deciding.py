"""What managers do with applications: decide with reasons, agree, deliver, and say who does what by when and what it
is worth."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.calls.applying import held_application
from communities.calls.exceptions import CallError, MovedMeanwhile
from communities.calls.models import Application, Step
from communities.calls.permissions import FEATURE, runs_calls
from communities.calls.telling import tell_of_step
from communities.exceptions import NotAllowed
from communities.launch.features import refuse_closed
from communities.models import Membership
from communities.signals import outcome_valued

State = Application.State


@dataclass(frozen=True)
class Plan:
    """Who sees a project through, the day of the next step, and what it is worth in the community’s currency."""

    owner: Membership | None = None
    due_on: datetime.date | None = None
    expected: Decimal | None = None
    chance: int = 50
    actual: Decimal | None = None


@transaction.atomic
def move_application(
    application: Application,
    state: str,
    *,
    words: str,
    by: Membership,
    seen: str,
    at: datetime.datetime | None = None,
) -> Step:
    """Take an application one step further, with the words that its applicant is told.

    `seen` is the state in which it was when its form was opened: of two managers at once one decides, and the other is
    told. `at` backdates it, for what happened elsewhere before; no view passes it. Raises NotAllowed, MovedMeanwhile,
    CallError.
    """
    refuse_closed(by, FEATURE)
    held = _held(application, by)
    if held is None or held.state != seen:
        raise MovedMeanwhile
    if state not in held.next_states:
        raise CallError(_("An application cannot move to that step from its current one."))
    if not held.call.is_over:
        raise CallError(_("The call is open: its applications can still change. Decide once it has closed."))
    if not words.strip():
        raise CallError(_("Say why: the applicant reads it."))
    now = at or timezone.now()
    held.state = state
    held.decided_at = held.decided_at or now
    held.delivered_at = now if state == State.DELIVERED else None
    if state in (State.REFUSED, State.WITHDRAWN, State.DELIVERED):
        held.due_on = None
    held.version += 1
    held.save(update_fields=["state", "decided_at", "delivered_at", "due_on", "version"])
    step: Step = Step.objects.create(application=held, state=state, words=words.strip(), by=by, at=now)
    _tell_worth(held)
    tell_of_step(held, step)
    return step


@transaction.atomic
def plan_application(application: Application, plan: Plan, *, by: Membership) -> bool:
    """Say who sees a chosen project through, by when the next step is due, and what it is worth.

    What was delivered enters the results with its actual value, on the day on which it was delivered. Raises
    NotAllowed.
    """
    refuse_closed(by, FEATURE)
    held = _held(application, by)
    if held is None or not held.is_chosen:
        raise NotAllowed
    held.owner, held.expected, held.chance, held.actual = plan.owner, plan.expected, plan.chance, plan.actual
    held.due_on = plan.due_on if held.state != State.DELIVERED else None
    held.version += 1
    held.save(update_fields=["owner", "due_on", "expected", "chance", "actual", "version"])
    _tell_worth(held)
    return True


def _held(application: Application, by: Membership) -> Application | None:
    """Locked for who decides about it; None once it is gone. Raises NotAllowed, also for whoever has applied and
    become a manager since."""
    held = held_application(application)
    is_own = held is not None and held.applicant_id == by.pk
    if not runs_calls(by) or not by.can_write or is_own:
        raise NotAllowed
    return held


def _tell_worth(application: Application) -> None:
    """What came of it, for whoever adds up what the place brings; None where nothing did (yet)."""
    delivered = application.state == State.DELIVERED
    outcome_valued.send(
        sender=Application,
        unit=f"project:{application.pk}",
        title=application.call.thread.title,
        at=application.delivered_at or timezone.now(),
        amount=application.actual if delivered else None,
        community_id=application.community_id,
    )

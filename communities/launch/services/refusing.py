"""Refusing somebody on the waiting list, and taking that back; and erasing them a month later."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.utils import timezone

from communities.exceptions import NotAllowed
from communities.launch.models import LaunchLogEntry, WaitingPlace
from communities.launch.permissions import can_edit_plan
from communities.launch.services.planning import log, look_soon
from communities.launch.services.waiting import leave_waiting_list
from communities.models import Membership

# So long a refusal can be taken back without anybody having heard of it.
MAIL_WAITS = datetime.timedelta(minutes=10)
# So long a refusal is known: the same address asks in vain, and the team can still change its mind.
KNOWN_FOR = datetime.timedelta(days=30)
ERASED_AT_ONCE = 200
_State = WaitingPlace.State


@transaction.atomic
def refuse_waiting(places: list[int], *, by: Membership, answer: str = "") -> int:
    """Refuse those of the places that wait; each is told by mail, ten minutes later, with the team’s answer. How many.

    Raises NotAllowed.
    """
    if not can_edit_plan(by):
        raise NotAllowed
    now = timezone.now()
    chosen = WaitingPlace.objects.waiting().filter(pk__in=places)
    refused = chosen.order_by().update(
        state=_State.REFUSED,
        refused_at=now,
        refused_by=by,
        answer=answer.strip()[:500],
        owes_place=ExpressionWrapper(Q(mail_due_at__isnull=False), BooleanField()),
        mail_due_at=now + MAIL_WAITS,
    )
    if refused:
        log(LaunchLogEntry.Act.REFUSED, None, by=by, detail={"people": refused})
    return refused


@transaction.atomic
def take_refusal_back(place: WaitingPlace, *, by: Membership) -> bool:
    """Put somebody back on the list, where they stood. Who had the mail already is told their place again, and who was
    refused before they were told it at all is told it now; others hear nothing. False when they wait already, or have
    left. Raises NotAllowed."""
    if not can_edit_plan(by):
        raise NotAllowed
    row = (
        WaitingPlace.objects.select_for_update(of=("self",)).filter(pk=place.pk, state=_State.REFUSED).first()
    )
    if row is None or not row.email:
        return False
    was_told = row.mail_due_at is None
    row.state, row.refused_at, row.refused_by, row.answer = _State.WAITING, None, None, ""
    row.mail_due_at = timezone.now() if was_told or row.owes_place else None
    row.owes_place = False
    row.save(update_fields=["state", "refused_at", "refused_by", "answer", "mail_due_at", "owes_place"])
    log(LaunchLogEntry.Act.PUT_BACK, None, by=by, detail={"people": 1})
    look_soon()
    return True


def erase_refused(now: datetime.datetime) -> int:
    """Erase whom the community in scope refused a month ago; how many."""
    old = WaitingPlace.objects.refused().filter(refused_at__lte=now - KNOWN_FOR)
    places = list(old.exclude(email="")[:ERASED_AT_ONCE])
    for place in places:
        leave_waiting_list(place)
    return len(places)

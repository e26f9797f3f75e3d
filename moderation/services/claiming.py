"""Claiming a case: a lease of ten minutes, so that a forgotten page blocks nobody. It never blocks a decision."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone

from communities.exceptions import NotAllowed
from communities.models import Membership
from moderation.exceptions import AlreadyDecided, InOtherHands
from moderation.journal import record
from moderation.models import Case
from moderation.permissions import can_claim_case, can_take_over_case

LEASE = datetime.timedelta(minutes=10)


@transaction.atomic
def claim_case(case: Case, *, by: Membership) -> Case:
    """Claim a case, or extend one's claim. Raises NotAllowed, AlreadyDecided, InOtherHands."""
    case = Case.objects.locked().get(pk=case.pk)
    if not can_claim_case(by, case):
        raise NotAllowed
    if not case.is_open:
        raise AlreadyDecided
    holder = case.holder()
    if holder is not None and holder.pk != by.pk:
        raise InOtherHands
    return _give(case, by, new=holder is None, act="claim_case")


@transaction.atomic
def take_over_case(case: Case, *, by: Membership) -> Case:
    """Take over somebody else's claim. Raises NotAllowed, AlreadyDecided."""
    case = Case.objects.locked().get(pk=case.pk)
    if not can_take_over_case(by, case):
        raise NotAllowed
    if not case.is_open:
        raise AlreadyDecided
    return _give(case, by, new=True, act="take_over_case")


@transaction.atomic
def release_case(case: Case, *, by: Membership) -> Case:
    """Release a case; nothing happens if somebody else has claimed it."""
    case = Case.objects.locked().get(pk=case.pk)
    if case.assignee_id == by.pk and case.is_open:
        case.assignee = case.lease_until = None
        case.state = Case.State.OPEN
        case.save(update_fields=["assignee", "lease_until", "state"])
        record("release_case", by=by, case=case, before=Case.State.IN_REVIEW, after=Case.State.OPEN)
    return case


def _give(case: Case, by: Membership, *, new: bool, act: str) -> Case:
    before = case.state
    case.assignee, case.lease_until, case.state = by, timezone.now() + LEASE, Case.State.IN_REVIEW
    case.save(update_fields=["assignee", "lease_until", "state"])
    if new:
        record(act, by=by, case=case, before=before, after=Case.State.IN_REVIEW)
    return case

"""Measures against a person: a warning, reading only, suspension. They end by the clock, or by hand."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone

from communities.exceptions import NotAllowed
from communities.models import Membership
from moderation.exceptions import GroundMissing
from moderation.journal import record
from moderation.models import Case, Decision, Sanction
from moderation.notices import tell_of_sanction, tell_of_sanction_end
from moderation.permissions import can_lift_sanction, sanctions_open_to
from moderation.services.statements import ground_text, make_decision
from moderation.subjects.base import thing_of

_Kind = Sanction.Kind
_ACTS = {
    _Kind.WARNING: Decision.Act.WARN,
    _Kind.READ_ONLY: Decision.Act.MUTE,
    _Kind.SUSPENSION: Decision.Act.SUSPEND,
}
_FIELDS = {_Kind.READ_ONLY: "read_only_until", _Kind.SUSPENSION: "suspended_until"}


@transaction.atomic
def sanction_member(
    person: Membership, *, by: Membership, case: Case, kind: str, days: int, ground: str, reason: str = ""
) -> Sanction:
    """Warn, or suspend writing for some days, on a ground that the person is told. Raises NotAllowed, GroundMissing.

    The same measure from the same case while it runs is one.
    """
    person = Membership.objects.select_for_update().get(pk=person.pk)
    if (kind, days) not in sanctions_open_to(by, person):
        raise NotAllowed
    if not ground_text(case.community, ground):
        raise GroundMissing
    known: Sanction | None = Sanction.objects.filter(
        membership=person, kind=kind, decision__case=case, by=by, lifted_at__isnull=True
    ).first()
    if known is not None and (known.until is None or known.is_running):
        return known
    until = timezone.now() + datetime.timedelta(days=days) if days else None
    decision = make_decision(
        case,
        thing_of(case),
        act=_ACTS[_Kind(kind)],
        by=by,
        ground=ground,
        reason=reason,
        concerned=person,
        until=until,
    )
    sanction: Sanction = Sanction.objects.create(
        membership=person, kind=kind, decision=decision, by=by, until=until
    )
    _settle(person)
    record("sanction_member", by=by, case=case, subject=person.handle, after=kind, days=days, ground=ground)
    tell_of_sanction(decision)
    return sanction


@transaction.atomic
def lift_sanction(sanction: Sanction, *, by: Membership) -> bool:
    """End a measure before its time; False when it has ended. Raises NotAllowed."""
    person = Membership.objects.select_for_update().get(pk=sanction.membership_id)
    sanction = Sanction.objects.select_for_update(of=("self",)).get(pk=sanction.pk)
    if not can_lift_sanction(by, person, sanction):
        raise NotAllowed
    if sanction.lifted_at is not None or (sanction.until and not sanction.is_running):
        return False
    sanction.lifted_at = timezone.now()
    sanction.save(update_fields=["lifted_at"])
    _settle(person)
    record("lift_sanction", by=by, subject=person.handle, before=sanction.kind)
    tell_of_sanction_end(sanction)
    return True


def settle_measures(person: Membership) -> None:
    """Store again which measures of somebody run, after some have moved to them."""
    _settle(Membership.objects.select_for_update().get(pk=person.pk))


def _settle(person: Membership) -> None:
    """The longest measure of each kind that runs, on the membership itself: permissions ask nothing else."""
    now = timezone.now()
    ends: dict[str, datetime.datetime | None] = dict.fromkeys(_FIELDS.values())
    for running in Sanction.objects.running(now).filter(membership=person):
        field = _FIELDS[_Kind(running.kind)]
        ends[field] = max(ends[field] or now, running.until)
    for field, end in ends.items():
        setattr(person, field, end)
    person.save(update_fields=[*ends])

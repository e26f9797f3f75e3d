"""The member’s side of a term: applying, withdrawing, accepting the charter, wanting to go on, leaving."""

from __future__ import annotations

import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from communities.animation.ambassadors.exceptions import (
    AppliedLately,
    CallClosed,
    CharterMoved,
    OfferLapsed,
    TermMoved,
    TermThere,
)
from communities.animation.ambassadors.granting import grant
from communities.animation.ambassadors.models import Programme, Term
from communities.animation.ambassadors.notices import AmbassadorTold, about_told
from communities.animation.ambassadors.permissions import can_apply, can_run_programme
from communities.animation.ambassadors.terms import finish, locked_pair
from communities.exceptions import NotAllowed
from communities.journal.services import record
from communities.launch.features import refuse_closed
from communities.models import MANAGING_ROLES, Membership
from communities.notifications.services import tell

State = Term.State
PAUSE = datetime.timedelta(days=30)


@transaction.atomic
def apply(programme: Programme, words: str, *, by: Membership) -> Term:
    """Raises NotAllowed, CallClosed, TermThere, AppliedLately."""
    if not can_apply(by):
        raise NotAllowed
    if not Programme.objects.filter(pk=programme.pk, is_open=True).exists():
        raise CallClosed
    lately = Term.objects.of(by).filter(
        state__in=(State.DECLINED, State.WITHDRAWN), created_at__gt=timezone.now() - PAUSE
    )
    # Whoever said no to an offer has not applied: there are no words of theirs.
    if lately.exclude(words="").exists():
        raise AppliedLately
    term = Term(programme=programme, membership=by, words=words.strip())
    try:
        with transaction.atomic():
            term.save()
    except IntegrityError as there:
        raise TermThere from there
    _tell_team(term, "applied")
    return term


@transaction.atomic
def withdraw(*, by: Membership) -> Term:
    """Take one’s own application back, or decline an offer. Raises TermMoved."""
    row, _person = _own(by)
    if row.state not in (State.APPLIED, State.OFFERED):
        raise TermMoved
    was_offered = row.state == State.OFFERED
    row.state, row.ended_at = State.WITHDRAWN, timezone.now()
    row.save(update_fields=["state", "ended_at"])
    if was_offered:
        _tell_team(row, "declined")
    return row


@transaction.atomic
def accept_charter(number: int, *, by: Membership) -> Term:
    """Accept the version that one has read: it begins a term, or keeps one that runs. Dated, with its number.

    Raises NotAllowed, TermMoved, CharterMoved, OfferLapsed.
    """
    refuse_closed(by, "ambassadors")
    row, person = _own(by)
    if row.state != State.OFFERED and not row.is_running:
        raise TermMoved
    if not person.is_active or person.silent_until is not None:
        raise NotAllowed
    if row.programme.charter != number:
        raise CharterMoved
    if row.state == State.OFFERED and (row.until is None or row.until <= timezone.now()):
        raise OfferLapsed
    begins = row.state == State.OFFERED
    row.charter, row.accepted_at = number, timezone.now()
    if begins:
        row.state, row.started_at, row.ended_at = State.RUNNING, row.accepted_at, None
        # Whoever is told of its end has heard of it just now.
        row.end_told = row.is_ending
        grant(row, person)
    row.save()
    if begins:
        record(by, "ambassador_begun", what=person.display_name, about=row.pk, after=row.values())
        _tell_team(row, "begun")
    return row


@transaction.atomic
def ask_to_go_on(*, by: Membership) -> Term:
    """Say that one would like another term; the team renews it. Raises TermMoved."""
    row, _person = _own(by)
    if not row.is_ending:
        raise TermMoved
    if not row.goes_on:
        row.goes_on = True
        row.save(update_fields=["goes_on"])
        _tell_team(row, "goes on")
    return row


@transaction.atomic
def leave(*, by: Membership) -> Term:
    """Lay a term down, at any time and without a reason; what was before it is there again. Raises TermMoved."""
    row, person = _own(by)
    if row.state != State.RUNNING:
        raise TermMoved
    finish(row, person, State.LEFT)
    row.save()
    record(by, "ambassador_left", what=person.display_name, about=row.pk)
    _tell_team(row, "left")
    return row


def _own(by: Membership) -> tuple[Term, Membership]:
    mine = Term.objects.of(by).open().first()
    if mine is None:
        raise TermMoved
    return locked_pair(mine)


def _tell_team(term: Term, what: str) -> None:
    """Whoever decided; while nobody has, all who may."""
    decider = term.decided_by
    people = [decider.pk] if decider is not None and can_run_programme(decider) else runners()
    tell(AmbassadorTold, people, about_told(term, what))


def runners() -> list[int]:
    """All who run the programme."""
    team = Membership.objects.active().in_roles(MANAGING_ROLES)
    return [one.pk for one in team if can_run_programme(one)]

"""The team’s side of a term: offering, declining, changing, renewing, thanking, ending."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from communities.animation.ambassadors.exceptions import (
    CannotBeAppointed,
    CannotHaveTerm,
    EndsTooSoon,
    NoPerimeter,
    OwnTerm,
    ProgrammeChanged,
    TermMoved,
    TermThere,
    UnknownMember,
)
from communities.animation.ambassadors.granting import grant, take_back
from communities.animation.ambassadors.models import Programme, Term, Thanks
from communities.animation.ambassadors.months import months_after
from communities.animation.ambassadors.notices import AmbassadorNews, AmbassadorThanks, about_term
from communities.animation.ambassadors.permissions import can_appoint, can_run_programme
from communities.content.models import Space
from communities.exceptions import NotAllowed
from communities.journal.services import record
from communities.models import Community, Membership
from communities.notices import About
from communities.notifications.services import tell

State = Term.State


@dataclass(frozen=True)
class TermWishes:
    """Where somebody acts (`spaces`: ids; none: everywhere), with which rights, until when."""

    until: datetime.datetime
    spaces: Sequence[int] = ()
    rights: str = Term.Rights.AMBASSADOR
    word: str = ""

    def put_into(self, term: Term) -> None:
        """Raises EndsTooSoon, NoPerimeter."""
        if self.until <= timezone.now():
            raise EndsTooSoon
        # An id of a space that is gone stays where it was: what was narrow does not become wide.
        known = set(Space.objects.filter(pk__in=self.spaces).values_list("pk", flat=True))
        spaces = sorted(pk for pk in set(self.spaces) if pk in known or pk in term.spaces)
        if self.rights == Term.Rights.MODERATOR and not spaces:
            raise NoPerimeter
        term.spaces, term.rights, term.until = spaces, self.rights, self.until
        term.answer = self.word.strip()


@transaction.atomic
def appoint(programme: Programme, handle: str, wishes: TermWishes, *, by: Membership) -> Term:
    """Offer a term to somebody who has not applied; it begins when they accept the charter.

    Raises NotAllowed, UnknownMember, CannotBeAppointed, TermThere, EndsTooSoon, NoPerimeter.
    """
    if not can_run_programme(by):
        raise NotAllowed
    person = Membership.objects.shown().with_handle(handle).first()
    if person is None:
        raise UnknownMember(handle)
    if not can_appoint(by, person):
        raise CannotBeAppointed
    term = Term(programme=programme, membership=person, state=State.OFFERED)
    wishes.put_into(term)
    term.decided_by, term.decided_at = by, timezone.now()
    try:
        with transaction.atomic():
            term.save()
    except IntegrityError as there:
        raise TermThere from there
    _note(term, "ambassador_offered", by=by, after=term.values())
    _tell(term, "offered", by=by)
    return term


@transaction.atomic
def offer_term(term: Term, wishes: TermWishes, *, by: Membership) -> Term:
    """Accept an application. Raises NotAllowed, OwnTerm, TermMoved, CannotHaveTerm, EndsTooSoon, NoPerimeter."""
    row, person = _locked(term, by)
    if row.state != State.APPLIED:
        raise TermMoved
    if not can_appoint(by, person):
        raise CannotHaveTerm
    wishes.put_into(row)
    _decide(row, State.OFFERED, by)
    _note(row, "ambassador_offered", by=by, after=row.values())
    _tell(row, "offered", by=by)
    return row


@transaction.atomic
def decline_term(term: Term, word: str, *, by: Membership) -> Term:
    """Decline an application, with a word that the person reads. Raises NotAllowed, OwnTerm, TermMoved."""
    row, _person = _locked(term, by)
    if row.state != State.APPLIED:
        raise TermMoved
    row.answer = word.strip()
    _decide(row, State.DECLINED, by)
    _note(row, "ambassador_declined", by=by)
    _tell(row, "declined", by=by)
    return row


@transaction.atomic
def change_term(term: Term, wishes: TermWishes, *, by: Membership, version: int | None = None) -> Term:
    """Another perimeter, other rights, another end; of an offer, before it is accepted, too.

    Raises NotAllowed, OwnTerm, TermMoved, CannotHaveTerm, ProgrammeChanged, EndsTooSoon, NoPerimeter.
    """
    row, person = _locked(term, by)
    if row.state != State.OFFERED and not row.is_running:
        raise TermMoved
    if not person.is_active:
        raise CannotHaveTerm
    if version is not None and version != row.version:
        raise ProgrammeChanged
    before = row.values()
    if row.state == State.RUNNING:
        take_back(row, person)
    wishes.put_into(row)
    if row.state == State.RUNNING:
        grant(row, person)
    row.end_told, row.goes_on = row.end_told and row.is_ending, row.goes_on and row.is_ending
    _save(row)
    if _note(row, "ambassador_changed", by=by, before=before, after=row.values()) or row.answer:
        _tell(row, "changed", by=by)
    return row


@transaction.atomic
def renew_term(term: Term, *, by: Membership, community: Community) -> Term:
    """One press: the same perimeter and rights for as long as a term is, from its end on. Raises NotAllowed,
    OwnTerm, TermMoved, CannotHaveTerm."""
    row, person = _locked(term, by)
    if not row.is_running or row.until is None:
        raise TermMoved
    if not person.is_active:
        raise CannotHaveTerm
    before = row.values()
    take_back(row, person)
    row.until = months_after(row.until, row.programme.months, community)
    row.end_told, row.goes_on = False, False
    # What was said with an earlier decision has been read.
    row.answer = ""
    grant(row, person)
    _save(row)
    _note(row, "ambassador_renewed", by=by, before=before, after=row.values())
    _tell(row, "renewed", by=by)
    return row


@transaction.atomic
def thank(term: Term, words: str, *, by: Membership) -> Thanks:
    """A note in bell and mail, in one’s own name. Raises NotAllowed, OwnTerm, TermMoved."""
    _check_decides(term, by)
    row: Term = Term.objects.get(pk=term.pk)
    if row.started_at is None:
        raise TermMoved
    said: Thanks = Thanks.objects.create(membership_id=row.membership_id, by=by, words=words.strip())
    tell(AmbassadorThanks, [row.membership_id], About(actor=by, path="ambassadors/", occasion=str(said.pk)))
    return said


@transaction.atomic
def end_term(term: Term, word: str, *, by: Membership) -> Term:
    """End a term, or take an offer back; what was before it is there again. Raises NotAllowed, OwnTerm, TermMoved."""
    row, person = _locked(term, by)
    if row.state not in (State.OFFERED, State.RUNNING):
        raise TermMoved
    finish(row, person, State.ENDED)
    row.answer = word.strip()
    _decide(row, State.ENDED, by)
    _note(row, "ambassador_ended", by=by)
    _tell(row, "ended" if row.started_at else "taken back", by=by)
    return row


def finish(term: Term, person: Membership, state: str) -> None:
    """Whoever ends it saves it."""
    if term.state == State.RUNNING:
        take_back(term, person)
    now = timezone.now()
    term.state, term.ended_at, term.goes_on = state, min(now, term.until or now), False


def locked_pair(term: Term) -> tuple[Term, Membership]:
    """Both rows, the person’s first: as giving a role does."""
    person: Membership = Membership.objects.select_for_update(of=("self",)).get(pk=term.membership_id)
    row: Term = Term.objects.select_for_update(of=("self",)).get(pk=term.pk)
    row.membership = person
    return row, person


def _locked(term: Term, by: Membership) -> tuple[Term, Membership]:
    _check_decides(term, by)
    return locked_pair(term)


def _check_decides(term: Term, by: Membership) -> None:
    """Nobody decides on their own term: whoever had one may be of the team by now. Raises NotAllowed, OwnTerm."""
    if not can_run_programme(by):
        raise NotAllowed
    if term.membership_id == by.pk:
        raise OwnTerm


def _decide(term: Term, state: str, by: Membership) -> None:
    term.state, term.decided_by, term.decided_at = state, by, timezone.now()
    _save(term)


def _save(term: Term) -> None:
    term.version += 1
    term.save()


def _note(
    term: Term,
    act: str,
    *,
    by: Membership,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> bool:
    """Whether there was anything to note."""
    name = term.membership.display_name
    return record(by, act, what=name, about=term.pk, before=before, after=after) is not None


def _tell(term: Term, what: str, *, by: Membership) -> None:
    tell(AmbassadorNews, [term.membership_id], about_term(term, what, by=by))

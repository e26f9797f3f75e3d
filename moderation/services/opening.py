"""Cases begin here, and end here when their text is taken back or their person leaves."""

from __future__ import annotations

import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from communities.content.models import PendingEdit, Post
from communities.content.showing.reading import follower_count
from communities.models import Membership
from communities.people.queries import profile_of
from moderation import weighing
from moderation.journal import record
from moderation.models import Case, Decision

_Kind, _State = Case.Kind, Case.State


@transaction.atomic
def open_case(
    post: Post,
    *,
    kind: str,
    severity: int = 1,
    reasons: list[str] | None = None,
    edit: PendingEdit | None = None,
    at: datetime.datetime | None = None,
) -> Case:
    """The open case of this kind about a text, made where there is none. One text has one of each kind; two who
    open it at once get the same. `at` dates it back, for what was seen before."""
    found = _open(post, kind)
    if found is not None:
        return _renewed(found, edit=edit, reasons=reasons or [])
    try:
        with transaction.atomic():
            return _create(post, kind=kind, severity=severity, reasons=reasons or [], edit=edit, at=at)
    except IntegrityError:
        again = _open(post, kind)
        if again is None:
            raise
        return again


def _open(post: Post, kind: str) -> Case | None:
    # A text that is to be read anyway is the same work when somebody reports it.
    kinds: list[str] = [_Kind.REPORT, _Kind.LOOK] if kind in (_Kind.REPORT, _Kind.LOOK) else [kind]
    case: Case | None = Case.objects.open().about(post).filter(kind__in=kinds).first()
    return case


def _create(
    post: Post,
    *,
    kind: str,
    severity: int,
    reasons: list[str],
    edit: PendingEdit | None,
    at: datetime.datetime | None,
) -> Case:
    opened = at or timezone.now()
    reach = follower_count(post.thread)
    left_up = (Decision.Act.APPROVE, Decision.Act.RESTORE)
    judged = Decision.objects.filter(case__post=post, act__in=left_up, revision=post.revision_count)
    factor = 2 if kind == _Kind.REPORT and judged.exists() else 1
    case: Case = Case.objects.create(
        kind=kind,
        post=post,
        edit=edit,
        space_id=post.thread.space_id,
        author_id=post.author_id,
        title=post.thread.title,
        reasons=reasons,
        severity=severity,
        reach=reach,
        threshold=weighing.THRESHOLD * factor,
        opened_at=opened,
        due_at=weighing.due_at(opened, severity, is_held=kind in (_Kind.HELD, _Kind.EDIT)),
        rank_at=weighing.rank_at(opened, severity, reach),
    )
    record(
        "open_case",
        by=None,
        case=case,
        subject=str(post.public_id),
        after=_State.OPEN,
        at=at,
        kind=kind,
        reasons=reasons,
    )
    return case


@transaction.atomic
def open_person_case(person: Membership, *, severity: int, at: datetime.datetime) -> Case:
    """The open case about a member's page, with the page as it is now; made where there is none."""
    open_cases = Case.objects.open().about_person(person)
    found: Case | None = open_cases.first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            case: Case = Case.objects.create(
                kind=_Kind.REPORT,
                person=person,
                author=person,
                title=person.display_name,
                snapshot=profile_of(person),
                severity=severity,
                opened_at=at,
                due_at=weighing.due_at(at, severity),
                rank_at=weighing.rank_at(at, severity, 0),
            )
            record("open_case", by=None, case=case, subject=person.handle, after=_State.OPEN, at=at)
            return case
    except IntegrityError:
        again: Case | None = open_cases.all().first()
        if again is None:
            raise
        return again


def _renewed(case: Case, *, edit: PendingEdit | None, reasons: list[str]) -> Case:
    """A newer change takes the place of the one that waited; who had the case open is told (the version grows)."""
    if edit is None or case.edit_id == edit.pk:
        return case
    case = Case.objects.locked().get(pk=case.pk)
    case.edit, case.reasons, case.version = edit, reasons, case.version + 1
    case.save(update_fields=["edit", "reasons", "version"])
    return case


@transaction.atomic
def withdraw_cases(post: Post, *, kinds: list[str] | None = None) -> int:
    """Close what is open about a text that its author took back; how many cases that was."""
    cases = Case.objects.locked().open().about(post)
    closed = 0
    for case in cases.filter(kind__in=kinds) if kinds else cases:
        if case.edit is not None and case.edit.state == PendingEdit.State.APPROVED:
            continue
        _withdraw(case)
        closed += 1
    return closed


@transaction.atomic
def forget_person(person: Membership) -> None:
    """Who leaves takes their page along: what is open about it ends, and no case keeps what it said."""
    cases = Case.objects.about_person(person)
    for case in cases.locked().open():
        _withdraw(case)
    cases.update(title=person.display_name, snapshot={})


def _withdraw(case: Case) -> None:
    before = case.state
    case.state, case.outcome, case.resolved_at = _State.RESOLVED, Case.Outcome.WITHDRAWN, timezone.now()
    case.assignee = case.lease_until = None
    case.version += 1
    case.save()
    record("withdraw_case", by=None, case=case, before=before, after=_State.RESOLVED)

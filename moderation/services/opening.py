"""Opening cases, and closing them when their subject is deleted or its owner leaves."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from communities.models import Membership
from members.personal import Leaver
from moderation import weighing
from moderation.journal import record
from moderation.models import Case, Decision
from moderation.subjects.base import Subject, subject_about

_Kind, _State = Case.Kind, Case.State


@transaction.atomic
def open_case(
    thing: Any,
    *,
    kind: str,
    severity: int = 1,
    reasons: list[str] | None = None,
    at: datetime.datetime | None = None,
    **columns: Any,
) -> Case:
    """The open case of this kind about a text, a page, whatever has a subject; made where there is none.

    One thing has one of each kind; two who open it at once get the same. `at` dates it back, for what was seen
    before; `columns` are further ones that its subject has (of a text: `edit`, the change that waits).
    """
    found = _open(thing, kind)
    if found is not None:
        return _renewed(found, columns, reasons or [])
    try:
        with transaction.atomic():
            return _create(thing, kind=kind, severity=severity, reasons=reasons or [], at=at, columns=columns)
    except IntegrityError:
        again = _open(thing, kind)
        if again is None:
            raise
        return again


def _open(thing: Any, kind: str) -> Case | None:
    # What is to be read anyway is the same work when somebody reports it.
    kinds: list[str] = [_Kind.REPORT, _Kind.LOOK] if kind in (_Kind.REPORT, _Kind.LOOK) else [kind]
    case: Case | None = Case.objects.open().about(thing).filter(kind__in=kinds).first()
    return case


def _create(
    thing: Any,
    *,
    kind: str,
    severity: int,
    reasons: list[str],
    at: datetime.datetime | None,
    columns: dict[str, Any],
) -> Case:
    subject = subject_about(thing)
    opened = at or timezone.now()
    reach = subject.reach_of(thing)
    case: Case = Case.objects.create(
        kind=kind,
        subject=subject.name,
        # Of a change, whoever made it: a text may be edited by others than its author.
        author=_writer_of(columns) or subject.author_of(thing),
        title=subject.title_of(thing),
        snapshot=subject.snapshot_of(thing),
        reasons=reasons,
        severity=severity,
        reach=reach,
        threshold=_threshold(subject, thing, kind),
        opened_at=opened,
        due_at=weighing.due_at(opened, severity, is_held=kind in (_Kind.HELD, _Kind.EDIT)),
        rank_at=weighing.rank_at(opened, severity, reach),
        **subject.columns(thing),
        **columns,
    )
    named = subject.key_of(thing)
    record(
        "open_case", by=None, case=case, subject=named, after=_State.OPEN, at=at, kind=kind, reasons=reasons
    )
    return case


def _writer_of(columns: dict[str, Any]) -> Membership | None:
    edit = columns.get("edit")
    writer: Membership | None = edit.editor if edit is not None else None
    return writer


def _threshold(subject: Subject[Any], thing: Any, kind: str) -> float:
    """What a moderator has once left up needs twice the weight before a rule hides it."""
    if not subject.hides_by_rule or kind != _Kind.REPORT:
        return weighing.THRESHOLD
    judged = Decision.objects.about(thing).leaving_up().filter(revision=subject.revision_of(thing))
    return weighing.THRESHOLD * (2 if judged.exists() else 1)


def _renewed(case: Case, columns: dict[str, Any], reasons: list[str]) -> Case:
    """A newer change replaces the one that waited; moderators with the case open are told (the version grows)."""
    if all(getattr(case, name) == value for name, value in columns.items()):
        return case
    case = Case.objects.locked().get(pk=case.pk)
    case.reasons, case.version = reasons, case.version + 1
    case.author = _writer_of(columns) or case.author
    for name, value in columns.items():
        setattr(case, name, value)
    case.save(update_fields=[*columns, "author", "reasons", "version"])
    return case


@transaction.atomic
def withdraw_cases(thing: Any, *, kinds: list[str] | None = None) -> int:
    """Close the open cases about something that its author deleted; how many there were."""
    subject = subject_about(thing)
    cases = Case.objects.locked().open().about(thing)
    closed = 0
    for case in cases.filter(kind__in=kinds) if kinds else cases:
        if subject.may_withdraw(case):
            _withdraw(case)
            closed += 1
    return closed


@transaction.atomic
def forget_thing(thing: Any) -> None:
    """Close the open cases about it and erase what cases keep of it, because its owner leaves."""
    cases = Case.objects.about(thing)
    for case in cases.locked().open():
        _withdraw(case)
    cases.update(title=subject_about(thing).title_of(thing), snapshot={})


def forget_words(leaver: Leaver, at_most: int) -> int:
    """The way of `moderation.Case.author`: what cases keep of words under a text goes with the words of that text."""
    own = Q(author=leaver.membership_id) | Q(post__author=leaver.membership_id)
    found = (
        Case.objects.filter(own).exclude(snapshot={}).order_by("pk").values_list("pk", flat=True)[:at_most]
    )
    return int(Case.objects.filter(pk__in=list(found)).update(snapshot={}))


def _withdraw(case: Case) -> None:
    before = case.state
    case.state, case.outcome, case.resolved_at = _State.RESOLVED, Case.Outcome.WITHDRAWN, timezone.now()
    case.assignee = case.lease_until = None
    case.version += 1
    case.save()
    record("withdraw_case", by=None, case=case, before=before, after=_State.RESOLVED)

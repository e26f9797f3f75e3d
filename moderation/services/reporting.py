"""Reports: what is counted, and when a rule hides what was reported until a person has read it."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from communities.content.models import State
from communities.models import Membership
from communities.queries import hold_member
from moderation import weighing
from moderation.exceptions import CannotReport
from moderation.journal import record
from moderation.models import Case, Decision, Report
from moderation.notices import answer_notifier, tell_of_decision
from moderation.services.opening import open_case
from moderation.services.statements import make_decision
from moderation.subjects.base import Subject, subject_about, subject_of
from moderation.subjects.registry import reference_to


@dataclass(frozen=True)
class Notifier:
    """Somebody who gives notice of illegal content without an account; both fields are empty for danger to a child."""

    name: str = ""
    email: str = ""


@transaction.atomic
def report_thing(
    thing: Any,
    *,
    by: Membership | None,
    category: str,
    text: str = "",
    is_notice: bool = False,
    notifier: Notifier | None = None,
    at: datetime.datetime | None = None,
) -> Report:
    """Report a text, a profile, anything that has a subject. The same person about the same case twice is
    one report (the first).

    `at` dates it back, for what was said before. At the threshold a rule hides what it may hide, once, whatever the
    number of people who press at that moment. Raises CannotReport, NotAllowed for who has left meanwhile.
    """
    if by is not None:
        hold_member(by)
    subject = subject_about(thing)
    if subject.locks_first:
        # So that nobody leaves meanwhile and is kept by what others said of them.
        thing = subject.lock(thing.pk)
    if thing is None or not subject.can_report(by, thing):
        raise CannotReport
    severity = weighing.severity_of(category, is_notice=is_notice)
    moment = at or timezone.now()
    case = _locked_case(lambda: open_case(thing, kind=Case.Kind.REPORT, severity=severity, at=moment))
    said = _Said(category, text, is_notice, notifier or Notifier(), moment)
    return _add_report(case, subject, thing, said, by=by)


# For callers who say in words what they hold.
report_post = report_member = report_thing


@dataclass(frozen=True)
class _Said:
    category: str
    text: str
    is_notice: bool
    notifier: Notifier
    at: datetime.datetime


def _add_report(
    case: Case, subject: Subject[Any], thing: Any, said: _Said, *, by: Membership | None
) -> Report:
    """Add a report to a locked case, once per person; what was reported is kept whoever says so."""
    _keep_words(case, subject, thing)
    known = _known_report(case, by, said.notifier)
    if known is not None:
        return known
    revision = subject.revision_of(thing)
    report: Report = Report.objects.create(
        case=case,
        reporter=by,
        notifier_name=said.notifier.name,
        notifier_email=said.notifier.email,
        category=said.category,
        text=said.text,
        is_notice=said.is_notice,
        weight=0.0 if _was_answered(by, thing, revision) else weighing.weight_of(by),
        revision=revision,
        created_at=said.at,
    )
    _weigh(case, weighing.severity_of(said.category, is_notice=said.is_notice), at=said.at)
    answer_notifier(report)
    record(
        subject.reports_as,
        by=by,
        case=case,
        subject=subject.key_of(thing),
        at=said.at,
        category=said.category,
        notice=said.is_notice,
    )
    return report


def _keep_words(case: Case, subject: Subject[Any], thing: Any) -> None:
    """What was reworded since the case was opened, and may be once more before anybody reads it."""
    kept = subject.kept_again(case, thing)
    if kept != case.snapshot:
        case.snapshot = kept
        case.save(update_fields=["snapshot"])


def _known_report(case: Case, by: Membership | None, said_by: Notifier) -> Report | None:
    """What this person said about the case before; an address without an account is one person, whose mailbox
    nobody fills by typing it again."""
    said: Report | None = None
    if by is not None:
        said = case.reports.filter(reporter=by).first()
    elif said_by.email:
        said = case.reports.filter(reporter=None, notifier_email__iexact=said_by.email).first()
    return said


def _was_answered(by: Membership | None, thing: Any, revision: int) -> bool:
    """Whether this person has reported these very words before, and they were left up: saying it again weighs
    nothing."""
    if by is None:
        return False
    same = Report.objects.filter(reference_to(thing, "case__"), revision=revision, reporter=by)
    return same.filter(case__outcome__in=(Case.Outcome.APPROVED, Case.Outcome.RESTORED)).exists()


def _locked_case(opened: Callable[[], Case]) -> Case:
    """The open case, with its row locked; a case decided in between is followed by a new one."""
    for _attempt in range(3):
        case: Case = Case.objects.locked().get(pk=opened().pk)
        if case.is_open:
            return case
    raise CannotReport


def _weigh(case: Case, severity: int, *, at: datetime.datetime) -> None:
    """Count again under the lock, move the case in the queue, hide what it is about where the threshold is passed."""
    reports = list(case.reports.select_related("reporter"))
    case.kind = Case.Kind.REPORT
    case.report_count = len(reports)
    case.weight = weighing.together(reports)
    if severity > case.severity or case.report_count == 1:
        case.severity = max(severity, case.severity)
        case.due_at = min(case.due_at, weighing.due_at(at, case.severity))
    case.rank_at = weighing.rank_at(case.opened_at, case.severity, case.reach)
    if case.hidden_by_rule_at is None and _passes(case, reports):
        _hide_by_rule(case, at=at)
    case.save()


def _passes(case: Case, reports: list[Report]) -> bool:
    if not subject_of(case).hides_by_rule or (case.author is not None and case.author.is_staff):
        return False
    if weighing.is_coordinated(reports):
        return False
    return weighing.hides(
        weight=case.weight,
        people=len({report.reporter_id for report in reports if report.weight}),
        threshold=case.threshold,
        critical_weight=weighing.together(
            report for report in reports if report.category in weighing.CRITICAL
        ),
    )


def _hide_by_rule(case: Case, *, at: datetime.datetime) -> None:
    subject = subject_of(case)
    thing = subject.thing_of(case)
    if thing is None or not subject.hide_by_rule(thing):
        return
    case.hidden_by_rule_at = at
    case.version += 1
    decision = make_decision(
        case,
        subject.locked(case),
        act=Decision.Act.HIDE,
        by=None,
        detection=Decision.Detection.REPORTS,
        at=at,
    )
    record(
        subject.hides_as,
        by=None,
        case=case,
        before=State.PUBLISHED,
        after=State.HIDDEN,
        at=at,
        weight=case.weight,
    )
    tell_of_decision(decision)

"""Reports: what is counted, and when a rule hides a text until a person has read it."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from communities.content.models import Post, State
from communities.content.services import withdraw_post
from communities.content.services.judging import locked
from communities.models import Membership
from communities.people.queries import profile_mark
from communities.people.services import locked_member
from moderation import weighing
from moderation.exceptions import CannotReport
from moderation.journal import record
from moderation.models import Case, Decision, Report
from moderation.notices import answer_notifier, tell_of_decision
from moderation.permissions import can_report_content, can_report_member
from moderation.services.opening import open_case, open_person_case
from moderation.services.statements import make_decision


@dataclass(frozen=True)
class Notifier:
    """Who gives notice of illegal content without an account; both are empty for danger to a child."""

    name: str = ""
    email: str = ""


@transaction.atomic
def report_post(
    post: Post,
    *,
    by: Membership | None,
    category: str,
    text: str = "",
    is_notice: bool = False,
    notifier: Notifier | None = None,
    at: datetime.datetime | None = None,
) -> Report:
    """Say what is wrong with a text. The same person about the same case twice is one report (the first).

    `at` dates it back, for what was said before. At the threshold a rule hides the text, once, whatever the number
    of people who press at that moment. Raises CannotReport.
    """
    if not can_report_content(by, post):
        raise CannotReport
    severity = weighing.severity_of(category, is_notice=is_notice)
    moment = at or timezone.now()
    case = _locked_case(lambda: open_case(post, kind=Case.Kind.REPORT, severity=severity, at=moment))
    said = _Said(category, text, is_notice, notifier or Notifier(), moment)
    again = _was_answered(by, Q(case__post=post, revision=post.revision_count))
    record_as = ("report_post", str(post.public_id))
    return _add_report(case, said, by=by, again=again, revision=post.revision_count, record_as=record_as)


@transaction.atomic
def report_member(
    person: Membership,
    *,
    by: Membership | None,
    category: str,
    text: str = "",
    is_notice: bool = False,
    notifier: Notifier | None = None,
    at: datetime.datetime | None = None,
) -> Report:
    """The same of what a member's page says. No rule takes a page away: a person reads it. Raises CannotReport."""
    # Locked, so that nobody leaves meanwhile and is kept by what others said of them.
    person = locked_member(person.pk)
    if not can_report_member(by, person):
        raise CannotReport
    severity = weighing.severity_of(category, is_notice=is_notice)
    moment = at or timezone.now()
    case = _locked_case(lambda: open_person_case(person, severity=severity, at=moment))
    said = _Said(category, text, is_notice, notifier or Notifier(), moment)
    mark = profile_mark(person)
    again = _was_answered(by, Q(case__author=person, case__person=person, revision=mark))
    record_as = ("report_member", person.handle)
    return _add_report(case, said, by=by, again=again, revision=mark, record_as=record_as)


@dataclass(frozen=True)
class _Said:
    category: str
    text: str
    is_notice: bool
    notifier: Notifier
    at: datetime.datetime


def _add_report(
    case: Case, said: _Said, *, by: Membership | None, again: bool, revision: int, record_as: tuple[str, str]
) -> Report:
    """Into a locked case, once for each person."""
    known = _known_report(case, by, said.notifier)
    if known is not None:
        return known
    report: Report = Report.objects.create(
        case=case,
        reporter=by,
        notifier_name=said.notifier.name,
        notifier_email=said.notifier.email,
        category=said.category,
        text=said.text,
        is_notice=said.is_notice,
        weight=0.0 if again else weighing.weight_of(by),
        revision=revision,
        created_at=said.at,
    )
    _weigh(case, weighing.severity_of(said.category, is_notice=said.is_notice), at=said.at)
    answer_notifier(report)
    act, subject = record_as
    record(act, by=by, case=case, subject=subject, at=said.at, category=said.category, notice=said.is_notice)
    return report


def _known_report(case: Case, by: Membership | None, said_by: Notifier) -> Report | None:
    """What this person said about the case before; an address without an account is one person, whose mailbox
    nobody fills by typing it again."""
    said: Report | None = None
    if by is not None:
        said = case.reports.filter(reporter=by).first()
    elif said_by.email:
        said = case.reports.filter(reporter=None, notifier_email__iexact=said_by.email).first()
    return said


def _was_answered(by: Membership | None, same: Q) -> bool:
    """Whether this person has reported these very words before, and they were left up: saying it again weighs
    nothing."""
    left_up = (Case.Outcome.APPROVED, Case.Outcome.RESTORED)
    return by is not None and Report.objects.filter(same, reporter=by, case__outcome__in=left_up).exists()


def _locked_case(opened: Callable[[], Case]) -> Case:
    """The open case, with its row locked; a case decided in between is followed by a new one."""
    for _attempt in range(3):
        case: Case = Case.objects.locked().get(pk=opened().pk)
        if case.is_open:
            return case
    raise CannotReport


def _weigh(case: Case, severity: int, *, at: datetime.datetime) -> None:
    """Count again under the lock, move the case in the queue, hide the text where the threshold is passed."""
    reports = list(case.reports.all())
    case.kind = Case.Kind.REPORT
    case.report_count = len(reports)
    case.weight = sum(report.weight for report in reports)
    if severity > case.severity or case.report_count == 1:
        case.severity = max(severity, case.severity)
        case.due_at = min(case.due_at, weighing.due_at(at, case.severity))
    case.rank_at = weighing.rank_at(case.opened_at, case.severity, case.reach)
    if case.hidden_by_rule_at is None and _passes(case, reports):
        _hide_by_rule(case, at=at)
    case.save()


def _passes(case: Case, reports: list[Report]) -> bool:
    if case.person_id is not None or (case.author is not None and case.author.is_staff):
        return False
    return weighing.hides(
        weight=case.weight,
        people=len({report.reporter_id for report in reports if report.weight}),
        threshold=case.threshold,
        critical_weight=sum(report.weight for report in reports if report.category in weighing.CRITICAL),
    )


def _hide_by_rule(case: Case, *, at: datetime.datetime) -> None:
    if case.post is None or not withdraw_post(case.post, to=State.HIDDEN, by=None):
        return
    case.hidden_by_rule_at = at
    case.version += 1
    decision = make_decision(
        case,
        post=locked(case.post),
        act=Decision.Act.HIDE,
        by=None,
        detection=Decision.Detection.REPORTS,
        at=at,
    )
    record(
        "hide_post",
        by=None,
        case=case,
        before=State.PUBLISHED,
        after=State.HIDDEN,
        at=at,
        weight=case.weight,
    )
    tell_of_decision(decision)

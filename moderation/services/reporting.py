"""Reports: what is counted, and when a rule hides a text until a person has read it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from communities.content.models import Post, State
from communities.content.services import withdraw_post
from communities.content.services.judging import locked
from communities.models import Membership
from moderation import weighing
from moderation.exceptions import CannotReport
from moderation.journal import record
from moderation.models import Case, Decision, Report
from moderation.notices import answer_notifier, tell_of_decision
from moderation.permissions import can_report_content
from moderation.services.opening import open_case
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
    case = _locked_case(post, severity, at=moment)
    known = case.reports.filter(reporter=by).first() if by is not None else None
    if known is not None:
        return known
    said_by = notifier or Notifier()
    report = Report.objects.create(
        case=case,
        reporter=by,
        notifier_name=said_by.name,
        notifier_email=said_by.email,
        category=category,
        text=text,
        is_notice=is_notice,
        weight=0.0 if _was_answered(by, post) else weighing.weight_of(by),
        revision=post.revision_count,
        created_at=moment,
    )
    _weigh(case, severity, at=moment)
    answer_notifier(report)
    record(
        "report_post",
        by=by,
        case=case,
        subject=str(post.public_id),
        at=moment,
        category=category,
        notice=is_notice,
    )
    return report


def _was_answered(by: Membership | None, post: Post) -> bool:
    """Whether this person has reported this very text before, and it was left up: saying it again hides nothing."""
    left_up = (Case.Outcome.APPROVED, Case.Outcome.RESTORED)
    said = Report.objects.filter(reporter=by, case__post=post, case__outcome__in=left_up)
    return by is not None and said.filter(revision=post.revision_count).exists()


def _locked_case(post: Post, severity: int, *, at: datetime.datetime) -> Case:
    """The open case about the text, with its row locked; a case decided in between is followed by a new one."""
    for _attempt in range(3):
        opened = open_case(post, kind=Case.Kind.REPORT, severity=severity, at=at)
        case: Case = Case.objects.locked().get(pk=opened.pk)
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
    if case.author is not None and case.author.is_staff:
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

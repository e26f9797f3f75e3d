"""Severity, urgency, and distance from the hiding threshold: the queue's numbers, apart from what is done with them."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable

from django.utils import timezone

from communities.models import Membership
from moderation.models import Report

_Category = Report.Category
SEVERITY = {
    _Category.MINORS: 4,
    _Category.THREAT: 4,
    _Category.HATE: 3,
    _Category.PERSONAL_DATA: 3,
    _Category.SAFETY: 3,
    _Category.HARASSMENT: 2,
    _Category.FALSE: 2,
    _Category.SPAM: 1,
    _Category.OFF_TOPIC: 1,
    _Category.OTHER: 1,
}
CRITICAL = frozenset({_Category.MINORS, _Category.THREAT})
NOTICE_SEVERITY = 3
# When a case must be decided, by severity.
DECIDE_WITHIN = {4: 1, 3: 8, 2: 24, 1: 72, 0: 72}  # hours
HELD_WITHIN = 24  # hours: somebody waits for it
# A rule hides at this weight, from this many people; a text that was left up before needs twice as much.
THRESHOLD = 3.0
DISTINCT = 3
CRITICAL_THRESHOLD = 1.0
NEW_ACCOUNT = datetime.timedelta(hours=24)
# Reports of accounts younger than a day weigh this much together at most.
MOST_OF_NEW = 1.5
# More than ten reports in ten minutes by accounts younger than a week: nothing is hidden, a person looks.
YOUNG = datetime.timedelta(days=7)
MANY_TOGETHER = 10
TOGETHER = datetime.timedelta(minutes=10)
HEAD_START = datetime.timedelta(days=7)


def severity_of(category: str, *, is_notice: bool) -> int:
    severity = SEVERITY[_Category(category)]
    return max(severity, NOTICE_SEVERITY) if is_notice else severity


def weight_of(reporter: Membership | None) -> float:
    """What one person's report counts towards hiding. Reports of the team and legal notices do not hide anything:
    both are read by a person. Nor do those of read-only members."""
    if reporter is None or reporter.is_staff or not reporter.can_write:
        return 0.0
    if timezone.now() - reporter.joined_at < NEW_ACCOUNT:
        return 0.25
    weight = 1.0 + min(reporter.trust_level, 4) / 4
    return max(weight, 1.5) if reporter.role == Membership.Role.AMBASSADOR else weight


def together(reports: Iterable[Report]) -> float:
    """What reports count together: new accounts never hide anything among themselves, however many they are."""
    old, new = 0.0, 0.0
    for report in reports:
        if _is_younger(report, NEW_ACCOUNT):
            new += report.weight
        else:
            old += report.weight
    return old + min(new, MOST_OF_NEW)


def is_coordinated(reports: Iterable[Report]) -> bool:
    """Whether so many young accounts reported within so short a time that they may have agreed on it."""
    moments = sorted(report.created_at for report in reports if _is_younger(report, YOUNG))
    return any(
        last - first <= TOGETHER for first, last in zip(moments, moments[MANY_TOGETHER:], strict=False)
    )


def _is_younger(report: Report, age: datetime.timedelta) -> bool:
    """Whether its reporter had joined less than that before they reported."""
    return report.reporter is not None and report.created_at - report.reporter.joined_at < age


def hides(*, weight: float, people: int, threshold: float, critical_weight: float) -> bool:
    """Whether a rule hides the text until a person has read it."""
    critical = CRITICAL_THRESHOLD * threshold / THRESHOLD
    return (weight >= threshold and people >= DISTINCT) or critical_weight >= critical


def due_at(opened_at: datetime.datetime, severity: int, *, is_held: bool = False) -> datetime.datetime:
    hours = min(DECIDE_WITHIN[severity], HELD_WITHIN) if is_held else DECIDE_WITHIN[severity]
    return opened_at + datetime.timedelta(hours=hours)


def rank_at(opened_at: datetime.datetime, severity: int, reach: int) -> datetime.datetime:
    """Where a case stands by harm × reach × age: a head start on its opening, so that an index can hold it."""
    return opened_at - HEAD_START * math.log((severity or 0.5) * math.log(2 + reach) + 1e-9)

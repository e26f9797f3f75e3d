"""The queue: cases first, then their first words, one statement for each subject."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from communities.models import Membership
from moderation.managers import CaseQuerySet
from moderation.models import Case, Report
from moderation.permissions import cases_seen_by
from moderation.presenting import time_left
from moderation.screening import reason_text
from moderation.subjects.base import FirstWords, subject_of, subjects

ROWS = 25
# Nobody reads a figure above this, and counting costs what is counted.
COUNTED = 1_000
_CURSOR = re.compile(r"\A([or])-(\d{1,17})-(\d{1,18})-(\d{1,17})\Z", re.ASCII)
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


@dataclass(frozen=True)
class Row:
    """One case of the queue, with its first words and the reasons for it."""

    case: Case
    words: str
    language: str
    where: str
    reasons: list[str]
    holder: Membership | None
    due: str
    current: bool = False


@dataclass(frozen=True)
class QueuePage:
    rows: list[Row]
    older: str


@dataclass(frozen=True)
class Filters:
    """What the address asks for; anything unknown asks for nothing."""

    kind: str = ""
    space: str = ""
    severity: int | None = None
    mine: bool = False
    decided: bool = False

    @property
    def is_empty(self) -> bool:
        return self == Filters()

    @classmethod
    def read(cls, query: Any) -> Filters:
        severity = query.get("severity", "")
        return cls(
            kind=query.get("kind", "") if query.get("kind") in Case.Kind.values else "",
            space=space if (space := query.get("space", "")[:80]).isprintable() else "",
            severity=int(severity) if severity in ("0", "1", "2", "3", "4") else None,
            mine=query.get("assignee") == "me",
            decided=query.get("state") == "decided",
        )

    def apply(self, cases: CaseQuerySet, by: Membership) -> CaseQuerySet:
        if self.kind:
            cases = cases.filter(kind=self.kind)
        if self.space:
            cases = cases.filter(space__slug=self.space)
        if self.severity is not None:
            cases = cases.filter(severity=self.severity)
        return cases.in_hand_of(by) if self.mine else cases


def queue_page(by: Membership, filters: Filters, cursor: str) -> QueuePage:
    """Twenty-five cases: what is late first, then by harm × reach × age. A cursor keeps the moment that says what
    is late, so that nothing is shown twice or left out while one turns pages."""
    joined = {name for subject in subjects() for name in subject.listed}
    cases = filters.apply(cases_seen_by(by, Case.objects.all()), by).select_related(
        "author", "assignee", "space", *joined
    )
    if filters.decided:
        return _rows(list(cases.resolved()[:ROWS]), "")
    section, at, last_id, now = _place(cursor)
    found: list[Case] = []
    if section == "o":
        late = cases.overdue(now)
        found = list((late.after("due_at", at, last_id) if at else late)[: ROWS + 1])
        at = None
    if len(found) <= ROWS:
        rest = cases.in_time(now)
        found += list((rest.after("rank_at", at, last_id) if at else rest)[: ROWS + 1 - len(found)])
    shown = found[:ROWS]
    return _rows(shown, _cursor(shown[-1], now) if len(found) > ROWS else "")


def _rows(cases: list[Case], older: str) -> QueuePage:
    words = first_words_of(cases)
    categories = _categories([case.pk for case in cases])
    rows = []
    for case in cases:
        said = words.get(case.pk, FirstWords(""))
        reasons = [*categories.get(case.pk, []), *filter(None, map(reason_text, case.reasons))]
        where = str(subject_of(case).place_of(case))
        rows.append(
            Row(case, said.text, said.language, where, reasons, case.holder(), time_left(case.due_at))
        )
    return QueuePage(rows, older)


def first_words_of(cases: list[Case]) -> dict[int, FirstWords]:
    """What each is about, in its first words: one statement for each subject."""
    by_subject: dict[str, list[Case]] = {}
    for case in cases:
        by_subject.setdefault(case.subject, []).append(case)
    found: dict[int, FirstWords] = {}
    for own in by_subject.values():
        found |= subject_of(own[0]).first_words(own)
    return found


def _categories(case_ids: list[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    pairs = Report.objects.filter(case_id__in=case_ids).order_by("case_id", "category")
    for case_id, category in pairs.values_list("case_id", "category").distinct():
        found.setdefault(case_id, []).append(str(Report.Category(category).label).lower())
    return found


def _place(cursor: str) -> tuple[str, datetime.datetime | None, int, datetime.datetime]:
    found = _CURSOR.match(cursor)
    if found is None:
        return "o", None, 0, timezone.now()
    try:
        at, now = (_EPOCH + datetime.timedelta(microseconds=int(found[place])) for place in (2, 4))
    except OverflowError:
        return "o", None, 0, timezone.now()
    return found[1], at, int(found[3]), now


def _cursor(case: Case, now: datetime.datetime) -> str:
    late = case.due_at <= now
    at = case.due_at if late else case.rank_at
    return f"{'o' if late else 'r'}-{_micros(at)}-{case.pk}-{_micros(now)}"


def _micros(moment: datetime.datetime) -> int:
    return (moment - _EPOCH) // datetime.timedelta(microseconds=1)


def open_counts(by: Membership) -> dict[str, int]:
    """How many cases of each kind are open."""
    kinds = (
        cases_seen_by(by, Case.objects.all()).open().order_by("rank_at", "id").values_list("kind", flat=True)
    )
    counts = Counter(kinds[:COUNTED])
    return {**counts, "all": sum(counts.values())}


def next_case(by: Membership, *, but: Case) -> Case | None:
    """The first unclaimed case of the queue: shown next after a decision."""
    cases = cases_seen_by(by, Case.objects.all()).exclude(pk=but.pk).exclude(author=by)
    now = timezone.now()
    for found in (cases.overdue(now), cases.in_time(now)):
        for case in found[:ROWS].select_related("assignee"):
            holder = case.holder()
            if holder is None or holder.pk == by.pk:
                found_case: Case = case
                return found_case
    return None

"""What the pages of moderation show, in few statements: cases first, then their texts by id."""

from __future__ import annotations

import datetime
import re
import statistics
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from communities.content.kinds import kind_of
from communities.content.models import Attachment, Post, Revision
from communities.content.text.differences import Piece, difference
from communities.content.text.extracts import excerpt, plain_text, shorten
from communities.memory import Memory
from communities.models import Membership
from communities.people.queries import profile_of
from moderation.managers import CaseQuerySet
from moderation.models import AuditEvent, Case, Decision, Report, Sanction
from moderation.permissions import can_lift_sanction, cases_seen_by
from moderation.presenting import time_left
from moderation.screening import reason_text
from moderation.services.statements import words_of

ROWS = 25
LINES = 50
BESIDE_LABELS = {
    "title": _("Title"),
    "tags": _("Tags"),
}
PAGE_LABELS = {
    "display_name": _("Name"),
    "handle": _("Handle"),
    "headline": _("In a few words"),
    "place": _("Place"),
    "bio": _("About me"),
}
AROUND = 2
# The usual wait: over this time, of the last so many texts, said when there are so many at least.
MEASURED, MOST_MEASURED, FEWEST_MEASURED = datetime.timedelta(days=28), 50, 5
# Reports whose words are shown, for each category.
REPORTS_SHOWN = 100
# Nobody reads a figure above this, and counting costs what is counted.
COUNTED = 1_000
_CURSOR = re.compile(r"\A([or])-(\d{1,17})-(\d{1,18})-(\d{1,17})\Z", re.ASCII)
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


def _load_usual_wait(community_id: int) -> datetime.timedelta | None:
    waited = (
        Case.objects.filter(community_id=community_id, kind__in=(Case.Kind.HELD, Case.Kind.EDIT))
        .resolved()
        .filter(resolved_at__gte=timezone.now() - MEASURED)
        .exclude(outcome=Case.Outcome.WITHDRAWN)
        .values_list("opened_at", "resolved_at")[:MOST_MEASURED]
    )
    times = [resolved - opened for opened, resolved in waited]
    return statistics.median(times) if len(times) >= FEWEST_MEASURED else None


_usual_waits: Memory[datetime.timedelta | None] = Memory(_load_usual_wait)


def usual_wait(community_id: int) -> datetime.timedelta | None:
    """The median of what the last held texts waited; None where too few were read. Remembered for a second."""
    return _usual_waits.get(community_id)


@dataclass(frozen=True)
class Row:
    """One case of the queue, with its first words and what is held against it."""

    case: Case
    words: str
    language: str
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
    cases = filters.apply(cases_seen_by(by, Case.objects.all()), by).select_related(
        "author", "assignee", "space", "edit"
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
    posts = Post.objects.filter(pk__in=[case.post_id for case in cases if case.post_id]).only(
        "community", "body_html", "language", "state"
    )
    by_id = {post.pk: post for post in posts}
    categories = _categories([case.pk for case in cases])
    rows = []
    for case in cases:
        post = by_id.get(case.post_id or 0)
        reasons = [*categories.get(case.pk, []), *filter(None, map(reason_text, case.reasons))]
        text = case.edit or post
        words = excerpt(text.body_html, 110) if text else shorten(words_of(case.snapshot), 110)
        rows.append(
            Row(case, words, post.language if post else "", reasons, case.holder(), time_left(case.due_at))
        )
    return QueuePage(rows, older)


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


@dataclass(frozen=True)
class Context:
    """The posts around the one that is judged."""

    before: list[Post]
    after: list[Post]


def posts_around(post: Post) -> Context:
    """Two before and two after, in the order of the thread; before a held reply stands the thread's end."""
    placed = Post.objects.filter(thread_id=post.thread_id, state="published").select_related("author")
    if post.position is None:
        return Context(list(reversed(placed.order_by("-position")[:AROUND])), [])
    before = placed.filter(position__lt=post.position).order_by("-position")[:AROUND]
    after = placed.filter(position__gt=post.position).order_by("position")[:AROUND]
    return Context(list(reversed(before)), list(after))


@dataclass(frozen=True)
class Record:
    """What is known of an author: enough to judge by, nothing more."""

    published: int
    withdrawn: int
    warnings: int
    sanctions: list[Sanction]
    others: list[Case]


def record_of(person: Membership, *, by: Membership, but: Case) -> Record:
    """`by` looks at it: what they may end early is marked."""
    own = Post.objects.by(person.pk)
    sanctions = list(
        Sanction.objects.filter(membership=person).select_related("decision").order_by("-id")[:5]
    )
    for sanction in sanctions:
        sanction.may_lift = sanction.is_running and can_lift_sanction(by, person, sanction)
    return Record(
        published=own.filter(state="published").count(),
        withdrawn=own.filter(state__in=("hidden", "removed")).count(),
        warnings=sum(one.kind == Sanction.Kind.WARNING and one.lifted_at is None for one in sanctions),
        sanctions=sanctions,
        others=list(Case.objects.of_author(person).exclude(pk=but.pk).order_by("-id")[:3]),
    )


def changes_to_judge(case: Case, post: Post) -> list[Piece]:
    """What a held change would change; else what the author changed since the text was first there."""
    if case.kind == Case.Kind.EDIT and case.edit is not None:
        return difference(plain_text(post.body_html), plain_text(case.edit.body_html))
    last = Revision.objects.filter(post=post).order_by("-number").first() if post.edited_at else None
    return difference(plain_text(last.body_html), plain_text(post.body_html)) if last else []


@dataclass(frozen=True)
class Beside:
    """Something readers see beside a text: what it says, and what a held change would make of it."""

    label: str
    text: str
    proposed: str = ""
    changes: bool = False


def words_beside(case: Case, post: Post) -> list[Beside]:
    """Title, tags, and what a thread says of itself, where the case is about the text that opens it."""
    if not post.is_body and post.thread.last_position:
        return []
    thread, change = post.thread, case.edit.beside if case.kind == Case.Kind.EDIT and case.edit else {}
    kind = kind_of(thread)
    labels = {**BESIDE_LABELS, **kind.beside_labels}
    new = {"title": change.get("title"), **change.get("about", {})}
    if "tags" in change:
        new["tags"] = ", ".join(change["tags"])
    now = {
        "title": thread.title,
        "tags": ", ".join(thread.tags.order_by("name").values_list("name", flat=True)),
    }
    now |= kind.words_beside(thread)
    shown = [
        Beside(
            str(label),
            now.get(name, ""),
            new.get(name) or "",
            name in change or name in change.get("about", {}),
        )
        for name, label in labels.items()
    ]
    # The page's own heading is the title.
    return [one for one in shown if one.changes or (one.text and one.label != str(BESIDE_LABELS["title"]))]


def new_cover(case: Case) -> Attachment | None:
    """The picture that a held change would put above an article."""
    cover_id = case.edit.beside.get("about", {}).get("cover_id") if case.edit else None
    found: Attachment | None = Attachment.objects.filter(pk=cover_id).first() if cover_id else None
    return found


@dataclass(frozen=True)
class ProfileLine:
    """One thing that a page says: when it was reported, and now."""

    label: str
    then: str
    now: str

    @property
    def changed(self) -> bool:
        return self.then != self.now


def profile_lines(case: Case) -> list[ProfileLine]:
    """What a reported page said and says; what it never said is left out."""
    then, now = case.snapshot, profile_of(case.person) if case.person else {}
    lines = [
        ProfileLine(str(label), then.get(name, ""), now.get(name, "")) for name, label in PAGE_LABELS.items()
    ]
    before, after = then.get("fields", {}), now.get("fields", {})
    for label in dict.fromkeys([*before, *after]):
        lines.append(ProfileLine(capfirst(label), _field(before.get(label)), _field(after.get(label))))
    return [line for line in lines if line.then or line.now]


def _field(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value or "")


@dataclass(frozen=True)
class Said:
    """The reports of one category: the first ones in words, and how many there are."""

    label: str
    reports: list[Report]
    total: int


def reports_of(case: Case) -> list[Said]:
    """The first hundred, by category: a text that thousands report is judged by no more of their words."""
    grouped: dict[str, list[Report]] = {}
    found = list(case.reports.select_related("reporter").order_by("created_at", "id")[: REPORTS_SHOWN + 1])
    for report in found[:REPORTS_SHOWN]:
        grouped.setdefault(report.category, []).append(report)
    counts = {name: len(rows) for name, rows in grouped.items()}
    if len(found) > REPORTS_SHOWN:
        counts = dict(case.reports.order_by("category").values_list("category").annotate(n=Count("id")))
    return [
        Said(str(Report.Category(name).label), grouped.get(name, []), total) for name, total in counts.items()
    ]


def events_of(case: Case) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(case=case).select_related("actor", "case").order_by("-id")[:20])


def journal_page(before: int | None) -> tuple[list[AuditEvent], int | None]:
    """Fifty lines, the newest first, and where the next ones begin."""
    events = AuditEvent.objects.select_related("actor", "case").order_by("-id")
    found = list((events.filter(pk__lt=before) if before else events)[: LINES + 1])
    return found[:LINES], found[LINES - 1].pk if len(found) > LINES else None


def decisions_of(case: Case) -> list[Decision]:
    return list(case.decisions.select_related("actor").newest()[:10])


def next_case(by: Membership, *, but: Case) -> Case | None:
    """The first of the queue that is nobody's: where one goes after a decision."""
    cases = cases_seen_by(by, Case.objects.all()).exclude(pk=but.pk).exclude(author=by)
    now = timezone.now()
    for found in (cases.overdue(now), cases.in_time(now)):
        for case in found[:ROWS].select_related("assignee"):
            holder = case.holder()
            if holder is None or holder.pk == by.pk:
                found_case: Case = case
                return found_case
    return None

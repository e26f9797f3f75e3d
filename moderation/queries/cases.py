"""One case: what was said against it, what was decided, and what is known of its author."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from communities.models import Membership
from moderation.models import Case, Decision, Report, Sanction
from moderation.permissions import can_lift_sanction, cases_seen_by
from moderation.subjects.base import subjects

# Reports whose words are shown, for each category.
REPORTS_SHOWN = 100


@dataclass(frozen=True)
class AuthorHistory:
    """What is known of an author: enough to judge by, nothing more."""

    published: int
    withdrawn: int
    warnings: int
    sanctions: list[Sanction]
    others: list[Case]


def author_history(person: Membership, *, by: Membership, but: Case) -> AuthorHistory:
    """`by` is the moderator: sanctions that they may end early are marked."""
    counts = [subject.count_of(person) for subject in subjects()]
    sanctions = list(
        Sanction.objects.filter(membership=person).select_related("decision").order_by("-id")[:5]
    )
    for sanction in sanctions:
        sanction.may_lift = sanction.is_running and can_lift_sanction(by, person, sanction)
    return AuthorHistory(
        published=sum(one.published for one in counts),
        withdrawn=sum(one.withdrawn for one in counts),
        warnings=sum(one.kind == Sanction.Kind.WARNING and one.lifted_at is None for one in sanctions),
        sanctions=sanctions,
        others=list(cases_seen_by(by, Case.objects.of_author(person)).exclude(pk=but.pk).order_by("-id")[:3]),
    )


@dataclass(frozen=True)
class ReportGroup:
    """The reports of one category: the first ones in words, and how many there are."""

    label: str
    reports: list[Report]
    total: int


def reports_of(case: Case) -> list[ReportGroup]:
    """The first hundred, by category: for a text that thousands report, no more of their words are shown."""
    grouped: dict[str, list[Report]] = {}
    found = list(case.reports.select_related("reporter").order_by("created_at", "id")[: REPORTS_SHOWN + 1])
    for report in found[:REPORTS_SHOWN]:
        grouped.setdefault(report.category, []).append(report)
    counts = {name: len(rows) for name, rows in grouped.items()}
    if len(found) > REPORTS_SHOWN:
        counts = dict(case.reports.order_by("category").values_list("category").annotate(n=Count("id")))
    return [
        ReportGroup(str(Report.Category(name).label), grouped.get(name, []), total)
        for name, total in counts.items()
    ]


def decisions_of(case: Case) -> list[Decision]:
    return list(case.decisions.select_related("actor").newest()[:10])

"""Two memberships of one person become one: reports, cases and measures move; decisions cannot be changed, and are
found through the emptied membership."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, Sum

from communities.models import Membership
from members.personal import register_merger, stays
from moderation.models import Case, Report
from moderation.services.opening import forget_thing
from moderation.services.sanctioning import settle_measures


def register_mergers() -> None:
    for name in ("Decision.concerned", "Decision.actor", "AuditEvent.actor", "Case.person"):
        register_merger(f"moderation.{name}", stays)
    register_merger("moderation.Case.author", move_cases)
    register_merger("moderation.Report.reporter", move_reports)


def move_cases(kept: int, gone: int) -> None:
    """Those about texts; one about the page of the membership that goes is about nothing any more."""
    Case.objects.filter(author=gone, person__isnull=True).update(author=kept)


def move_reports(kept: int, gone: int) -> None:
    """Who reported one thing twice counts once."""
    twin = Report.objects.filter(reporter=kept, case=OuterRef("case"))
    doubles = Report.objects.filter(Exists(twin), reporter=gone)
    cases = list(doubles.values_list("case_id", flat=True))
    doubles.delete()
    for case in Case.objects.locked().filter(pk__in=cases):
        left = Report.objects.filter(case=case)
        case.report_count = left.count()
        case.weight = left.aggregate(sum=Sum("weight"))["sum"] or 0
        case.save(update_fields=["report_count", "weight"])
    Report.objects.filter(reporter=gone).update(reporter=kept)


def hold_cases(sender: type[Membership], kept: Membership, gone: Membership, **_extra: Any) -> None:
    """Lock the cases that will count one report less, and that about the page of the membership that goes."""
    reported = Report.objects.filter(reporter=gone).values("case")
    Case.objects.filter(Q(pk__in=reported) | Q(person=gone)).hold_now()


def follow_merging(sender: type[Membership], kept: Membership, gone: Membership, **_extra: Any) -> None:
    forget_thing(gone)
    settle_measures(kept)

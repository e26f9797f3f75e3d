"""How long cases take, by the queue’s own journal: from when somebody took one up to when they decided it."""

from __future__ import annotations

import datetime
import statistics
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Subquery

from communities.models import Membership
from moderation.models import AuditEvent, Case

DECIDED, TAKEN_UP = "decide_case", ("claim_case", "take_over_case")
# What is usual: of the last so many decisions within this time, said when there are so many at least.
MEASURED, MOST_MEASURED, FEWEST_MEASURED = datetime.timedelta(days=28), 200, 5
# A page that was left open says nothing; nobody has decided in less than a minute.
LONGEST = datetime.timedelta(minutes=30)
MOST_OF_A_DAY = 100


@dataclass(frozen=True)
class Spent:
    """A case that somebody decided; `minutes` as measured, None where nobody took it up before."""

    case_id: int
    kind: str
    at: datetime.datetime
    minutes: int | None


def decided_by(viewer: Membership, since: datetime.datetime) -> list[Spent]:
    """What somebody has decided since, each case once, with its last decision: one statement."""
    rows = _timed(AuditEvent.objects.filter(actor=viewer, created_at__gte=since))
    return list(
        {one.case_id: one for one in map(_read, rows.order_by("created_at", "id")[:MOST_OF_A_DAY])}.values()
    )


def usual_minutes(now: datetime.datetime, kinds: Collection[str]) -> dict[str, int]:
    """The median for each of these kinds of cases, in the community in scope; kinds with too few decisions are left
    out. One statement."""
    rows = _timed(AuditEvent.objects.filter(actor__isnull=False, created_at__gte=now - MEASURED))
    found: dict[str, list[int]] = {}
    for one in map(_read, rows.order_by("-created_at", "-id")[:MOST_MEASURED]):
        if one.minutes is not None:
            found.setdefault(one.kind, []).append(one.minutes)
    return {
        kind: max(round(statistics.median(minutes)), 1)
        for kind, minutes in found.items()
        if kind in kinds and len(minutes) >= FEWEST_MEASURED
    }


def _timed(events: Any) -> Any:
    taken = AuditEvent.objects.filter(
        case=OuterRef("case"), actor=OuterRef("actor"), act__in=TAKEN_UP, id__lt=OuterRef("id")
    )
    decided = events.filter(act=DECIDED, case__isnull=False)
    began = Subquery(taken.order_by("-id").values("created_at")[:1])
    return decided.annotate(began=began).values_list("case_id", "case__kind", "created_at", "began")


def _read(row: tuple[int, str, datetime.datetime, datetime.datetime | None]) -> Spent:
    case_id, kind, at, began = row
    took = at - began if began is not None else None
    measured = took is not None and took <= LONGEST
    minutes = max(round(took.total_seconds() / 60), 1) if took is not None and measured else None
    return Spent(case_id, "held" if kind == Case.Kind.HELD else "cases", at, minutes)

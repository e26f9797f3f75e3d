from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from django.db import transaction

from analytics.roi.models import Confidence, Cost, LedgerEntry, Side
from analytics.roi.permissions import can_edit_results
from communities.calendar import today
from communities.exceptions import NotAllowed
from communities.models import Community, Membership
from communities.tasks import each_apart


@transaction.atomic
def record_cost(community: Community, *, by: Membership, **fields: Any) -> Cost:
    """Keep a cost and write its ledger lines up to today. Raises NotAllowed."""
    if not can_edit_results(by):
        raise NotAllowed
    cost = Cost.objects.create(author=by, currency=community.currency, **fields)
    _post(cost, _today(community))
    return cost


@transaction.atomic
def remove_cost(cost: Cost, *, by: Membership) -> None:
    """Take a cost and its lines out again. Raises NotAllowed. Closed months keep their figures."""
    if not can_edit_results(by):
        raise NotAllowed
    LedgerEntry.objects.costs().filter(unit_id=f"cost:{cost.pk}").delete()
    cost.delete()


def post_costs(community: Community, until: datetime.date | None = None) -> int:
    """The lines of what repeats, up to a day; how many are new. For the daily task."""
    running = {cost.pk: cost for cost in Cost.objects.running()}
    return each_apart("cost", running, lambda pk: _post(running[pk], until or _today(community)))


def days_of(cost: Cost, until: datetime.date) -> Iterator[datetime.date]:
    """When a cost falls due: its day, or the same day of each month, the last one where a month is too short."""
    if cost.repeats == Cost.Repeats.ONCE:
        yield cost.starts_on
        return
    until = min(until, cost.ends_on) if cost.ends_on else until
    month = 0
    while (day := _months_later(cost.starts_on, month)) <= until:
        yield day
        month += 1


def _post(cost: Cost, until: datetime.date) -> int:
    lines = []
    for seq, day in enumerate(days_of(cost, until)):
        line = LedgerEntry(
            day=day,
            side=Side.COST,
            measure=cost.kind,
            confidence=Confidence.MEASURED,
            unit_id=f"cost:{cost.pk}",
            seq=seq,
            label=cost.label,
            currency=cost.currency,
            community_id=cost.community_id,
        )
        line.set_amounts(cost.amount_minor)
        lines.append(line)
    known = LedgerEntry.objects.costs().filter(unit_id=f"cost:{cost.pk}").count()
    LedgerEntry.objects.bulk_create(lines[known:], ignore_conflicts=True)
    return len(lines) - known


def _months_later(day: datetime.date, months: int) -> datetime.date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = datetime.date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return datetime.date(year, month + 1, min(day.day, (following - datetime.timedelta(days=1)).day))


def _today(community: Community) -> datetime.date:
    return today(community)

from __future__ import annotations

import datetime
from decimal import Decimal

from django.db import transaction

from analytics.roi.models import Count, LedgerEntry, Measure, Rate
from analytics.roi.permissions import can_edit_results
from analytics.roi.services.valuing import RATE_OF, revalue
from communities.exceptions import NotAllowed
from communities.models import Community, Membership


@transaction.atomic
def set_rate(
    community: Community,
    name: str,
    *,
    by: Membership,
    value: Decimal,
    source: str,
    valid_from: datetime.date,
    low: Decimal | None = None,
    high: Decimal | None = None,
    review_on: datetime.date | None = None,
) -> Rate:
    """Add a version of a rate and value what it touches again, from its first day on.

    Raises NotAllowed. Versions before that day, and closed months, stay as they were.
    """
    if not can_edit_results(by):
        raise NotAllowed
    rate = Rate.objects.create(
        name=name,
        value=value,
        low=value if low is None else low,
        high=value if high is None else high,
        source=source,
        author=by,
        valid_from=valid_from,
        review_on=review_on,
    )
    for measure, wanted in RATE_OF.items():
        if wanted == name:
            revalue(community, measure, valid_from)
    return rate


@transaction.atomic
def withdraw_rate(community: Community, rate: Rate, *, by: Membership) -> bool:
    """Take back the newest version of a rate and value what it touched again; False where a newer one stands.

    Raises NotAllowed. Closed months stay as they were.
    """
    if not can_edit_results(by):
        raise NotAllowed
    newest = Rate.objects.of(rate.name).first()
    if newest is None or newest.pk != rate.pk:
        return False
    # Its lines are valued again below; until then they have none.
    LedgerEntry.objects.filter(rate=rate).update(rate=None)
    rate.delete()
    for measure, wanted in RATE_OF.items():
        if wanted == rate.name:
            revalue(community, measure, rate.valid_from)
    return True


@transaction.atomic
def add_counts(
    community: Community,
    measure: str,
    *,
    by: Membership,
    source: str,
    days: dict[datetime.date, int],
    on_top: bool = False,
) -> int:
    """Keep how many there were on each day; a day of the same source is replaced. Raises NotAllowed.

    Days that the community counts itself are not valued again, unless the counts come `on_top`: seen elsewhere.
    """
    if not can_edit_results(by):
        raise NotAllowed
    for day, n in days.items():
        said = {"n": n, "on_top": on_top, "author": by}
        Count.objects.update_or_create(measure=measure, day=day, source=source, defaults=said)
    if days:
        revalue(community, Measure(measure), min(days), max(days))
    return len(days)

"""From counts and rates to ledger lines. A range of days is deleted and written again, so doing it twice is
harmless."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from django.db import transaction
from django.db.models import Min

from analytics.roi.counting import day_counts, visits_worth_more
from analytics.roi.models import Confidence, Evidence, Lead, LedgerEntry, Measure, Order, Rate, Side
from analytics.roi.money import to_minor
from communities.calendar import day_of, moments, today
from communities.models import Community

COUNTED_BY_DAY = (Measure.IMPRESSION, Measure.VISIT, Measure.ANSWER, Measure.CALL)
RATE_OF = {
    Measure.IMPRESSION: Rate.Name.CPM,
    Measure.VISIT: Rate.Name.VISIT,
    Measure.ANSWER: Rate.Name.ANSWER,
    # The same contact, saved to somebody else: one thing has one price.
    Measure.CALL: Rate.Name.ANSWER,
    Measure.LEAD: Rate.Name.LEAD,
    Measure.ORDER: Rate.Name.MARGIN,
}
# How many of the measure the rate speaks of.
PER = {Rate.Name.CPM: 1000, Rate.Name.MARGIN: 100}


class Rates:
    """All versions of the rates in scope, to be asked for one day; one query for any number of lines."""

    def __init__(self) -> None:
        self.versions: dict[str, list[Rate]] = defaultdict(list)
        for rate in Rate.objects.order_by("name", "-valid_from", "-id"):
            self.versions[rate.name].append(rate)

    def on(self, name: str, day: datetime.date) -> Rate | None:
        """The version in force: the latest start, and of the same start the one written last."""
        return next((rate for rate in self.versions[name] if rate.valid_from <= day), None)


@transaction.atomic
def revalue(
    community: Community, measure: str, first: datetime.date | None = None, last: datetime.date | None = None
) -> int:
    """Write the lines of one measure again for these days (all by default); how many lines there are."""
    if measure == Measure.ORDER:
        return revalue_orders(community, first)
    # One writer at a time: two that both take out the old lines would both put in the new ones.
    Community.objects.select_for_update(no_key=True).get(pk=community.pk)
    first = first or _first_day(measure)
    last = last or today(community)
    LedgerEntry.objects.benefits().of_measure(measure).between(first, last).delete()
    make = _lead_lines if measure == Measure.LEAD else _daily_lines
    lines = list(make(community, Measure(measure), first, last, Rates()))
    LedgerEntry.objects.bulk_create(lines, batch_size=500)
    return len(lines)


def revalue_orders(community: Community, first: datetime.date | None = None) -> int:
    """Apply the margin in force on each day again."""
    rates, done = Rates(), 0
    orders = Order.objects.order_by("id")
    if first is not None:
        orders = orders.filter(placed_at__gte=moments(first, first, community)[0])
    batch: list[LedgerEntry] = []
    for order in orders.iterator(chunk_size=500):
        batch.append(line_of(order, community, rates))
        if len(batch) == 500:
            done += upsert(batch)
            batch = []
    return done + upsert(batch)


def unit_of(order: Order) -> str:
    return f"order:{order.source_id}:{order.external_id}"


def line_of(order: Order, community: Community, rates: Rates) -> LedgerEntry:
    """The ledger line of an order: its margin, or all of it where no margin was typed."""
    day = day_of(order.placed_at, community)
    rate = rates.on(Rate.Name.MARGIN, day)
    entry = LedgerEntry(
        day=day,
        side=Side.BENEFIT,
        measure=Measure.ORDER,
        confidence=Confidence.MEASURED,
        evidence=Evidence.ATTRIBUTED if order.matched_by else Evidence.ASSUMED,
        unit_id=unit_of(order),
        label=order.external_id,
        n=0 if order.is_refund else 1,
        gross_minor=order.net_minor,
        currency=order.currency,
        counted=bool(order.matched_by) and order.currency == community.currency,
        rate=rate,
        community_id=order.community_id,
    )
    _set_values(entry, Decimal(order.net_minor), rate, 100)
    return entry


def upsert(lines: list[LedgerEntry]) -> int:
    """Insert lines, or write them over those of the same unit."""
    LedgerEntry.objects.bulk_create(
        lines,
        batch_size=500,
        update_conflicts=True,
        unique_fields=["community", "side", "unit_id", "seq"],
        update_fields=[
            "day", "confidence", "evidence", "label", "n", "gross_minor", "amount_minor", "low_minor",
            "high_minor", "currency", "counted", "rate",
        ],
    )  # fmt: skip
    return len(lines)


def lead_line(lead: Lead, community: Community, rates: Rates) -> LedgerEntry:
    day = day_of(lead.at, community)
    return _valued(community, Measure.LEAD, f"lead:{lead.public_id}", day, 1, rates)


def _daily_lines(
    community: Community, measure: Measure, first: datetime.date, last: datetime.date, rates: Rates
) -> Iterable[LedgerEntry]:
    """A line for each day and counter. A visit that counts as something else is not worth its own price as well."""
    is_visit = measure == Measure.VISIT
    taken = visits_worth_more(community, first, last) if is_visit else {}
    for one in day_counts(community, measure, first, last):
        n = one.n if one.counter else max(one.n - taken.get(one.day, 0), 0)
        unit_id = ":".join(part for part in (measure.value, one.day.isoformat(), one.counter) if part)
        entry = _valued(community, measure, unit_id, one.day, n, rates)
        if one.is_typed:
            entry.confidence = Confidence.ELSEWHERE
        entry.label = one.label[:160]
        yield entry


def _lead_lines(
    community: Community, measure: Measure, first: datetime.date, last: datetime.date, rates: Rates
) -> Iterable[LedgerEntry]:
    start, end = moments(first, last, community)
    for lead in Lead.objects.between(start, end).filter(state=Lead.State.ACCEPTED):
        yield lead_line(lead, community, rates)


def _valued(
    community: Community, measure: Measure, unit_id: str, day: datetime.date, n: int, rates: Rates
) -> LedgerEntry:
    name = RATE_OF[measure]
    rate = rates.on(name, day)
    entry = LedgerEntry(
        day=day,
        side=Side.BENEFIT,
        measure=measure,
        confidence=Confidence.VALUED,
        unit_id=unit_id,
        n=n,
        currency=community.currency,
        rate=rate,
        community_id=community.pk,
    )
    if rate is None:
        entry.set_amounts(0)
    else:
        share = Decimal(n) / PER.get(name, 1)
        entry.set_amounts(
            to_minor(share * rate.value, community.currency),
            low=to_minor(share * rate.low, community.currency),
            high=to_minor(share * rate.high, community.currency),
        )
    return entry


def _set_values(entry: LedgerEntry, amount: Decimal, rate: Rate | None, per: int) -> None:
    """A share in percent of an amount that is in minor units already."""
    if rate is None:
        entry.set_amounts(int(amount))
        return
    low, value, high = (round(amount * share / per) for share in (rate.low, rate.value, rate.high))
    # One value of the rate for all lines: a refund comes off at the same share as its order came in.
    entry.set_amounts(value, low=low, high=high)


def _first_day(measure: str) -> datetime.date:
    found = LedgerEntry.objects.benefits().of_measure(measure).aggregate(first=Min("day"))["first"]
    return min(found or datetime.date.max, datetime.date(2000, 1, 1))

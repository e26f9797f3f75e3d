"""Orders as the ledger has them: rows computed from all that was told about each, and kept level with it."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from analytics.roi.counting import SEARCH_CHANNEL
from analytics.roi.keys import keyed
from analytics.roi.matching import Matcher, follow
from analytics.roi.models import Credit, LedgerEntry, Measure, Order, OrderFacts, OrderSource
from analytics.roi.order_files import OrderRow
from analytics.roi.seams import code_watchers
from analytics.roi.services.valuing import Rates, line_of, revalue, unit_of, upsert
from analytics.roi.shops import own, rows_of, standing_word
from analytics.roi.shops.telling import WHO, Facts, Telling, What, merge, unite
from communities.calendar import day_of
from communities.models import Community

BATCH = 500


@dataclass
class Tally:
    """What storing did; sums are in minor units, by currency, over all rows of the orders that were told of."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    orders: int = 0
    refunds: int = 0
    tests: int = 0
    # Rows that stood and stand no more; refunds whose order is not known yet, or that are in another currency.
    gone: int = 0
    waiting: int = 0
    aside: int = 0
    # Orders whose file says something else than the shop’s own messages.
    disputed: int = 0
    sums: dict[str, int] = field(default_factory=dict)


def store_orders(
    source: OrderSource, rows: Iterable[OrderRow], *, community: Community, at: str = "", over: bool = True
) -> Tally:
    """Keep what the lines of a file say: `at` (ISO, UTC) is when it was said, now by default.

    Orders that the shop’s own messages tell otherwise are taken from the file, or where `over` is False left alone.
    """
    key = at or timezone.now().astimezone(datetime.UTC).isoformat(timespec="microseconds")
    return store_tellings(source, (own.tell(row, key) for row in rows), community=community, over=over)


@transaction.atomic
def store_tellings(
    source: OrderSource, tellings: Iterable[Telling], *, community: Community, over: bool = True
) -> Tally:
    """Keep what was told about orders, and their rows, ledger lines and credits level with it; the same again
    changes nothing, and the order of arrival makes no difference.
    """
    _lock(source)
    tally, keeper = Tally(), _Keeper(source, community, over=over)
    for batch in _batches(tellings):
        keeper.keep(batch, tally)
    if tally.tests:
        OrderSource.objects.filter(pk=source.pk).update(tests=F("tests") + tally.tests)
    if keeper.searched:
        # A visit that led to an order is no longer worth its own price, or is again.
        revalue(community, Measure.VISIT, min(keeper.searched), max(keeper.searched))
    return tally


def _batches(tellings: Iterable[Telling]) -> Iterator[list[Telling]]:
    """What is said of one order in a row stays together, so that its rows are counted once."""
    batch: list[Telling] = []
    for _number, told in groupby(tellings, key=lambda one: one.number):
        batch += told
        if len(batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _lock(source: OrderSource) -> None:
    """One writer for each shop: two messages about one order must not both think it is new.

    Before anything is written that points to the shop: two who already hold a share of its row would wait for
    each other for ever.
    """
    OrderSource.objects.select_for_update(of=("self",)).get(pk=source.pk)


class _Keeper:
    """Works up batches of what was told; remembers the days of visits from search engines that orders are, or were,
    credited to."""

    def __init__(self, source: OrderSource, community: Community, *, over: bool) -> None:
        self.source, self.community, self.over = source, community, over
        self.rates = Rates()
        self.searched: set[datetime.date] = set()

    def keep(self, tellings: list[Telling], tally: Tally) -> None:
        tally.tests += sum(one.what == What.TEST for one in tellings)
        told = [one for one in tellings if one.what != What.TEST]
        before = self._known({one.number for one in told} | {one.id for one in told if one.what == What.SAME})
        told, named = self._renumbered(told, before)
        facts = self._merged(told, named, tally)
        numbers = {one.number for one in told} | {one for one in facts if facts[one] != before.get(one)}
        OrderFacts.objects.bulk_create(
            [
                OrderFacts(community_id=self.community.pk, source=self.source, number=number, facts=known)
                for number, known in facts.items()
                if known != before.get(number)
            ],
            update_conflicts=True,
            unique_fields=["community", "source", "number"],
            update_fields=["facts"],
        )
        self._level(told, facts, numbers, tally)

    def _known(self, numbers: set[str]) -> dict[str, Facts]:
        """What is known under these numbers, and of the orders that they are other names of."""
        found = {one.number: one.facts for one in self.source.facts.filter(number__in=numbers)}
        more = {one["same_as"] for one in found.values() if "same_as" in one} - set(found)
        return found | {one.number: one.facts for one in self.source.facts.filter(number__in=more)}

    def _renumbered(
        self, told: list[Telling], before: dict[str, Facts]
    ) -> tuple[list[Telling], dict[str, Facts]]:
        """Everything under the number of its order; what was known under another name of it goes there."""
        facts = dict(before)
        for one in told:
            if one.what == What.SAME and one.number != one.id:
                known = facts.get(one.number, {})
                if "same_as" not in known:
                    facts[one.id] = unite(facts.get(one.id, {}), known)
                    facts[one.number] = {"same_as": one.id}
        names = {number: known["same_as"] for number, known in facts.items() if "same_as" in known}
        kept = [
            replace(one, number=names.get(one.number, one.number)) for one in told if one.what != What.SAME
        ]
        return kept, facts

    def _merged(self, told: list[Telling], before: dict[str, Facts], tally: Tally) -> dict[str, Facts]:
        facts = dict(before)
        for one in told:
            known = facts.get(one.number, {})
            if one.what == What.FILE and _is_settled(known, one):
                continue
            if one.what == What.FILE and "newest" in known:
                tally.disputed += 1
                if not self.over:
                    continue
            facts[one.number] = merge(known, one)
        return facts

    def _level(self, told: list[Telling], facts: dict[str, Facts], numbers: set[str], tally: Tally) -> None:
        """Make the rows of these orders what the facts say."""
        rows = {
            row.external_id: row
            for number, known in facts.items()
            for row in rows_of(self.source.kind, number, known, self.community.zone)
        }
        self._recognise(rows, told, facts)
        of_these = Q(external_id__in={*rows, *numbers}) | Q(refund_of__in=numbers)
        known_orders = {one.external_id: one for one in self.source.orders.filter(of_these)}
        gone = [
            one
            for number, one in known_orders.items()
            if number not in rows and (one.refund_of in numbers or number in numbers)
        ]
        matcher = Matcher(self.community, self.source, list(rows.values()), known_orders.values())
        codes = {one.code for one in known_orders.values()}
        former = {(_order_of(one, facts), one.kind): one for one in gone}
        changed = list(self._changed(rows, known_orders, former, matcher, tally))
        _count(tally, rows.values(), facts)
        tally.gone += len(gone)
        self._remove(gone)
        self.searched |= _write(changed, matcher, self.community, self.rates)
        if changed or gone:
            _tell_watchers(codes | {one.code for one in changed}, self.community)

    def _recognise(self, rows: dict[str, OrderRow], told: list[Telling], facts: dict[str, Facts]) -> None:
        """By what the newest message says of the buyer, or another where that one says nothing."""
        for one in sorted(told, key=lambda one: one.key):
            row = rows.get(one.number)
            if row is None or not any(one.who.values()):
                continue
            newest = facts[one.number].get("newest", {}).get("key", "")
            if one.key >= newest or one.what == What.FILE or not any(getattr(row, name) for name in WHO):
                for name, value in one.who.items():
                    setattr(row, name, value)

    def _changed(
        self,
        rows: dict[str, OrderRow],
        known: dict[str, Order],
        former: dict[tuple[str, str], Order],
        matcher: Matcher,
        tally: Tally,
    ) -> Iterator[Order]:
        """`former` are the rows that go, by the number that their order has from now on, and their kind."""
        # Sales first: what comes off an order is recognised by whatever its order is.
        moved: set[str] = set()
        for row in sorted(rows.values(), key=lambda row: row.is_refund):
            order = known.get(row.external_id)
            fingerprint = _fingerprint(row)
            was = former.get((row.refund_of or row.external_id, row.kind))
            takes_over = was is not None and not fingerprint and _takes_over(order, was)
            is_same = order is not None and not takes_over and _is_level(order, row, fingerprint)
            if is_same and not (row.refund_of and row.refund_of in moved):
                tally.unchanged += 1
                continue
            tally.changed += order is not None
            tally.new += order is None
            counted, is_new, had = _counted(order, was), order is None, order.fingerprint if order else ""
            order = order or Order(
                source=self.source, external_id=row.external_id, community_id=self.community.pk
            )
            _fill(order, row, fingerprint or had)
            if was is not None and takes_over:
                _take_over(order, was)
            elif is_new or fingerprint or row.refund_of:
                matcher.match(order, row)
            _go_on(order, counted, self.community)
            if not order.is_refund:
                matcher.sales[order.external_id] = order
                moved.add(order.external_id)
            yield order

    def _remove(self, gone: list[Order]) -> None:
        if not gone:
            return
        former = Credit.objects.filter(order__in=[one.pk for one in gone])
        self.searched |= _search_days(list(former), self.community)
        LedgerEntry.objects.benefits().filter(unit_id__in=[unit_of(one) for one in gone]).delete()
        Order.objects.filter(pk__in=[one.pk for one in gone]).delete()


def _order_of(row: Order, facts: dict[str, Facts]) -> str:
    """The number of the order that a row is of: the one that it has by now."""
    number = row.refund_of or row.external_id
    return str(facts.get(number, {}).get("same_as", number))


@dataclass(frozen=True)
class _Counted:
    """A row as it counted for what its buyer had read."""

    buyer: int
    known_at: datetime.datetime
    net_minor: int
    corrections: list[tuple[str, int]]


def _counted(*rows: Order | None) -> list[_Counted]:
    """These rows, as far as they count for what their buyers read."""
    return [
        _Counted(one.membership_id, one.known_at, one.net_minor, [(day, by) for day, by in one.corrections])
        for one in rows
        if one and one.membership_id and (one.net_minor or one.corrections)
    ]


def _go_on(order: Order, counted: list[_Counted], community: Community) -> None:
    """What was told of an article stays what it was: a row whose buyer is found weeks later counts from then on, one
    that gets another number has counted all the time, and what its sum has changed by counts since it did."""
    if order.membership_id is None:
        return
    same = [one for one in counted if one.buyer == order.membership_id]
    if not same:
        order.known_at, order.corrections = timezone.now(), []
        return
    first = min(same, key=lambda one: one.known_at)
    by_day = dict(first.corrections)
    if change := order.net_minor - first.net_minor:
        today = day_of(timezone.now(), community).isoformat()
        by_day[today] = by_day.get(today, 0) + change
    order.known_at, order.corrections = first.known_at, [[day, by] for day, by in by_day.items() if by]


def _takes_over(order: Order | None, former: Order) -> bool:
    """Whether the buyer of a row that goes is that of its order under its other number; what comes off an order follows
    it anyway."""
    return not former.refund_of and (order is None or bool(former.matched_by and not order.matched_by))


def _take_over(order: Order, former: Order) -> None:
    follow(order, former)
    order.code, order.customer = former.code or order.code, former.customer or order.customer
    order.fingerprint = order.fingerprint or former.fingerprint


def _is_settled(facts: Facts, telling: Telling) -> bool:
    """Whether a file says again what stands already, by an earlier file or by the shop itself."""
    known = standing_word(facts)
    if known is None:
        return False
    told = {**dict.fromkeys(("alone", "kind")), **telling.facts}
    return {name: known.get(name) for name in told} == told


def _is_level(order: Order, row: OrderRow, fingerprint: str) -> bool:
    facts = ("refund_of", "is_refund", "placed_at", "net_minor", "currency", "kind", "remarks")
    same = all(getattr(order, name) == getattr(row, name) for name in facts)
    return same and fingerprint in ("", order.fingerprint)


def _fill(order: Order, row: OrderRow, fingerprint: str) -> None:
    order.refund_of, order.is_refund, order.kind = row.refund_of, row.is_refund, row.kind
    order.placed_at, order.net_minor, order.currency = row.placed_at, row.net_minor, row.currency
    order.remarks, order.fingerprint = row.remarks, fingerprint
    if fingerprint and not row.refund_of:
        order.code = row.code[:40] or order.code
        if row.customer:
            order.customer = keyed(order.community_id, "customer", row.customer)
    order.updated_at = timezone.now()


def _write(changed: list[Order], matcher: Matcher, community: Community, rates: Rates) -> set[datetime.date]:
    if not changed:
        return set()
    again = [order.pk for order in changed if order.pk is not None]
    Order.objects.bulk_create(
        changed,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["community", "source", "external_id"],
        update_fields=[
            "refund_of", "is_refund", "kind", "placed_at", "net_minor", "currency", "matched_by", "membership", "offer",
            "click_number", "code", "customer", "remarks", "fingerprint", "updated_at",
            "known_at", "corrections",
        ],
    )  # fmt: skip
    upsert([line_of(order, community, rates) for order in changed])
    former = Credit.objects.filter(order__in=again)
    credits = list(matcher.credits(changed))
    searched = _search_days([*former, *credits], community)
    former.delete()
    Credit.objects.bulk_create(credits, batch_size=BATCH)
    return searched


def _tell_watchers(codes: set[str], community: Community) -> None:
    keys = {code.casefold() for code in codes if code}
    if keys:
        for watcher in code_watchers:
            watcher.level(keys, community)


def _search_days(credits: list[Credit], community: Community) -> set[datetime.date]:
    return {
        day_of(one.touched_at, community)
        for one in credits
        if one.touched_at and one.channel == SEARCH_CHANNEL
    }


def _count(tally: Tally, rows: Iterable[OrderRow], facts: dict[str, Facts]) -> None:
    for row in rows:
        tally.orders += not row.is_refund
        tally.refunds += row.is_refund
        tally.aside += len(row.remarks.get("aside", ()))
        tally.sums[row.currency] = tally.sums.get(row.currency, 0) + row.net_minor
    for known in facts.values():
        if "newest" not in known and "file" not in known:
            told = [*known.get("refunds", {}).values(), *known.get("file_refunds", {}).values()]
            tally.waiting += sum(not one.get("alone") for one in told)


def _fingerprint(row: OrderRow) -> str:
    """Of what says who bought; empty where nothing does."""
    who = [getattr(row, name) for name in WHO]
    return hashlib.sha256(json.dumps(who).encode()).hexdigest() if any(who) else ""

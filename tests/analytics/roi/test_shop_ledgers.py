"""Shops that live: each makes orders, takes money back, cancels and changes its mind, and tells of it in messages that
come in any order, some twice. What they come to is held against a small ledger kept beside, in whole cents and days,
which knows of no message.
"""

from __future__ import annotations

import datetime
import math
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from analytics.roi.order_files import OrderRow
from analytics.roi.shops import own, rows_of
from analytics.roi.shops.telling import Facts, merge
from tests.analytics.roi.messages import (
    Message,
    charge,
    create,
    event,
    line,
    refunded,
    session,
    shopify,
    shopify_refund,
    stripe_refund,
    updated,
    woo,
    woo_refund,
)
from tests.analytics.roi.test_situations import PARIS, told

FIRST = datetime.date(2026, 10, 2)
CENTS = st.integers(min_value=1, max_value=14_000)


def cents(amount: Fraction) -> int:
    """Half a cent goes up. In thirds: three parts of 0.8333… are two and a half exactly, and no less."""
    return math.floor(amount + Fraction(1, 2))


def euros(minor: int) -> str:
    return f"{Decimal(minor) / 100:.2f}"


class Ledger:
    """One order of 100.00: what came off it, each with its day. Written from the accounting rules, in the plain."""

    def __init__(self) -> None:
        self.is_paid = False
        self.sold = 10_000
        # Day, name, what it takes, whether lines say so; in the order in which they happened.
        self.taken: list[list[Any]] = []
        self.ended: datetime.date | None = None

    def rows(self) -> list[tuple[str, int]]:
        if not self.is_paid:
            return []
        rows, exactly, so_far = [], Fraction(0), 0
        for day, _name, amount, by_lines in self.taken:
            exactly = min(exactly + amount, Fraction(self.sold))
            after = so_far + cents(amount) if by_lines else cents(exactly)
            after = self.sold if exactly == self.sold else min(after, self.sold)
            rows.append((day, so_far - after))
            so_far = after
        if self.ended is not None:
            rows.append((self.ended, so_far - self.sold))
        # A sale of nothing is an order too; nothing that comes off one is no row.
        told = [(FIRST, self.sold), *(row for row in rows if row[1])]
        return sorted(((day.isoformat(), minor) for day, minor in told), key=lambda row: (row[0], -row[1]))


class Shop(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.ledger, self.log = Ledger(), []
        self.day, self.number = FIRST, 10
        self.begin()

    log: list[Any]

    def begin(self) -> None:
        raise NotImplementedError

    def passes(self) -> str:
        """A day goes by; noon of the new one, in Paris."""
        self.day += datetime.timedelta(days=1)
        self.number += 1
        return self.now

    @property
    def now(self) -> str:
        zone = "+02:00" if self.day < datetime.date(2026, 10, 25) else "+01:00"
        return f"{self.day.isoformat()}T12:00:00{zone}"

    @property
    def gmt(self) -> str:
        at = datetime.datetime.fromisoformat(self.now).astimezone(datetime.UTC)
        return at.replace(tzinfo=None).isoformat()

    @rule(random=st.randoms(use_true_random=False))
    def arrives(self, random: Any) -> None:
        """However they come, and some of them twice."""
        mixed = [*self.log, *random.sample(self.log, len(self.log) // 2)]
        random.shuffle(mixed)
        assert self.rows_of(mixed) == self.ledger.rows()

    @invariant()
    def is_level(self) -> None:
        assert self.rows_of(self.log) == self.ledger.rows()

    def rows_of(self, log: list[Any]) -> list[tuple[str, int]]:
        return told(log)


class ShopifyShop(Shop):
    def begin(self) -> None:
        self.status, self.cancelled, self.refunds = "pending", None, []
        self.log.append(create(self.order()))

    def order(self) -> dict[str, Any]:
        lines = [line(1, "75.00", tax="15.00"), line(2, "25.00", tax="5.00")]
        return shopify(
            self.status, self.now, cancelled_at=self.cancelled, refunds=list(self.refunds), line_items=lines,
            current_subtotal_price="0.00",
        )  # fmt: skip

    def tells(self) -> None:
        self.log.append(updated(self.order()))

    @precondition(lambda self: self.status == "pending")
    @rule()
    def is_paid(self) -> None:
        self.passes()
        self.status, self.ledger.is_paid = "paid", True
        self.tells()

    @rule()
    def gets_a_note(self) -> None:
        self.passes()
        self.tells()

    @precondition(lambda self: self.ledger.is_paid)
    @rule(net=CENTS, by_lines=st.booleans(), fails=st.booleans(), is_told=st.booleans())
    def pays_back(self, net: int, by_lines: bool, fails: bool, is_told: bool) -> None:
        at = self.passes()
        tax = cents(Fraction(net, 5))
        lines = [(euros(net), euros(tax))] if by_lines else []
        refund = shopify_refund(self.number, at, euros(net + tax if by_lines else net), lines)
        if fails:
            refund["transactions"][0]["status"] = "failure"
        else:
            self.ledger.taken.append(
                [self.day, "", Fraction(net) * (1 if by_lines else Fraction(4, 5)), by_lines]
            )
            self.status = "partially_refunded"
        self.refunds.append(refund)
        if is_told:
            self.log.append(refunded(refund))
        self.tells()

    @precondition(lambda self: self.ledger.is_paid and self.cancelled is None)
    @rule()
    def is_cancelled(self) -> None:
        self.cancelled = self.passes()
        self.ledger.ended = self.day
        self.tells()


class WooCommerceShop(Shop):
    def begin(self) -> None:
        self.status, self.paid_at, self.refunds = "pending", None, []
        self.tells()

    def tells(self) -> None:
        message = woo(self.status, self.gmt, refunds=list(self.refunds), date_paid_gmt=self.paid_at)
        self.log.append(message)

    @rule(status=st.sampled_from(["processing", "completed", "on-hold", "failed", "cancelled", "refunded"]))
    def is_set_to(self, status: str) -> None:
        before, self.status = self.status, status
        self.passes()
        if status in ("processing", "completed"):
            self.paid_at = self.paid_at or self.gmt
        self.ledger.is_paid = status in ("processing", "completed") or (
            status in ("cancelled", "refunded") and self.paid_at is not None
        )
        if status in ("cancelled", "refunded"):
            self.ledger.ended = self.ledger.ended if before == status else self.day
        else:
            self.ledger.ended = None
        self.tells()

    @rule()
    def gets_a_note(self) -> None:
        self.passes()
        self.tells()

    @rule(gross=CENTS)
    def pays_back(self, gross: int) -> None:
        self.passes()
        self.refunds.append(woo_refund(self.number, euros(gross)))
        self.ledger.taken.append([self.day, self.number, Fraction(gross * 100, 120), False])
        self.tells()

    @precondition(lambda self: self.refunds)
    @rule(data=st.data())
    def takes_a_refund_out(self, data: Any) -> None:
        self.passes()
        gone = data.draw(st.sampled_from(self.refunds))
        self.refunds.remove(gone)
        self.ledger.taken = [one for one in self.ledger.taken if one[1] != gone["id"]]
        self.tells()


class StripeShop(Shop):
    def begin(self) -> None:
        self.back, self.refunds = 0, {}
        self.log.append(
            event("checkout.session.completed", "2026-10-02T10:00:00+02:00", session(payment_status="unpaid"))
        )

    @rule(fails=st.booleans())
    def hears_of_the_payment(self, fails: bool) -> None:
        at = self.passes()
        name = "failed" if fails else "succeeded"
        status = "unpaid" if fails else "paid"
        self.log.append(event(f"checkout.session.async_payment_{name}", at, session(payment_status=status)))
        self.ledger.is_paid = self.ledger.is_paid or not fails

    @rule(amount=CENTS, is_named=st.booleans(), pending=st.booleans())
    def pays_back(self, amount: int, is_named: bool, pending: bool) -> None:
        """Named by its own event, or known from the sum of the charge only."""
        at = self.passes()
        self.back += amount
        name = f"re_{self.number}"
        if is_named:
            refund = stripe_refund(name, at, amount, "pending" if pending else "succeeded")
            self.refunds[name] = refund
            self.log.append(event("refund.created", at, refund))
        self.log.append(event("charge.refunded", at, charge(self.back)))
        self.ledger.taken.append([self.day, name, Fraction(amount * 10_000, 12_500), False])

    @precondition(lambda self: self.refunds)
    @rule(data=st.data())
    def fails_to_pay_back(self, data: Any) -> None:
        at = self.passes()
        name = data.draw(st.sampled_from(sorted(self.refunds)))
        refund = self.refunds.pop(name)
        self.log.append(event("refund.failed", at, refund))
        self.ledger.taken = [one for one in self.ledger.taken if one[1] != name]


class OwnShop(Shop):
    def begin(self) -> None:
        self.ledger.is_paid = True
        self.tells(self.ledger.sold)

    def tells(self, minor: int, **more: Any) -> None:
        order = {"order_id": "A-1", "placed_at": "2026-10-02T10:00:00+02:00", "net": euros(minor)}
        self.log.append(Message("generic", "", order | {"currency": "EUR", "updated_at": self.now} | more))

    @rule(minor=st.integers(min_value=0, max_value=20_000))
    def is_corrected(self, minor: int) -> None:
        self.passes()
        self.ledger.sold = minor
        self.tells(minor)

    @rule(minor=CENTS)
    def pays_back(self, minor: int) -> None:
        at = self.passes()
        self.tells(-minor, order_id=f"R-{self.number}", refund_of="A-1", placed_at=at)
        self.ledger.taken.append([self.day, f"R-{self.number}", Fraction(minor), True])

    @precondition(lambda self: self.ledger.taken)
    @rule(minor=CENTS, data=st.data())
    def corrects_a_refund(self, minor: int, data: Any) -> None:
        self.passes()
        one = data.draw(st.sampled_from(self.ledger.taken))
        one[2] = Fraction(minor)
        at = f"{one[0].isoformat()}T12:00:00+02:00"
        self.tells(-minor, order_id=one[1], refund_of="A-1", placed_at=at)


class FileShop(Shop):
    """Files only: the one that was loaded last is right about what it names, wherever its lines stand in it."""

    def begin(self) -> None:
        self.ledger.is_paid = True
        self.says("A-1", self.ledger.sold, FIRST)

    def says(self, number: str, minor: int, day: datetime.date, sold: str = "") -> None:
        at = datetime.datetime(day.year, day.month, day.day, 12, tzinfo=PARIS)
        row = OrderRow(number, at, minor, "EUR", is_refund=bool(sold), refund_of=sold)
        self.log.append((f"{self.day.isoformat()}T20:00:00.000000+00:00", row))

    def rows_of(self, log: list[Any]) -> list[tuple[str, int]]:
        facts: Facts = {}
        for loaded_at, row in log:
            facts = merge(facts, own.tell(row, loaded_at))
        rows = rows_of("file", "A-1", facts, PARIS)
        found = [(row.placed_at.astimezone(PARIS).date().isoformat(), row.net_minor) for row in rows]
        return sorted(found, key=lambda row: (row[0], -row[1]))

    @rule(minor=st.integers(min_value=0, max_value=20_000))
    def is_corrected(self, minor: int) -> None:
        self.passes()
        self.ledger.sold = minor
        self.says("A-1", minor, FIRST)

    @rule(minor=CENTS)
    def pays_back(self, minor: int) -> None:
        self.passes()
        self.says(f"R-{self.number}", -minor, self.day, "A-1")
        self.ledger.taken.append([self.day, f"R-{self.number}", Fraction(minor), True])


FEW = settings(max_examples=8, stateful_step_count=8, deadline=None)


class TestShopify(ShopifyShop.TestCase):
    settings = FEW


class TestWooCommerce(WooCommerceShop.TestCase):
    settings = FEW


class TestStripe(StripeShop.TestCase):
    settings = FEW


class TestOwn(OwnShop.TestCase):
    settings = FEW


class TestFile(FileShop.TestCase):
    settings = FEW


def test_parts_of_cents_add_up_exactly() -> None:
    """366, 1, 1 and 1 cents of 120 for 100: 305, 305 5/6, 306 2/3, 307 1/2."""
    shop = WooCommerceShop()
    shop.is_set_to("processing")
    for gross in (366, 1, 1, 1):
        shop.pays_back(gross)
    assert [minor for _day, minor in shop.rows_of(shop.log)] == [10_000, -305, -1, -1, -1]
    shop.is_level()

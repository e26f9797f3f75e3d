"""From the lines of a table to orders: lines of one number are added up, outside the memory where there are many."""

from __future__ import annotations

import datetime
import json
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from analytics.roi.exceptions import FileRefused
from analytics.roi.money import CURRENCIES
from analytics.roi.order_files import (
    COLUMNS,
    MAX_PROBLEMS,
    MOST_MINOR,
    Mapping,
    OrderRow,
    can_be,
    folded,
    moment_in,
    parse_amount,
)
from analytics.roi.order_tables import Table
from communities.templatetags.money import digits_of

# Told how many lines of how many are read.
Advance = Callable[[int, int], None]
# What shops write beside an order that nobody has paid, folded; and beside money that was given back.
UNPAID = frozenset(
    """
    pending authorized expired voided partiallypaid unpaid failed onhold cancelled canceled pendingpayment
    checkoutdraft autodraft draft trash enattente enattentedevirementbancaire enattentedupaiementparcheque
    enattentedepaiement paiementenattente erreurdepaiement annule awaitingbankwirepayment awaitingcheckpayment
    paymenterror pendingreview holded storniert fehlgeschlagen ausstehend
    """.split()
)
GIVEN_BACK = frozenset(
    """
    refunded refund partiallyrefunded ruckerstattung rueckerstattung ruckzahlung gutschrift rembourse remboursement
    avoir creditmemo creditnote return retour
    """.split()
)


@dataclass
class Reading:
    problems: list[tuple[int, str]] = field(default_factory=list)
    lines: int = 0
    # Lines of orders that nobody paid; orders with money given back of which no line says when.
    unpaid: int = 0
    undated: int = 0
    first: str = ""
    last: str = ""
    spool: _Spool | None = None

    def rows(self) -> Iterator[OrderRow]:
        return self.spool.rows() if self.spool else iter(())


class _Spool:
    """What is known of each order so far, in a file that goes with the reading."""

    def __init__(self) -> None:
        self.base = sqlite3.connect("")
        self.base.execute(
            "create table orders (id text primary key, line int, total text, facts text, of text)"
        )

    def get(self, number: str) -> tuple[int, str | None, str] | None:
        found = self.base.execute("select line, total, facts from orders where id = ?", (number,)).fetchone()
        return found and (found[0], found[1], found[2])

    def put(self, number: str, line: int, total: Decimal | None, facts: str, of: str = "") -> None:
        values = (number, line, None if total is None else str(total), facts, of or number)
        self.base.execute(
            "insert into orders values (?, ?, ?, ?, ?) on conflict (id) do update set total = excluded.total",
            values,
        )

    def all(self) -> Iterator[tuple[str, int, Decimal | None, dict[str, Any]]]:
        """What belongs to one order together: its refunds may stand anywhere in the file."""
        known = "select id, line, total, facts from orders order by of, rowid"
        for number, line, total, facts in self.base.execute(known):
            yield number, line, None if total is None else Decimal(total), json.loads(facts)

    def rows(self) -> Iterator[OrderRow]:
        for number, _line, total, facts in self.all():
            facts["placed_at"] = datetime.datetime.fromisoformat(facts["placed_at"])
            yield OrderRow(external_id=number, net_minor=_minor(total, facts["currency"]), **facts)


def _minor(total: Decimal | None, currency: str) -> int:
    return int(((total or Decimal(0)) * 10 ** digits_of(currency)).quantize(Decimal(1), ROUND_HALF_UP))


def read_orders(table: Table, mapping: Mapping, zone: ZoneInfo, *, advance: Advance | None = None) -> Reading:
    """Lines of one number are one order: their amounts are added. The first problems are listed by line."""
    reader = _Reader(table, mapping, zone)
    for count, (number, line) in enumerate(table.lines(), start=1):
        reader.take(number, line)
        if advance is not None and count % 2000 == 0:
            advance(count, table.size)
    return reader.finish()


class _Reader:
    """Adds lines up to orders."""

    NEEDED = ("order", "date", "amount", "quantity", "unit_price")

    def __init__(self, table: Table, mapping: Mapping, zone: ZoneInfo) -> None:
        self.mapping, self.zone = mapping, zone
        self.at = {
            name: table.headers.index(column) for name in COLUMNS if (column := getattr(mapping, name))
        }
        self.reading = Reading(spool=_Spool())
        self.before = ""

    @property
    def spool(self) -> _Spool:
        assert self.reading.spool is not None
        return self.reading.spool

    def take(self, number: int, line: list[str]) -> None:
        self.reading.lines += 1
        try:
            self._add(number, self._cells(line))
        except FileRefused as refused:
            self._refuse(number, str(refused))

    def finish(self) -> Reading:
        reading = self.reading
        for number, line, total, facts in self.spool.all():
            minor = _minor(total, facts["currency"])
            if total is None:
                self._refuse(line, _("order %(id)s has no amount") % {"id": number})
            elif abs(minor) > MOST_MINOR:
                self._refuse(line, _("the amount is too large"))
            elif minor < 0 and not facts["is_refund"]:
                self._negative(number, line, facts)
            day = facts["placed_at"][:10]
            reading.first, reading.last = min(reading.first or day, day), max(reading.last, day)
        reading.problems.sort()
        return reading

    def _negative(self, number: str, line: int, facts: dict[str, Any]) -> None:
        if self.mapping.negatives != "adjustments":
            self._refuse(
                line, _("order %(id)s is negative, but nothing marks it as a refund") % {"id": number}
            )
            return
        facts |= {"is_refund": True, "kind": "adjustment"}
        self.spool.base.execute("update orders set facts = ? where id = ?", (json.dumps(facts), number))

    def _cells(self, line: list[str]) -> dict[str, str]:
        """Programs leave out the empty cells at the end of a line: only what is needed must be there."""
        short = [name for name, at in self.at.items() if at >= len(line)]
        if any(name in self.NEEDED for name in short):
            raise FileRefused(_("this line is shorter than the headings"))
        return {name: "" if name in short else line[at].strip() for name, at in self.at.items()}

    def _add(self, number: int, cells: dict[str, str]) -> None:
        amount, state = self._amount(cells), folded(cells.get("state", ""))
        external_id = cells.get("order", "")[:80]
        if not external_id:
            # A further article of the order above: its totals stand in its first line.
            if amount is None and self.before:
                return
            raise FileRefused(_("the order has no number"))
        if state in UNPAID:
            self.reading.unpaid += 1
            self.before = external_id
            return
        if amount is not None and amount < 0 and state in GIVEN_BACK:
            self._given_back(number, external_id, cells, amount)
            return
        self.before = external_id
        known = self.spool.get(external_id)
        if known is None:
            self._undated(cells)
            facts = self._facts(external_id, cells)
            self.spool.put(external_id, number, amount, json.dumps(facts), facts["refund_of"])
        elif amount is not None:
            line, total, said = known
            self.spool.put(external_id, line, Decimal(total or 0) + amount, said)

    def _given_back(self, number: int, external_id: str, cells: dict[str, str], amount: Decimal) -> None:
        """A line that says it was given back: of the order of its number, wherever that stands; by itself where
        no such order is known."""
        facts = self._facts(external_id, cells) | {"is_refund": True, "refund_of": external_id}
        facts["remarks"] = {"alone": True}
        external_id = f"{external_id[:55]}/{facts['placed_at'][:19]}"
        known = self.spool.get(external_id)
        total = Decimal(known[1] or 0) if known else Decimal(0)
        self.spool.put(
            external_id, known[0] if known else number, total + amount, json.dumps(facts), facts["refund_of"]
        )

    def _undated(self, cells: dict[str, str]) -> None:
        told = cells.get("refunded", "")
        if told and parse_amount(told, self.mapping.decimal) > 0:
            self.reading.undated += 1

    def _facts(self, external_id: str, cells: dict[str, str]) -> dict[str, Any]:
        currency = (cells.get("currency") or self.mapping.default_currency).upper()
        if currency not in CURRENCIES:
            raise FileRefused(_("“%(code)s” is not a currency") % {"code": currency})
        moment = moment_in(cells.get("date", ""), self.mapping.dates)
        if moment is None or not can_be(moment):
            raise FileRefused(_("“%(text)s” is not a date") % {"text": cells.get("date", "")})
        prefix, refund_of = self.mapping.refund_prefix, cells.get("refund_of", "")
        placed_at = moment.astimezone(self.zone) if moment.tzinfo else moment.replace(tzinfo=self.zone)
        optional = {name: cells.get(name, "") for name in ("member", "click", "code", "email", "customer")}
        return {
            "placed_at": placed_at.isoformat(),
            "currency": currency,
            "is_refund": bool(refund_of) or bool(prefix and external_id.startswith(prefix)),
            "refund_of": refund_of[:80],
            **optional,
        }

    def _amount(self, cells: dict[str, str]) -> Decimal | None:
        """None for a line without any."""
        names = ("amount",) if self.mapping.amount else ("quantity", "unit_price")
        if not any(cells[name] for name in names):
            return None
        amount = Decimal(1)
        for name in names:
            amount *= parse_amount(cells[name], self.mapping.decimal)
        return amount

    def _refuse(self, number: int, text: str) -> None:
        if len(self.reading.problems) < MAX_PROBLEMS:
            self.reading.problems.append((number, text))

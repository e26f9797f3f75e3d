"""From what a shop has told about an order to its rows: a function of the facts alone, whatever their order.

Never more is taken back than was sold: the running sum of what comes off stays between nothing and the sale. Rounding
is half up, on that running sum, so that parts of a whole add up to it.
"""

from __future__ import annotations

import datetime
import hashlib
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from analytics.roi.order_files import OrderRow
from analytics.roi.shops.telling import Facts, Off, Standing, Take
from communities.templatetags.money import digits_of

ID_LENGTH = 80


def half_up(amount: Fraction) -> int:
    """To the integer; a half goes away from zero."""
    whole = (abs(amount) * 2 + 1) // 2
    return int(whole if amount >= 0 else -whole)


def fitting(text: str) -> str:
    """A number that its column holds; of a longer one what tells it from others of the same beginning."""
    if len(text) <= ID_LENGTH:
        return text
    return f"{text[: ID_LENGTH - 17]}~{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def project(number: str, said: Facts, standing: Standing, off: Off, zone: datetime.tzinfo) -> list[OrderRow]:
    """The rows of one order, its sale first; none for an order that does not count."""
    if not standing.counts:
        return []
    ledger = _Ledger(number, said, zone)
    for take in sorted(() if ledger.alone else off.takes, key=ledger.place_of):
        ledger.take(take)
    if standing.ending:
        ledger.end(standing.ending, standing.ended_at)
    if off.aside:
        ledger.remarks["aside"] = off.aside
    if said.get("unknown_state"):
        ledger.remarks["state"] = said["state"]
    return ledger.rows()


@dataclass
class _Ledger:
    number: str
    newest: Facts
    zone: datetime.tzinfo
    taken: list[OrderRow] = field(default_factory=list)
    remarks: dict[str, Any] = field(default_factory=dict)
    # What has come off so far: exactly, and as rows say it.
    exactly: Fraction = Fraction(0)
    told: int = 0
    beyond: Fraction = Fraction(0)
    money: Fraction = Fraction(0)
    held: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.currency = str(self.newest["currency"])
        self.units = 10 ** digits_of(self.currency)
        alone = bool(self.newest.get("alone"))
        net = Fraction(self.newest["net"])
        self.sold = (net if alone else max(net, Fraction(0))) * self.units
        self.sale = half_up(self.sold)
        self.alone = alone

    def place_of(self, take: Take) -> tuple[datetime.date, int, int, str]:
        """By day and id; ids that are figures, by their value."""
        day = datetime.datetime.fromisoformat(take.at).astimezone(self.zone).date()
        figures = take.id.rpartition("-")[2]
        known = figures.isascii() and figures.isdecimal()
        back = take.kind == "dispute-back"
        return (day, int(back), int(figures) if known else 0, take.id)

    def take(self, take: Take) -> None:
        amount = take.net * self.units
        if take.kind == "dispute-back":
            self._give_back(take, amount)
            return
        if take.money is not None:
            self.money += take.money * self.units
        wanted = self.exactly + amount
        if take.is_exact:
            self.beyond += max(wanted - self.sold, Fraction(0)) if amount > 0 else 0
        self.exactly = min(max(wanted, Fraction(0)), self.sold)
        told = self.told + half_up(amount) if take.is_exact else half_up(self.exactly)
        told = self.sale if self.exactly == self.sold else min(max(told, self.told), self.sale)
        self.held[take.id] = told - self.told
        self._row(f"{take.id}", take.kind, take.at, self.told - told, share=not take.is_exact)
        self.told = told

    def _give_back(self, take: Take, amount: Fraction) -> None:
        """At most what the dispute took."""
        held = self.held.pop(take.id.removesuffix("-back"), 0)
        back = min(half_up(amount), held, self.told)
        self.exactly = max(self.exactly - min(amount, Fraction(held)), Fraction(0))
        self._row(take.id, take.kind, take.at, back, share=not take.is_exact)
        self.told -= back

    def end(self, kind: str, at: str) -> None:
        number = f"{'cancel' if kind == 'cancel' else 'rest'}-{self.number}"
        self._row(number, kind, at, self.told - self.sale)

    def _row(self, id_: str, kind: str, at: str, net: int, *, share: bool = False) -> None:
        if net == 0:
            return
        moment = datetime.datetime.fromisoformat(at)
        remarks = {"share": True} if share else {}
        self.taken.append(
            OrderRow(fitting(id_), moment, net, self.currency, True, self.number, kind=kind, remarks=remarks)
        )

    def rows(self) -> list[OrderRow]:
        total = self.newest.get("total")
        over = self.money - Fraction(total) * self.units if total is not None else Fraction(0)
        beyond = half_up(max(self.beyond, over))
        if beyond > 0:
            self.remarks["beyond"] = beyond
        placed = datetime.datetime.fromisoformat(self.newest["placed_at"])
        kind = str(self.newest["kind"]) if self.alone else "sale"
        sale = OrderRow(self.number, placed, self.sale, self.currency, self.alone, kind=kind)
        sale.remarks = self.remarks
        return [sale, *self.taken]

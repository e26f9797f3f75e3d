"""Files of orders: what their columns are, and what each line says. Nothing here writes."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from analytics.roi.exceptions import FileRefused
from analytics.roi.order_tables import MAX_BYTES, Table, read_table
from communities.figures import NotANumber, TooLarge, read_decimal
from communities.letters import fold

MAX_PROBLEMS = 20
# What headings alone do not say is guessed from so many lines.
LOOKED_AT = 50_000
# Ten thousand billion: above, it is no order, and no sum of such fits its column.
MOST_MINOR = 10**15
DATES = {
    "ymd": (
        "%Y-%m-%d %H:%M:%S %z",
        "%Y-%m-%d %H:%M:%S",
        "%Y-%m-%d %H:%M",
        "%Y-%m-%d",
        "%Y/%m/%d %H:%M:%S",
        "%Y/%m/%d",
    ),
    "dmy": (
        "%d/%m/%Y %H:%M:%S",
        "%d/%m/%Y %H:%M",
        "%d/%m/%Y",
        "%d.%m.%Y %H:%M:%S",
        "%d.%m.%Y %H:%M",
        "%d.%m.%Y, %H:%M",
        "%d.%m.%Y",
    ),
    "mdy": ("%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y"),
}
# How columns are called in the files of common shops, in both languages; letters and figures only.
NAMES = {
    "order": "order orderid ordernumber ordername invoiceno invoice name number commande numerocommande facture "
    "transaktionsnummer id",
    "date": "date invoicedate orderdate createdat placedat purchasedate paidat createdutc datecommande datum",
    "amount": "net nettotal netamount netsales preisnetto subtotal amount total montant montantht totalht",
    "quantity": "quantity qty quantite",
    "unit_price": "unitprice price prixunitaire prix",
    "currency": "currency devise monnaie wahrung",
    "code": "coupon couponcode discountcode code codepromo",
    "click": "cid click clickid",
    "member": "member handle membre",
    "email": "email customeremail billingemail courriel",
    "customer": "customerid customer client clientid numeroclient",
    "refund_of": "refundof avoirde",
    "state": "financialstatus status state etat typ",
    "refunded": "refundedamount amountrefunded totalrefunded",
}
# Exports whose amounts are what was paid, with tax and shipping: headings that give them away, and the amounts.
GROSS: tuple[tuple[frozenset[str], frozenset[str]], ...] = (
    (frozenset({"createdutc", "amount", "amountrefunded"}), frozenset({"amount", "convertedamount"})),
    (frozenset({"reference", "total", "etat"}), frozenset({"total"})),
    (frozenset({"reference", "total", "status", "delivery"}), frozenset({"total"})),
    (frozenset({"purchasedate", "grandtotalbase"}), frozenset({"grandtotalbase", "grandtotalpurchased"})),
)


@dataclass
class OrderRow:
    """One order or refund as a file or a message tells it; the amount is net, in minor units."""

    external_id: str
    placed_at: datetime.datetime
    net_minor: int
    currency: str
    is_refund: bool = False
    refund_of: str = ""
    member: str = ""
    click: str = ""
    code: str = ""
    email: str = ""
    customer: str = ""
    # What kind of row it is (`Order.Kind`), and what a reader has to be told about it.
    kind: str = ""
    remarks: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.kind = self.kind or ("refund" if self.is_refund else "sale")


@dataclass
class Mapping:
    """Which column says what; empty for what a file does not have."""

    order: str = ""
    date: str = ""
    amount: str = ""
    quantity: str = ""
    unit_price: str = ""
    currency: str = ""
    code: str = ""
    click: str = ""
    member: str = ""
    email: str = ""
    customer: str = ""
    refund_of: str = ""
    state: str = ""
    refunded: str = ""
    refund_prefix: str = ""
    # What negative orders are that nothing marks as refunds: empty refuses them, or "adjustments".
    negatives: str = ""
    # Who is right about orders that the shop’s own messages tell otherwise: "file", "shop", or empty: asked.
    known: str = ""
    decimal: str = ""
    dates: str = ""
    default_currency: str = "EUR"

    def as_json(self) -> dict[str, str]:
        return asdict(self)


COLUMNS = tuple(NAMES)


def folded(text: str) -> str:
    """A heading or a state, letters and figures only."""
    return re.sub(r"[^a-z0-9]", "", fold(text))


def guess_mapping(table: Table, default_currency: str) -> Mapping:
    """What the headings and the first lines suggest; the person checks it."""
    headings = {folded(name): name for name in reversed(table.headers)}
    found = {
        field_name: next((headings[name] for name in names.split() if name in headings), "")
        for field_name, names in NAMES.items()
    }
    if "financialstatus" in headings and "id" in headings:
        # The name on the invoice is not the number that the same shop’s messages have.
        found["order"] = headings["id"]
    if found["quantity"] and found["unit_price"] and found["amount"] not in ("", found["unit_price"]):
        found["quantity"] = found["unit_price"] = ""
    mapping = Mapping(**found, default_currency=default_currency)
    sample = _Sample(table, mapping)
    amount = mapping.amount or mapping.unit_price
    mapping.decimal = guess_decimal(sample.amounts) if amount else ""
    mapping.dates = guess_dates(sample.dates) if mapping.date else ""
    if mapping.dates == "" and mapping.decimal == "," and sample.dates:
        # Nobody who writes a decimal comma writes the month first.
        mapping.dates = "dmy" if _all_are(sample.dates, "dmy") else ""
    mapping.refund_prefix = guess_prefix(sample.numbers)
    return mapping


class _Sample:
    """Of the first lines what guesses are made from: one pass."""

    def __init__(self, table: Table, mapping: Mapping) -> None:
        self.amounts: set[str] = set()
        self.dates: set[str] = set()
        self.numbers: list[tuple[str, bool]] = []
        amount, signed = mapping.amount or mapping.unit_price, mapping.amount or mapping.quantity
        at = {
            name: table.headers.index(name) for name in (amount, signed, mapping.date, mapping.order) if name
        }
        for _number, line in islice(table.lines(), LOOKED_AT):
            told = {name: line[n].strip() for name, n in at.items() if n < len(line)}
            self.amounts.add(told.get(amount, ""))
            self.dates.add(told.get(mapping.date, ""))
            if told.get(mapping.order):
                self.numbers.append((told[mapping.order], told.get(signed, "").startswith(("-", "−", "("))))
        self.amounts.discard("")
        self.dates.discard("")


def guess_prefix(numbers: Iterable[tuple[str, bool]]) -> str:
    """The letters with which numbers of negative amounts begin, where no other number begins so; else none."""
    negative: Counter[str] = Counter()
    others: set[str] = set()
    for number, is_negative in numbers:
        letters = re.match(r"[^\W\d_]{1,8}", number)
        start = letters.group() if letters else ""
        if is_negative:
            negative[start] += 1
        else:
            others.add(start)
    common = [start for start, _n in negative.most_common() if start]
    # Nothing is told apart by letters that all numbers begin with.
    return next((start for start in common if others and start not in others), "")


def is_gross(headers: list[str], column: str) -> bool:
    """Whether this column of a known export holds what was paid, with tax and shipping."""
    headings = {folded(name) for name in headers}
    return any(marks <= headings and folded(column) in amounts for marks, amounts in GROSS)


def guess_decimal(amounts: Iterable[str]) -> str:
    """“.” or “,” where the amounts leave no doubt; empty where 1,234 may be either."""
    amounts = list(amounts)
    signs = {found for text in amounts if (found := _decimal_sign(text))}
    if len(signs) == 1:
        return signs.pop()
    return "" if signs or any("," in text or "." in text for text in amounts) else "."


def guess_dates(dates: Iterable[str]) -> str:
    """The order that all dates fit; empty where none does, or more than one: 01/02 is two days."""
    given = [text for text in dates if text.strip()]
    fitting = [order for order in ("ymd", "dmy", "mdy") if given and _all_are(given, order)]
    return fitting[0] if len(fitting) == 1 else ""


def _all_are(dates: Iterable[str], order: str) -> bool:
    return all(moment_in(text, order) for text in dates)


def can_be(moment: datetime.datetime) -> bool:
    """Whether an order can have been placed then: years before the trade by wire are typing errors."""
    return 1990 <= moment.year <= 2100


def parse_amount(text: str, decimal: str) -> Decimal:
    """A number with this decimal sign; raises FileRefused as `read_decimal` refuses."""
    try:
        return read_decimal(text, decimal)
    except TooLarge as error:
        raise FileRefused(_("“%(text)s” is too large") % {"text": text}) from error
    except NotANumber as error:
        raise FileRefused(
            _("“%(text)s” is not a number with “%(sign)s” as decimal sign") % {"text": text, "sign": decimal}
        ) from error


def _decimal_sign(text: str) -> str:
    """The decimal sign of one amount, where it can only be that."""
    last = max(text.rfind(","), text.rfind("."))
    if last < 0:
        return ""
    sign = text[last]
    other = "." if sign == "," else ","
    figures = sum(letter.isdigit() for letter in text[last:])
    if text.count(sign) == 1 and (figures != 3 or other in text):
        return sign
    return other if text.count(sign) > 1 else ""


def moment_in(text: str, order: str) -> datetime.datetime | None:
    """The moment that a text says in this order of day and month; None where it says none."""
    text = text.strip()
    if order in ("", "ymd"):
        try:
            return datetime.datetime.fromisoformat(text)
        except ValueError:
            if not order:
                return None
    for pattern in DATES[order]:
        try:
            return datetime.datetime.strptime(text, pattern)
        except ValueError:
            continue
    return None


__all__ = ["COLUMNS", "MAX_BYTES", "Mapping", "OrderRow", "Table", "read_table"]

"""Files of orders: what their columns are, and what each line says. Nothing here writes."""

from __future__ import annotations

import csv
import datetime
import gzip
import io
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from analytics.roi.exceptions import FileRefused
from analytics.roi.money import CURRENCIES, to_minor
from communities.figures import NotANumber, TooLarge, read_decimal
from communities.letters import fold
from communities.sizes import MEGABYTE

MAX_BYTES = 64 * MEGABYTE
MAX_PROBLEMS = 20
# Above, it is no file of orders; a table is many times larger in memory than on disk.
MOST_LINES = 1_000_000
MOST_COLUMNS = 200
# In one line as it is written: quoted texts may hold many that separate nothing.
MOST_SEPARATORS = 5_000
# Ten thousand billion: above, it is no order, and no sum of such fits its column.
MOST_MINOR = 10**15
SEPARATORS = ",;\t|"
DATES = {
    "ymd": ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d"),
    "dmy": ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y", "%d.%m.%Y %H:%M", "%d.%m.%Y"),
    "mdy": ("%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y"),
}
# How columns are called in the files of common shops, in both languages; letters and figures only.
NAMES = {
    "order": "order orderid ordernumber ordername invoiceno invoice name number commande numerocommande facture id",
    "date": "date invoicedate orderdate createdat placedat paidat datecommande",
    "amount": "net nettotal netamount subtotal amount total montant montantht totalht",
    "quantity": "quantity qty quantite",
    "unit_price": "unitprice price prixunitaire prix",
    "currency": "currency devise monnaie",
    "code": "coupon couponcode discountcode code codepromo",
    "click": "cid click clickid",
    "member": "member handle membre",
    "email": "email customeremail billingemail courriel",
    "customer": "customerid customer client clientid numeroclient",
    "refund_of": "refundof avoirde",
}


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
    refund_prefix: str = ""
    decimal: str = ""
    dates: str = ""
    default_currency: str = "EUR"

    def as_json(self) -> dict[str, str]:
        return asdict(self)


COLUMNS = tuple(NAMES)
# Told how many lines of how many are read.
Advance = Callable[[int, int], None]


@dataclass
class Table:
    headers: list[str]
    lines: list[list[str]]
    encoding: str
    separator: str

    def column(self, name: str) -> Iterator[str]:
        at = self.headers.index(name)
        return (line[at] for line in self.lines if at < len(line))


@dataclass
class Reading:
    rows: list[OrderRow] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)
    lines: int = 0


def read_table(content: bytes) -> Table:
    """The lines of a CSV file, compressed or not, in UTF-8, UTF-16 or Windows-1252.

    Raises FileRefused for what is not such a file, is empty, or is too large.
    """
    text, encoding = _decode(_unpack(content))
    if "\0" in text:
        raise FileRefused(_("This is not a text file. Save the table as CSV and try again."))
    first = text.lstrip().split("\n", 1)[0]
    separator = max(SEPARATORS, key=first.count)
    lines = _lines_of(text, separator)
    if len(lines) < 2:
        raise FileRefused(_("This file has no lines under its headings."))
    headers = [name.strip() for name in lines[0]]
    if len(set(headers)) != len(headers):
        raise FileRefused(_("Two columns have the same heading. Rename one and try again."))
    return Table(headers, lines[1:], encoding, separator)


def _lines_of(text: str, separator: str) -> list[list[str]]:
    """The lines that hold anything. Raises FileRefused before a table that is none has filled the memory."""
    lines: list[list[str]] = []
    try:
        for number, line in enumerate(csv.reader(_written_lines(text, separator), delimiter=separator)):
            if len(line) > MOST_COLUMNS:
                raise FileRefused(_("This file has more than %(n)s columns.") % {"n": MOST_COLUMNS})
            if any(line):
                lines.append(line)
            if number > MOST_LINES:
                raise FileRefused(_("This file has more than %(n)s lines. Split it.") % {"n": MOST_LINES})
    except csv.Error as error:
        raise FileRefused(_("This file is not a well-formed CSV table: nothing was loaded.")) from error
    return lines


def _written_lines(text: str, separator: str) -> Iterator[str]:
    for line in io.StringIO(text, newline=""):
        if line.count(separator) > MOST_SEPARATORS:
            raise FileRefused(_("This file has more than %(n)s columns.") % {"n": MOST_COLUMNS})
        yield line


def read_file(path: Path) -> Table:
    return read_table(path.read_bytes())


def guess_mapping(table: Table, default_currency: str) -> Mapping:
    """What the headings suggest; the person checks it."""
    folded = {re.sub(r"[^a-z0-9]", "", fold(name)): name for name in reversed(table.headers)}
    found = {
        field_name: next((folded[name] for name in names.split() if name in folded), "")
        for field_name, names in NAMES.items()
    }
    if found["quantity"] and found["unit_price"] and found["amount"] not in ("", found["unit_price"]):
        found["quantity"] = found["unit_price"] = ""
    if found["order"] and any(number.startswith("C") for number in table.column(found["order"])):
        found["refund_prefix"] = "C"
    mapping = Mapping(**found, default_currency=default_currency)
    amount = mapping.amount or mapping.unit_price
    mapping.decimal = guess_decimal(list(table.column(amount))) if amount else ""
    mapping.dates = guess_dates(list(table.column(mapping.date))[:500]) if mapping.date else ""
    return mapping


def guess_decimal(amounts: list[str]) -> str:
    """“.” or “,” where the amounts leave no doubt; empty where 1,234 may be either."""
    signs = {found for text in amounts if (found := _decimal_sign(text))}
    if len(signs) == 1:
        return signs.pop()
    return "" if signs or any("," in text or "." in text for text in amounts) else "."


def guess_dates(dates: list[str]) -> str:
    for order in ("ymd", "dmy", "mdy"):
        if dates and all(_moment(text, order) for text in dates if text.strip()):
            return order
    return ""


def read_orders(table: Table, mapping: Mapping, zone: ZoneInfo, *, advance: Advance | None = None) -> Reading:
    """Lines of one number are one order: their amounts are added. The first problems are listed by line."""
    reader = _Reader(table, mapping, zone)
    for number, line in enumerate(table.lines, start=2):
        reader.take(number, line)
        if advance is not None and number % 2000 == 0:
            advance(number, len(table.lines))
    return reader.finish()


class _Reader:
    """Adds lines up to orders."""

    def __init__(self, table: Table, mapping: Mapping, zone: ZoneInfo) -> None:
        self.mapping, self.zone = mapping, zone
        self.at = {
            name: table.headers.index(column) for name in COLUMNS if (column := getattr(mapping, name))
        }
        self.reading = Reading(lines=len(table.lines))
        self.orders: dict[str, OrderRow] = {}
        self.totals: dict[str, Decimal] = {}
        self.first_lines: dict[str, int] = {}

    def take(self, number: int, line: list[str]) -> None:
        try:
            self._add(number, {name: line[at].strip() for name, at in self.at.items()})
        except IndexError:
            self._refuse(number, _("this line is shorter than the headings"))
        except FileRefused as refused:
            self._refuse(number, str(refused))

    def finish(self) -> Reading:
        for external_id, row in self.orders.items():
            row.net_minor = to_minor(self.totals[external_id], row.currency)
            if abs(row.net_minor) > MOST_MINOR:
                self._refuse(self.first_lines[external_id], _("the amount is too large"))
            if row.net_minor < 0 and not row.is_refund:
                self._refuse(
                    self.first_lines[external_id],
                    _("order %(id)s is negative, but nothing marks it as a refund") % {"id": external_id},
                )
        self.reading.problems.sort()
        self.reading.rows = list(self.orders.values())
        return self.reading

    def _add(self, number: int, cells: dict[str, str]) -> None:
        external_id = cells.get("order", "")
        if not external_id:
            raise FileRefused(_("the order has no number"))
        amount = self._amount(cells)
        row = self.orders.get(external_id)
        if row is None:
            self.orders[external_id] = self._row(external_id, cells)
            self.totals[external_id] = amount
            self.first_lines[external_id] = number
        else:
            self.totals[external_id] += amount

    def _row(self, external_id: str, cells: dict[str, str]) -> OrderRow:
        currency = (cells.get("currency") or self.mapping.default_currency).upper()
        if currency not in CURRENCIES:
            raise FileRefused(_("“%(code)s” is not a currency") % {"code": currency})
        moment = _moment(cells.get("date", ""), self.mapping.dates)
        if moment is None or not can_be(moment):
            raise FileRefused(_("“%(text)s” is not a date") % {"text": cells.get("date", "")})
        prefix, refund_of = self.mapping.refund_prefix, cells.get("refund_of", "")
        is_refund = bool(refund_of) or bool(prefix and external_id.startswith(prefix))
        optional = {name: cells.get(name, "") for name in ("member", "click", "code", "email", "customer")}
        placed_at = moment.astimezone(self.zone) if moment.tzinfo else moment.replace(tzinfo=self.zone)
        return OrderRow(external_id[:80], placed_at, 0, currency, is_refund, refund_of[:80], **optional)

    def _amount(self, cells: dict[str, str]) -> Decimal:
        if self.mapping.amount:
            return parse_amount(cells["amount"], self.mapping.decimal)
        quantity = parse_amount(cells["quantity"], self.mapping.decimal)
        return quantity * parse_amount(cells["unit_price"], self.mapping.decimal)

    def _refuse(self, number: int, text: str) -> None:
        if len(self.reading.problems) < MAX_PROBLEMS:
            self.reading.problems.append((number, text))


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


def _moment(text: str, order: str) -> datetime.datetime | None:
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


def _unpack(content: bytes) -> bytes:
    if content[:2] == b"\x1f\x8b":
        try:
            with gzip.open(io.BytesIO(content)) as packed:
                content = packed.read(MAX_BYTES + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise FileRefused(_("This compressed file is damaged.")) from error
    if len(content) > MAX_BYTES:
        raise FileRefused(
            _("This file is larger than %(n)s MB. Split it by month.") % {"n": MAX_BYTES // MEGABYTE}
        )
    return content


def _decode(content: bytes) -> tuple[str, str]:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            return content.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise FileRefused(_("The letters of this file cannot be read. Save it as CSV in UTF-8."))

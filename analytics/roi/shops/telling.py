"""What messages and files say about orders, and how it is put together: a union, so that the order of arrival, doubles
and repeats make no difference. Pure; what it comes to in money is computed in `projecting`.

The facts of one order are plain JSON:
`newest`: what the newest version of the order says; `history`: of each version its moment, its state and which
refunds stood in it; `refunds`: each by its own id; `totals`: running sums that name no refund; `gone`: deleted at the
shop; `file`, `file_refunds`: what files say; `same_as`: the order that this number is another name of.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from analytics.roi.exceptions import MessageRefused
from analytics.roi.money import CURRENCIES
from analytics.roi.order_files import can_be
from communities.templatetags.money import digits_of

Facts = dict[str, Any]
# What a buyer may be recognised by.
WHO = ("member", "click", "code", "email", "customer")
# How shops that we cannot teach are asked to name the first two beside an order.
MEMBER_KEYS = ("member", "parvis_member")
CLICK_KEYS = ("cid", "parvis_cid")


class What(StrEnum):
    VERSION = "version"
    STATE = "state"
    REFUND = "refund"
    TOTAL = "total"
    GONE = "gone"
    # What a file says, beside the messages of the same shop.
    FILE = "file"
    FILE_REFUND = "file refund"
    # That what is said under this number is about the order `id`.
    SAME = "same"
    TEST = "test"


@dataclass(frozen=True)
class Telling:
    """One thing that a message says about one order; amounts are decimals in major units, as text.

    `key` sorts what was said about the same thing by age. `who` is how its buyer may be recognised: it is not kept.
    """

    number: str
    what: str
    key: str = ""
    at: str = ""
    id: str = ""
    facts: Facts = field(default_factory=dict)
    who: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Take:
    """What comes off an order on one day (or comes back): a refund, a dispute, pieces taken out."""

    id: str
    at: str
    net: Fraction
    kind: str = "refund"
    # Told by its lines; otherwise only the money is known, and this is its share by the order’s own mix.
    is_exact: bool = True
    money: Fraction | None = None


@dataclass(frozen=True)
class Standing:
    """Whether an order counts, and how what is left of it ends (`cancel`, `refund-rest`), at which moment."""

    counts: bool
    ending: str = ""
    ended_at: str = ""


@dataclass(frozen=True)
class Off:
    """All that comes off an order; `aside`: what cannot be counted, as [id, amount, currency]."""

    takes: list[Take] = field(default_factory=list)
    aside: list[list[str]] = field(default_factory=list)


def merge(facts: Facts, telling: Telling) -> Facts:
    """The facts with this one added; the same again changes nothing."""
    merged = {name: dict(part) if isinstance(part, dict) else part for name, part in facts.items()}
    if telling.what in (What.VERSION, What.STATE):
        known = merged.setdefault("history", {})
        said = {
            name: telling.facts[name] for name in ("state", "refunds", "missing") if name in telling.facts
        }
        known[telling.key] = {"at": telling.at, **said}
        newest = merged.get("newest")
        if telling.what == What.VERSION and (newest is None or telling.key >= newest["key"]):
            merged["newest"] = {**telling.facts, "key": telling.key}
    elif telling.what in (What.REFUND, What.FILE_REFUND):
        refunds = merged.setdefault("refunds" if telling.what == What.REFUND else "file_refunds", {})
        told = {**telling.facts, "at": telling.at, "key": telling.key}
        before = refunds.get(telling.id)
        if before is None or _weight(told) >= _weight(before):
            refunds[telling.id] = told
    elif telling.what == What.FILE:
        before = merged.get("file")
        if before is None or telling.key >= before["key"]:
            merged["file"] = {**telling.facts, "key": telling.key}
    elif telling.what == What.TOTAL:
        merged.setdefault("totals", {})[telling.id] = {**telling.facts, "at": telling.at}
    elif telling.what == What.GONE:
        merged["gone"] = True
    return merged


def unite(facts: Facts, others: Facts) -> Facts:
    """What was told of one order under two numbers; the order of the two makes no difference."""
    united = {**others, **facts}
    for name in ("history", "totals"):
        if name in facts and name in others:
            united[name] = {**others[name], **facts[name]}
    for name in ("refunds", "file_refunds"):
        if name in facts and name in others:
            both = [*others[name].items(), *facts[name].items()]
            united[name] = dict(sorted(both, key=lambda one: _weight(one[1])))
    for name in ("newest", "file"):
        if name in facts and name in others:
            united[name] = max(facts[name], others[name], key=lambda one: str(one["key"]))
    return united


def _weight(told: Facts) -> tuple[int, str]:
    return int(told.get("rank", 0)), str(told["key"])


def run_start(facts: Facts) -> str:
    """The moment of the first message of the present unbroken run of the newest state."""
    history = facts["history"]
    keys = sorted(history, reverse=True)
    state, start = history[keys[0]].get("state"), keys[0]
    for key in keys:
        if history[key].get("state") != state:
            break
        start = key
    return str(history[start]["at"])


def newest_state(facts: Facts) -> str:
    return str(facts["history"][max(facts["history"])].get("state", ""))


def money(value: Any) -> Fraction:
    """An amount as shops write it: text, an integer or a float that means its decimals. Raises MessageRefused,
    InvalidOperation."""
    read = Decimal("0" if value in (None, "") else str(value))
    # Before it is a fraction: the powers of ten in it are written out there.
    if (
        not read.is_finite()
        or (read and not -12 <= read.adjusted() <= 12)
        or len(read.as_tuple().digits) > 40
    ):
        raise MessageRefused
    amount: Fraction = Fraction(read)
    return amount


def minor_units(value: Any, currency: str) -> Fraction:
    """An integer of minor units, in major ones."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(value)
    amount: Fraction = money(value) / 10 ** digits_of(currency)
    return amount


def text_of(amount: Fraction) -> str:
    return str(amount)


def currency_of(value: Any) -> str:
    code = str(value or "").upper()
    if code not in CURRENCIES:
        raise MessageRefused(_("“%(code)s” is not a currency.") % {"code": code[:8]})
    return code


def moment_of(text: Any, *, utc: bool = False) -> str:
    """A moment in UTC, in a form that sorts; `utc`: written without a zone, and meant so. Raises MessageRefused."""
    moment = datetime.datetime.fromisoformat(str(text))
    if moment.tzinfo is None:
        if not utc:
            raise MessageRefused(_("The time of the order has no time zone."))
        moment = moment.replace(tzinfo=datetime.UTC)
    moment = moment.astimezone(datetime.UTC)
    if not can_be(moment):
        raise MessageRefused
    return moment.isoformat(timespec="microseconds")


def of_seconds(seconds: Any) -> str:
    return moment_of(datetime.datetime.fromtimestamp(int(seconds), datetime.UTC).isoformat())


def number_of(value: Any) -> str:
    """A number as shops write it, as text. Raises MessageRefused for none."""
    if isinstance(value, (dict, list)) or value in (None, ""):
        raise MessageRefused
    return str(value)


def buyer_of(
    notes: dict[str, str], *, email: Any, codes: Sequence[str] = (), member: Any = None
) -> dict[str, str]:
    """How the buyer of an order may be recognised; `notes` are what somebody wrote beside it, by their names."""
    return {
        "code": codes[0] if codes else "",
        "click": _first_of(notes, CLICK_KEYS),
        "member": str(member or _first_of(notes, MEMBER_KEYS)),
        "email": str(email or ""),
    }


def _first_of(notes: dict[str, str], keys: tuple[str, ...]) -> str:
    return next((notes[key] for key in keys if notes.get(key)), "")


def share_of(newest: Facts) -> Fraction:
    """The net part of money of which nothing else is known: by the order’s own mix."""
    total = Fraction(newest.get("total") or 0)
    return min(Fraction(newest["net"]) / total, Fraction(1)) if total > 0 else Fraction(1)

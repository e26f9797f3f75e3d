"""What orders say of codes: whose they are, which have been used, and for how much.

Nothing is added up as orders come: of every code that stands on a changed order, all of its orders are looked at again.
So the same order twice, in another order, changed or cancelled later, leaves what is true.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import Count, Exists, OuterRef, Q, Sum

from analytics.offers.models import CodeOffer, OfferCode
from analytics.roi.models import Offer, Order
from analytics.roi.seams import CodeFinder, CodeWatcher, code_finders, code_watchers
from communities.models import Community

CHUNK = 1000


@dataclass
class _Use:
    """The orders with one code: the number of each within its shop, and what they come to."""

    sales: list[Order] = field(default_factory=list)
    net: int = 0


def offers_of(keys: Collection[str]) -> dict[str, Offer]:
    """The offers of these codes, as far as members have got them: of one that lies here, nobody can have heard here."""
    rows = OfferCode.objects.given().filter(key__in=keys).select_related("terms__offer")
    return {row.key: row.terms.offer for row in rows}


def is_kept(key: str) -> bool:
    """Whether a code stands in the list of an offer, given or not."""
    return bool(OfferCode.objects.filter(key=key).exists())


def level_codes(keys: Collection[str], community: Community) -> None:
    """Say of each of these codes when it was used first, and what its orders come to, net of what came off them."""
    wanted = sorted(keys)
    for first in range(0, len(wanted), CHUNK):
        rows = OfferCode.objects.given().filter(key__in=wanted[first : first + CHUNK])
        codes = list(rows.select_for_update(of=("self",)).order_by("pk"))
        if codes:
            uses = _uses({code.key for code in codes}, community)
            changed = [code for code in codes if _levelled(code, uses.get(code.key, _Use()))]
            OfferCode.objects.bulk_update(changed, ["used_at", "used_minor"])


def _levelled(code: OfferCode, use: _Use) -> bool:
    """Whether something of it is another now."""
    at = min((sale.placed_at for sale in use.sales), default=None)
    is_new = (code.used_at, code.used_minor) != (at, use.net)
    code.used_at, code.used_minor = at, use.net
    return is_new


def _uses(keys: set[str], community: Community) -> dict[str, _Use]:
    found: dict[str, _Use] = defaultdict(_Use)
    whose: dict[tuple[int, str], str] = {}
    for sale in Order.objects.with_codes(keys).order_by("placed_at"):
        key = sale.code.lower()
        found[key].sales.append(sale)
        whose[sale.source_id, sale.external_id] = key
        if sale.currency == community.currency:
            found[key].net += sale.net_minor
    if whose:
        numbers = {number for _source, number in whose}
        off = Order.objects.filter(is_refund=True, refund_of__in=numbers, currency=community.currency)
        for row in off.filter(source_id__in={source for source, _number in whose}):
            key = whose.get((row.source_id, row.refund_of), "")
            if key:
                found[key].net += row.net_minor
    return found


@dataclass(frozen=True)
class Total:
    """What came of an offer: orders with its code, and what they come to in minor units."""

    orders: int = 0
    net_minor: int = 0


def total_of(terms: CodeOffer, community: Community) -> Total:
    """Of own codes, the sum of what stands with each; of a shared one, of all orders with it since the offer began:
    the shop may have taken it long before."""
    if not terms.is_shared:
        used = OfferCode.objects.filter(terms=terms, used_at__isnull=False)
        net = used.aggregate(net=Sum("used_minor", default=0))["net"]
        return Total(used.count(), int(net))
    known = Order.objects.with_codes([terms.offer.code.lower()])
    sales, money = known.filter(placed_at__gte=terms.opens_at), Q(currency=community.currency)
    sold = sales.aggregate(n=Count("pk"), net=Sum("net_minor", filter=money, default=0))
    theirs = sales.filter(source=OuterRef("source"), external_id=OuterRef("refund_of"))
    off = Order.objects.filter(money, Exists(theirs), is_refund=True)
    return Total(sold["n"], int(sold["net"]) + int(off.aggregate(net=Sum("net_minor", default=0))["net"]))


def register() -> None:
    code_finders.register(CodeFinder("offers", offers_of, is_kept))
    code_watchers.register(CodeWatcher("offers", level_codes))

"""Messages and files of shops: what they tell about orders, and the rows it comes to. Nothing here writes."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from fractions import Fraction
from types import ModuleType
from typing import Any

from analytics.roi.models import OrderSource
from analytics.roi.order_files import OrderRow
from analytics.roi.shops import own, shopify, stripe, woocommerce
from analytics.roi.shops.projecting import fitting, half_up, project
from analytics.roi.shops.telling import Facts, Off, Standing, Telling
from communities.templatetags.money import digits_of

SHOPS: dict[str, ModuleType] = {
    OrderSource.Kind.SHOPIFY: shopify,
    OrderSource.Kind.WOOCOMMERCE: woocommerce,
    OrderSource.Kind.STRIPE: stripe,
    OrderSource.Kind.GENERIC: own,
    OrderSource.Kind.FILE: own,
}


def tellings_in(
    kind: str, topic: str, payload: dict[str, Any], *, arrival: str, received_at: str
) -> list[Telling]:
    """What a message says; `arrival` sorts messages that say themselves to be equally new. Raises what reading of
    something else than this shop’s message raises.
    """
    match kind:
        case OrderSource.Kind.SHOPIFY:
            return shopify.read(topic, payload)
        case OrderSource.Kind.WOOCOMMERCE:
            return woocommerce.read(topic, payload, arrival=arrival, received_at=received_at)
        case OrderSource.Kind.STRIPE:
            return stripe.read(payload)
        case _:
            return own.read(payload, arrival=arrival)


def rows_of(kind: str, number: str, facts: Facts, zone: datetime.tzinfo) -> list[OrderRow]:
    """The rows of one order of a shop of this kind; while nothing is known of its sale, only what may stand alone."""
    newest, file = facts.get("newest"), facts.get("file")
    if facts.get("gone"):
        return []
    if newest is None and file is None:
        return list(_alone(number, facts))
    shop = SHOPS[kind]
    said: Facts = dict(newest or {})
    standing, off = Standing(counts=True), Off()
    if newest is not None:
        standing, off = shop.standing(facts), shop.off(facts)
        if shop is stripe:
            said["placed_at"] = stripe.placed_at(facts)
    if file is not None and standing_word(facts) is file:
        said |= file
        standing = standing if standing.counts else Standing(counts=True)
    return project(number, said, standing, _with_files(off, facts), zone)


def _alone(number: str, facts: Facts) -> Iterator[OrderRow]:
    for id_, told in facts.get("file_refunds", {}).items():
        if told.get("alone"):
            currency, at = told["currency"], datetime.datetime.fromisoformat(told["at"])
            net = -half_up(Fraction(told["net"]) * 10 ** digits_of(currency))
            yield OrderRow(fitting(id_), at, net, currency, True, number, kind="refund")


def standing_word(facts: Facts) -> Facts | None:
    """What is said last of the sale: by the shop itself, or by a file that is newer."""
    newest, file = facts.get("newest"), facts.get("file")
    if newest is None or file is None:
        return newest or file
    told_at = max(str(one["at"]) for one in facts["history"].values())
    word: Facts = file if file["key"] > told_at else newest
    return word


def _with_files(off: Off, facts: Facts) -> Off:
    """A refund that a file tells as well is one: the file’s word about it is taken."""
    if "file_refunds" not in facts:
        return off
    told = own.off(facts, "file_refunds")
    named = {one.id for one in told.takes} | {f"refund-{one.id}" for one in told.takes}
    takes = [one for one in off.takes if one.id not in named]
    return Off([*takes, *told.takes], [*off.aside, *told.aside])


def sold_and_back(facts: Facts) -> tuple[Fraction, Fraction] | None:
    """In our own format: what an order was sold for and all its refunds; None while its sale is not known."""
    newest = facts.get("newest")
    if newest is None:
        return None
    return Fraction(newest["net"]), sum((one.net for one in own.off(facts).takes), Fraction(0))


__all__ = ["SHOPS", "rows_of", "sold_and_back", "standing_word", "tellings_in"]

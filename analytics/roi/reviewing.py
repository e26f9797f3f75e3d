"""What reviews ask of offers and orders: the ways out that count clicks, and whose an order is."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping

from django.db.models import Q
from django.urls import reverse

from analytics.roi.models import Click, Offer, Order, OrderSource
from analytics.roi.models.offers import OfferQuerySet
from communities.models import Membership
from communities.reviews.seams import OrderCheck, Way, WayOut, order_checks, ways_out

# Of those that run, how many a form offers.
MOST = 200


def running(day: datetime.date) -> list[Way]:
    return [_way(offer) for offer in _on(day).newest()[:MOST]]


def named(names: Collection[str], day: datetime.date) -> Mapping[str, Way]:
    return {offer.slug: _way(offer) for offer in _on(day).filter(slug__in=names)}


def _on(day: datetime.date) -> OfferQuerySet:
    """Links and contact forms; codes are for members, and some of them for a few alone."""
    found: OfferQuerySet = Offer.objects.for_anybody().filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day
    )
    return found


def _way(offer: Offer) -> Way:
    """A link leads on at once, by the address that counts; a form has a page."""
    leads_on = offer.kind == Offer.Kind.LINK and bool(offer.address)
    route = "roi:follow-link" if leads_on else "roi:show-offer"
    return Way(offer.slug, offer.title, reverse(route, args=[offer.slug]), counts=leads_on)


def is_theirs(number: str, by: Membership) -> bool:
    """Whether a sale of this number was recognised as this member’s: by their number at the checkout, or by a click of
    theirs with consent; and not taken back as a whole."""
    sales = Order.objects.filter(
        source__in=OrderSource.objects.values("pk"), external_id=number, is_refund=False
    )
    clicks = Click.objects.filter(membership=by, number__isnull=False).values("number")
    mine = sales.filter(Q(membership=by) | Q(click_number__in=clicks))
    gone = Order.objects.filter(
        source__in=OrderSource.objects.values("pk"), refund_of=number, kind=Order.Kind.CANCEL
    )
    return bool(mine.exclude(source__in=gone.values("source")).exists())


def has_orders() -> bool:
    return bool(Order.objects.filter(is_refund=False).exists())


def register() -> None:
    ways_out.register(WayOut("offers", running, named))
    order_checks.register(OrderCheck("orders", is_theirs, has_orders))

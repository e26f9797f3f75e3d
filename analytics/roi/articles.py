"""Orders that came of an article: those of which the last contact was a visit that began with it."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from analytics.capture.rollups import kept_since
from analytics.capture.services import Forgetter, forgetters
from analytics.roi.models import Credit, Order
from analytics.roi.money import shown
from communities.blogs.readings import Selling, Sold, sellings
from communities.calendar import day_of, moments
from communities.models import Community
from members.personal import Leaver, register_way


def register() -> None:
    sellings.register(Selling("orders", sold_by, written))
    forgetters.register(Forgetter("orders", forget_pages_of))
    register_way("roi.Order.membership", forget_orders_of)


def sold_by(
    community: Community, paths: Collection[str], first: datetime.date, last: datetime.date
) -> Iterator[Sold]:
    """By the attribution that results use: each order once, by its last contact; and what came off these orders, on the
    day on which it did, whatever its own last contact was. What the sum of one was changed by is known since then."""
    start, end = moments(first, last, community)
    of_it = _last_contacts().filter(page__in=list(paths))
    within = {"placed_at__gte": start, "placed_at__lt": end, "currency": community.currency}
    sales = Order.objects.filter(Exists(of_it.filter(order=OuterRef("pk"))), is_refund=False, **within)
    sale = Order.objects.filter(
        source=OuterRef("source"), external_id=OuterRef("refund_of"), is_refund=False
    ).filter(Exists(of_it.filter(order=OuterRef("pk"))))
    refunds = Order.objects.filter(Exists(sale), is_refund=True, **within).exclude(refund_of="")
    for orders in (sales, refunds):
        rows = orders.values_list(
            "placed_at", "known_at", "membership", "is_refund", "net_minor", "corrections"
        )
        for placed_at, known_at, buyer, is_refund, net, corrections in rows:
            day, known = day_of(placed_at, community), day_of(known_at, community)
            yield Sold(day, known, buyer, int(not is_refund), net - sum(by for _day, by in corrections))
            for changed, by in corrections:
                yield Sold(day, datetime.date.fromisoformat(changed), buyer, 0, by)


def _last_contacts() -> QuerySet[Credit]:
    """Those that orders belong to: the parts that are something, and of an order whose sum was corrected to nothing the
    latest."""
    parts: QuerySet[Credit] = Credit.objects.filter(model=Credit.Model.LAST)
    later = parts.filter(order=OuterRef("order"), touched_at__gt=OuterRef("touched_at"))
    to_nothing = Q(order__net_minor=0) & ~Q(order__corrections=[]) & ~Exists(later)
    return parts.filter(~Q(amount_minor=0) | to_nothing)


def written(net: int, community: Community) -> str:
    return shown(net, community.currency)


def forget_orders_of(leaver: Leaver, at_most: int) -> int:
    """Of somebody erased: what they had opened, and that the orders were theirs."""
    forget_pages_of({leaver.membership_id})
    done = Order.objects.filter(membership=leaver.membership_id).update(membership=None)
    return min(done, at_most - 1)


def forget_pages_of(memberships: Collection[int]) -> None:
    """What these people had opened before they bought; the orders stay, and belong to no article."""
    _forget(Credit.objects.filter(order__membership__in=list(memberships)))


def forget_old_pages() -> int:
    """The same of all, as soon as the visits themselves are gone; of how many parts of orders."""
    return _forget(Credit.objects.filter(touched_at__lt=kept_since(timezone.now())))


def _forget(credits: QuerySet[Credit]) -> int:
    return credits.exclude(page="").update(page="")

"""Money rows for tests, made through the services."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from analytics.roi import services
from analytics.roi.models import Cost, Offer, OrderSource
from analytics.roi.order_files import OrderRow
from communities.models import Community
from tests.conftest import Cast

OCTOBER = datetime.date(2026, 10, 1)


def at(day: int, month: int = 10, hour: int = 12) -> datetime.datetime:
    return datetime.datetime(2026, month, day, hour, tzinfo=datetime.UTC)


def make_month(moment: datetime.datetime) -> None:
    """Room for what visitors did in that month; there is only for those around the present one."""
    with connection.cursor() as cursor:
        cursor.execute("select make_event_month(%s)", [moment])


def make_rate(cast: Cast, name: str, value: str, **fields: Any) -> Any:
    fields.setdefault("valid_from", datetime.date(2026, 1, 1))
    fields.setdefault("source", "Sales, spring 2026")
    return services.set_rate(cast.community, name, by=cast.marketing, value=Decimal(value), **fields)


def make_offer(**fields: Any) -> Offer:
    fields.setdefault("title", "Sharpening evening")
    fields.setdefault("slug", "sharpening")
    fields.setdefault("address", "https://shop.example.org/sharpening?from=here")
    fields.setdefault("code", "BLADE")
    fields.setdefault("starts_on", datetime.date(2026, 1, 1))
    return Offer.objects.create(**fields)


def make_cost(cast: Cast, amount: int, **fields: Any) -> Cost:
    fields.setdefault("label", "Tools")
    fields.setdefault("kind", Cost.Kind.RUNNING)
    fields.setdefault("starts_on", OCTOBER)
    return services.record_cost(cast.community, by=cast.marketing, amount_minor=amount, **fields)


def make_shop(kind: str = OrderSource.Kind.FILE, name: str = "Chandlery", secret: str = "") -> OrderSource:
    shop, is_new = OrderSource.objects.get_or_create(name=name, defaults={"kind": kind})
    if is_new and secret:
        shop.keep_secret(secret)
        shop.save()
    return shop


def make_order(community: Community, number: str, net: int, **fields: Any) -> Any:
    fields.setdefault("placed_at", at(12))
    row = OrderRow(number, fields.pop("placed_at"), net, fields.pop("currency", "EUR"), **fields)
    return services.store_orders(make_shop(), [row], community=community)


def make_october(cast: Cast) -> None:
    """An October of 600 € margin measured and 15,000 € media value, for 6,000 € spent."""
    make_rate(cast, "margin", "40")
    make_rate(cast, "cpm", "10", low=Decimal(8), high=Decimal(12))
    make_cost(cast, 600_000)
    services.add_counts(
        cast.community, "impression", by=cast.marketing, source="Ad server", days={at(5).date(): 1_500_000}
    )
    make_offer()
    make_order(cast.community, "A1", 150_000, code="BLADE")
    make_order(cast.community, "A2", 99_900)

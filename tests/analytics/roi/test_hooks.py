"""Signed messages of shops: taken once; forged, replayed and senseless ones refused."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from typing import Any

import pytest
from django.db.models import Sum
from django.test import Client
from kombu.exceptions import OperationalError

from analytics.roi import services
from analytics.roi.models import Delivery, LedgerEntry, Order, OrderSource
from analytics.roi.tasks import keep_ledgers, take_message
from communities.sealing import Unreadable, seal, unseal
from communities.signatures import sign
from tests.analytics.money import make_offer, make_rate, make_shop
from tests.conftest import Cast

SECRET = "a secret of the shop"
ORDER = {
    "order_id": "1001",
    "placed_at": "2026-10-12T10:00:00+02:00",
    "updated_at": "2026-10-12T08:00:00Z",
    "net": "120.50",
    "currency": "EUR",
    "code": "BLADE",
}


RECEIVED, BEFORE = {"result": "received"}, {"result": "received before"}


def send(cast: Cast, kind: str, body: bytes, *, work: bool = True, **headers: str) -> Any:
    """The answer of the shop’s address; the worker has done its part unless told otherwise."""
    with cast.scope():
        shop = make_shop(kind, f"Shop {kind}", SECRET)
    url = cast.url(f"/hooks/orders/{shop.token}/")
    answer = Client(enforce_csrf_checks=True).post(
        url,
        body,
        content_type="application/json",
        headers={k.replace("_", "-"): v for k, v in headers.items()},
    )
    if work:
        with cast.scope():
            services.take_waiting(cast.community)
    return answer


def timed(body: bytes, at: float | None = None, secret: str = SECRET) -> str:
    moment = str(int(at or time.time()))
    return f"t={moment},v1={sign(secret, moment.encode() + b'.' + body).hex()}"


def generic(cast: Cast, order: dict[str, Any], **options: Any) -> Any:
    body = json.dumps(order).encode()
    return send(cast, "generic", body, x_signature=timed(body, **options))


def encoded(body: bytes) -> str:
    return base64.b64encode(hmac.new(SECRET.encode(), body, hashlib.sha256).digest()).decode()


def test_published_signatures() -> None:
    assert sign("It's a Secret to Everybody", b"Hello, World!").hex() == (
        "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    )
    text = b"The quick brown fox jumps over the lazy dog"
    assert base64.b64encode(sign("key", text)) == b"97yD9DBThCSxMpjmqm+xQ+9NWaFJRhdZl0edvC0aPNg="


def test_an_order_is_taken_once(here: Cast) -> None:
    with here.scope():
        make_offer()
        make_rate(here, "margin", "50")
    body = json.dumps(ORDER).encode()
    signature = timed(body)
    answer = send(here, "generic", body, x_signature=signature)
    assert answer.json() == RECEIVED
    assert send(here, "generic", body, x_signature=signature).json() == BEFORE
    assert send(here, "generic", body, x_signature=timed(body, time.time() - 9)).json() == BEFORE
    with here.scope():
        entry = LedgerEntry.objects.get()
        assert (entry.gross_minor, entry.amount_minor, entry.counted) == (12_050, 6_025, True)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "t=1,v1=00",
        "v1=00",
        "t=abc,v1=00",
        "t=1",
        "t=1,t=2,v1=00",
        "t=²,v1=00",
        "t=99999999999999999999,v1=0",
    ],
)
def test_forged_messages_are_refused(here: Cast, header: str) -> None:
    answer = send(here, "generic", json.dumps(ORDER).encode(), x_signature=header)
    assert answer.status_code == 401
    with here.scope():
        assert not Order.objects.exists()


def test_another_secret_another_body_and_an_old_message_are_refused(here: Cast) -> None:
    body = json.dumps(ORDER).encode()
    assert generic(here, ORDER, secret="another secret").status_code == 401
    assert send(here, "generic", body.replace(b"120", b"999"), x_signature=timed(body)).status_code == 401
    old = generic(here, ORDER, at=time.time() - 301)
    assert old.status_code == 401
    assert "too long ago" in old.json()["error"]


@pytest.mark.parametrize(
    "changes",
    [
        {"net": "much"},
        {"net": "NaN"},
        {"net": "1e40"},
        {"net": "-5"},
        {"currency": "ABC"},
        {"placed_at": "yesterday"},
        {"placed_at": "2026-10-12T10:00:00"},
        {"order_id": ""},
        {"net": None},
        {"net": "99999999999999"},
        {"placed_at": "0001-01-01T00:00:00+00:00"},
        {"member": "a\0b"},
        {"email": "\ud800"},
        {"updated_at": "lately"},
        {"net": 10**20},
        {"order_id": {"a": 1}, "net": []},
    ],
)
def test_senseless_orders_are_refused(here: Cast, changes: dict[str, Any]) -> None:
    answer = generic(here, ORDER | changes)
    assert answer.status_code == 400
    assert answer.json()["error"]
    with here.scope():
        assert not Order.objects.exists()


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b"\xff\xfe", b"null", b"{}", b"[" * 100_000, b'{"a":' * 100_000, b"9" * 9_000]
)
def test_what_is_no_order_is_refused(here: Cast, body: bytes) -> None:
    assert send(here, "generic", body, x_signature=timed(body)).status_code == 400


def test_messages_may_come_in_any_order(here: Cast) -> None:
    later = ORDER | {"updated_at": "2026-10-12T09:00:00Z", "net": "80.00"}
    assert generic(here, later).json() == RECEIVED
    assert generic(here, ORDER).json() == RECEIVED
    with here.scope():
        assert Order.objects.get().net_minor == 8_000


def test_the_hour_that_turns_back_does_not_make_a_message_older(here: Cast) -> None:
    """Half past two in the morning of 25 October comes twice; the second time is an hour later."""
    before = ORDER | {"updated_at": "2026-10-25T02:50:00+02:00"}
    after = ORDER | {"updated_at": "2026-10-25T02:10:00+01:00", "net": "80.00"}
    for order in (before, after, before | {"net": "120.51"}):
        generic(here, order)
    with here.scope():
        assert Order.objects.get().net_minor == 8_000


def test_the_shop_is_answered_before_the_work_is_done(
    here: Cast, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(take_message, "apply_async", lambda kwargs, **_rest: sent.append(kwargs))
    body = json.dumps(ORDER | {"email": "ada@example.org"}).encode()
    with django_capture_on_commit_callbacks(execute=True):
        answer = send(here, "generic", body, work=False, x_signature=timed(body))
    assert answer.json() == RECEIVED
    with here.scope():
        assert not Order.objects.exists()
        assert "ada" not in Delivery.objects.get().sealed_rows
    for facts in sent * 2:
        take_message(**facts)
    with here.scope():
        assert Order.objects.get().net_minor == 12_050
        assert Delivery.objects.get().sealed_rows == ""
        assert OrderSource.objects.get().last_at is not None


def test_a_broker_that_is_away_loses_no_order(
    here: Cast, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    def away(**_options: Any) -> None:
        raise OperationalError

    monkeypatch.setattr(take_message, "apply_async", away)
    body = json.dumps(ORDER).encode()
    with django_capture_on_commit_callbacks(execute=True):
        assert send(here, "generic", body, work=False, x_signature=timed(body)).status_code == 200
    keep_ledgers()
    with here.scope():
        assert Order.objects.get().net_minor == 12_050


def test_an_order_in_another_currency_is_kept_and_not_counted(here: Cast) -> None:
    with here.scope():
        make_offer()
    assert generic(here, ORDER | {"currency": "jpy", "net": "12000"}).json() == RECEIVED
    with here.scope():
        entry = LedgerEntry.objects.get()
        assert (entry.currency, entry.amount_minor, entry.counted) == ("JPY", 12_000, False)


def test_a_body_that_is_too_large_is_not_read(here: Cast) -> None:
    body = json.dumps(ORDER | {"code": "x" * 1024 * 1024}).encode()
    assert send(here, "generic", body, x_signature=timed(body)).status_code == 413


def test_secrets_are_neither_in_the_database_nor_in_logs_nor_on_pages(
    here: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    client = here.sign_in(here.marketing)
    path = here.url("/results/orders/sources/")
    shop = {"kind": "stripe", "name": "Atelier", "secret": SECRET}
    refused = client.post(path, shop | {"name": ""})
    assert refused.status_code == 422
    assert SECRET not in refused.content.decode()
    assert client.post(path, shop).status_code == 302
    generic(here, ORDER, secret="another secret")
    with here.scope():
        kept = OrderSource.objects.get(name="Atelier")
        assert SECRET not in str(OrderSource.objects.filter(pk=kept.pk).values())
        assert kept.secret == SECRET
    assert SECRET not in client.get(path).content.decode()
    assert SECRET not in caplog.text


def test_a_sealed_text_opens_in_its_place_only(settings: Any) -> None:
    for text in ("", "x", SECRET, "é" * 500):
        assert unseal(seal(text, place="a"), place="a") == text
    sealed = seal(SECRET, place="a")
    assert sealed != seal(SECRET, place="a")
    changed = sealed[:-2] + ("A" if sealed[-2] != "A" else "B") + sealed[-1]
    for text, place in (
        (sealed, "b"),
        (changed, "a"),
        ("1.", "a"),
        ("", "a"),
        ("1.é", "a"),
        (sealed[2:], "a"),
    ):
        with pytest.raises(Unreadable):
            unseal(text, place=place)
    former, settings.SECRET_KEY = settings.SECRET_KEY, "another key of fifty characters or so, for the test"
    with pytest.raises(Unreadable):
        unseal(sealed, place="a")
    settings.SECRET_KEY_FALLBACKS = [former]
    assert unseal(sealed, place="a") == SECRET


def test_a_shop_whose_secret_is_lost_is_refused_and_says_so(here: Cast, settings: Any) -> None:
    with here.scope():
        make_shop("generic", "Shop generic", SECRET)
    client = here.sign_in(here.marketing)
    with here.scope():
        OrderSource.objects.update(sealed_secret=seal(SECRET, place="elsewhere"))
    assert generic(here, ORDER).status_code == 401
    assert "enter it again" in client.get(here.url("/results/orders/sources/")).content.decode()


def test_shopify_orders_and_refunds(here: Cast) -> None:
    order = {
        "id": 7,
        "created_at": "2026-10-12T10:00:00+02:00",
        "updated_at": "2026-10-12T10:00:00+02:00",
        "currency": "EUR",
        "subtotal_price": "120.00",
        "total_tax": "20.00",
        "taxes_included": True,
        "discount_codes": [{"code": "blade"}],
    }
    refund = {
        "id": 9,
        "order_id": 7,
        "created_at": "2026-10-20T10:00:00+02:00",
        "transactions": [{"amount": "100.00", "currency": "EUR"}],
    }
    with here.scope():
        make_offer()
    for topic, message in (("orders/create", order), ("refunds/create", refund), ("orders/create", order)):
        body = json.dumps(message).encode()
        answer = send(here, "shopify", body, x_shopify_hmac_sha256=encoded(body), x_shopify_topic=topic)
        assert answer.status_code == 200
    with here.scope():
        assert list(Order.objects.order_by("id").values_list("net_minor", "matched_by")) == [
            (10_000, "code"),
            (-10_000, "code"),
        ]
        assert LedgerEntry.objects.aggregate(total=Sum("amount_minor"))["total"] == 0
    body = json.dumps(order).encode()
    assert send(here, "shopify", body, x_shopify_hmac_sha256="AAAA").status_code == 401


def test_woocommerce_orders(here: Cast) -> None:
    order = {
        "id": 3,
        "date_created_gmt": "2026-10-12T08:00:00",
        "date_modified_gmt": "2026-10-12T08:00:00",
        "currency": "EUR",
        "total": "66.00",
        "total_tax": "11.00",
        "shipping_total": "5.00",
        "status": "completed",
        "meta_data": [{"key": "cid", "value": "x"}],
    }
    body = json.dumps(order).encode()
    headers = {"x_wc_webhook_signature": encoded(body), "x_wc_webhook_topic": "order.created"}
    assert send(here, "woocommerce", body, **headers).json() == RECEIVED
    cancelled = json.dumps(
        order | {"status": "cancelled", "date_modified_gmt": "2026-10-13T08:00:00"}
    ).encode()
    headers["x_wc_webhook_signature"] = encoded(cancelled)
    assert send(here, "woocommerce", cancelled, **headers).json() == RECEIVED
    with here.scope():
        assert sorted(Order.objects.values_list("net_minor", flat=True)) == [-5_000, 5_000]


def test_stripe_sessions(here: Cast) -> None:
    event = {
        "id": "evt_1",
        "type": "checkout.session.completed",
        "created": 1_792_000_000,
        "data": {
            "object": {
                "id": "cs_1",
                "payment_intent": "pi_1",
                "amount_total": 12_000,
                "currency": "eur",
                "total_details": {"amount_tax": 2_000, "amount_shipping": 0},
                "client_reference_id": here.member.handle,
            }
        },
    }
    body = json.dumps(event).encode()
    assert send(here, "stripe", body, stripe_signature=timed(body)).json() == RECEIVED
    # Stripe numbers its events: the same one told differently is the same one.
    told = json.dumps(event | {"pending_webhooks": 2}).encode()
    assert send(here, "stripe", told, stripe_signature=timed(told)).json() == BEFORE
    other = json.dumps(
        {"id": "evt_2", "type": "customer.created", "created": 1, "data": {"object": {}}}
    ).encode()
    assert send(here, "stripe", other, stripe_signature=timed(other)).json() == RECEIVED
    with here.scope():
        order = Order.objects.get()
        assert (order.net_minor, order.matched_by, order.membership) == (10_000, "member", here.member)
        assert {c.model: c.amount_minor for c in order.credits.all()} == {"last": 10_000, "linear": 10_000}


def test_a_shop_of_another_community_is_not_there(here: Cast, elsewhere: Cast) -> None:
    with here.scope():
        shop = make_shop("generic", "Shop", SECRET)
    body = json.dumps(ORDER).encode()
    answer = Client().post(
        elsewhere.url(f"/hooks/orders/{shop.token}/"),
        body,
        content_type="application/json",
        headers={"x-signature": timed(body)},
    )
    assert answer.status_code == 404

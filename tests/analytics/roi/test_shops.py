"""Shops are connected, given another secret and disconnected; the trial of WooCommerce is answered."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from analytics.roi import services
from analytics.roi.models import Delivery, Order, OrderSource
from communities.exceptions import NotAllowed
from tests.analytics.money import make_shop
from tests.analytics.roi.test_hooks import ORDER, timed
from tests.conftest import Cast

OLD, NEW = "a secret of the shop", "another secret of it"
FORM = "application/x-www-form-urlencoded"
BODY = json.dumps(ORDER).encode()


def shop(here: Cast, kind: str = "generic") -> OrderSource:
    with here.scope():
        return make_shop(kind, "Chandlery online", OLD)


def hook(here: Cast, source: OrderSource) -> str:
    return here.url(f"/hooks/orders/{source.token}/")


def send(here: Cast, source: OrderSource, secret: str) -> int:
    """The answer to a signed order; the worker has done its part."""
    signature = {"x-signature": timed(BODY, secret=secret)}
    answer = Client().post(
        hook(here, source), BODY, content_type="application/json", headers=signature
    )  # fmt: skip
    with here.scope():
        services.take_waiting(here.community)
    return answer.status_code


def test_the_trial_of_woocommerce_is_answered_and_does_nothing(here: Cast) -> None:
    source = shop(here, "woocommerce")
    client = Client(enforce_csrf_checks=True)
    for content_type in (FORM, f"{FORM}; charset=UTF-8"):
        answer = client.post(hook(here, source), "webhook_id=17", content_type=content_type)
        assert (answer.status_code, answer.json()) == (200, {"result": "trial"})
    with here.scope():
        assert not Delivery.objects.exists()
        assert OrderSource.objects.get().last_at is None


@pytest.mark.parametrize(
    ("kind", "body", "content_type", "headers"),
    [
        ("woocommerce", "webhook_id=17", "application/json", {}),
        ("woocommerce", "webhook_id=", FORM, {}),
        ("woocommerce", "webhook_id=17\n", FORM, {}),
        ("woocommerce", "webhook_id=17&order=1", FORM, {}),
        ("woocommerce", "webhook_id=" + "1" * 21, FORM, {}),
        ("woocommerce", "webhook_id=1٣", FORM, {}),
        ("woocommerce", "", FORM, {}),
        ("woocommerce", "webhook_id=17", FORM, {"x-wc-webhook-topic": "order.created"}),
        ("woocommerce", "webhook_id=17", FORM, {"x-wc-webhook-signature": "forged"}),
        ("generic", "webhook_id=17", FORM, {}),
        ("shopify", "webhook_id=17", FORM, {}),
        ("stripe", "webhook_id=17", FORM, {}),
    ],
)  # fmt: skip
def test_whatever_else_is_unsigned_is_refused(
    here: Cast, kind: str, body: str, content_type: str, headers: Any
) -> None:
    source = shop(here, kind)
    answer = Client().post(hook(here, source), body, content_type=content_type, headers=headers)
    assert answer.status_code == 401


def test_another_secret_takes_the_place_of_the_old_one(here: Cast) -> None:
    source, client = shop(here), here.sign_in(here.marketing)
    page = here.url(f"/results/orders/sources/{source.pk}/secret/")
    assert page in client.get(here.url("/results/orders/sources/")).content.decode()
    assert "Change the secret of Chandlery online" in client.get(page).content.decode()
    assert client.post(page, {"secret": "too short"}).status_code == 422
    assert send(here, source, OLD) == 200
    assert client.post(page, {"secret": NEW}).status_code == 302
    assert send(here, source, OLD) == 401
    assert send(here, source, NEW) == 200
    assert NEW not in client.get(page).content.decode()


def test_a_disconnected_shop_keeps_its_orders_and_goes_on_when_it_comes_back(here: Cast) -> None:
    source, client = shop(here), here.sign_in(here.marketing)
    assert send(here, source, OLD) == 200
    page, shops = here.url(f"/results/orders/sources/{source.pk}/disconnect/"), "/results/orders/sources/"
    assert "Its orders stay" in client.get(page).content.decode()
    assert send(here, source, OLD) == 200, "looking is not disconnecting"
    assert client.post(page).status_code == 302
    assert client.post(page).status_code == 404
    assert client.get(here.url(f"{shops}{source.pk}/secret/")).status_code == 404
    assert send(here, source, OLD) == 404
    assert str(source.token) not in client.get(here.url(shops)).content.decode()
    assert ORDER["order_id"] in client.get(here.url("/results/orders/")).content.decode()
    again = {"kind": "generic", "name": "Chandlery online", "secret": NEW}
    assert client.post(here.url(shops), again).status_code == 302
    assert send(here, source, NEW) == 200
    assert client.post(here.url(shops), again).status_code == 422, "the name of a connected shop is taken"
    with here.scope():
        assert OrderSource.objects.get().token == source.token
        assert Order.objects.get().external_id == ORDER["order_id"]


def test_who_moves_shops(here: Cast, elsewhere: Cast) -> None:
    source = shop(here)
    for act in ("secret", "disconnect"):
        path = f"/results/orders/sources/{source.pk}/{act}/"
        assert here.sign_in(here.manager).post(here.url(path), {"secret": NEW}).status_code == 403
        other = elsewhere.sign_in(elsewhere.marketing).post(elsewhere.url(path), {"secret": NEW})
        assert other.status_code == 404
    with here.scope():
        with pytest.raises(NotAllowed):
            services.change_secret(source, by=here.manager, secret=NEW)
        with pytest.raises(NotAllowed):
            services.disconnect_shop(source, by=here.manager)
        assert OrderSource.objects.get().secret == OLD

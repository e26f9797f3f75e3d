"""What was tried against offers, orders and results, and must not work again."""

from __future__ import annotations

import base64
import datetime
import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from analytics.roi.exceptions import FileRefused
from analytics.roi.models import Click, Lead, Offer, Order, Rate
from analytics.roi.order_files import read_table
from communities.exceptions import NotAllowed
from communities.models import Membership
from communities.signatures import sign
from tests.analytics.conftest import BROWSER
from tests.analytics.money import make_offer, make_rate
from tests.analytics.roi.test_contacts_and_refunds import CONTACT
from tests.analytics.roi.test_hooks import ORDER, SECRET, generic, send, timed
from tests.conftest import Cast


def suspend(person: Membership) -> None:
    Membership.objects.filter(pk=person.pk).update(
        suspended_until=timezone.now() + datetime.timedelta(days=1)
    )


@pytest.mark.parametrize("role", ["marketing", "owner", "manager"])
@pytest.mark.parametrize("path", ["/results/", "/results/leads.csv", "/results/rates/", "/manage/banners/"])
def test_who_is_suspended_is_none_of_the_team(here: Cast, role: str, path: str) -> None:
    person = getattr(here, role)
    with here.scope():
        suspend(person)
    assert here.sign_in(person).get(here.url(path)).status_code == 403


def test_services_refuse_who_is_suspended(here: Cast) -> None:
    with here.scope():
        suspend(here.marketing)
        here.marketing.refresh_from_db()
        with pytest.raises(NotAllowed):
            make_rate(here, "cpm", "10")
        assert not Rate.objects.exists()


def test_a_form_for_contacts_is_not_filled_by_a_machine(here: Cast, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "contact": "20/h/ip"}
    cache.clear()
    with here.scope():
        offer = make_offer(kind=Offer.Kind.CONTACT)
    url = here.url(f"/offers/{offer.slug}/")
    answers = [Client().post(url, CONTACT | {"email": f"a{n}@example.org"}).status_code for n in range(25)]
    assert answers == [302] * 20 + [429] * 5
    with here.scope():
        assert Lead.objects.count() == 20
    assert Client().get(url).status_code == 200
    cache.clear()


def test_another_page_does_not_agree_in_a_members_name(here: Cast) -> None:
    """A picture anywhere with this address linked the orders of every member who saw it."""
    with here.scope():
        offer = make_offer()
    path = here.url(f"/go/{offer.slug}?linked=1")
    client = here.sign_in(here.member)
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Referer": "https://elsewhere.example/"},
        {},
    ):
        answer = client.get(path, headers={"User-Agent": BROWSER, **headers})
        assert answer.status_code == 302
        assert "cid=" not in answer["Location"], headers
    for headers in (
        {"Sec-Fetch-Site": "same-origin"},
        {"Referer": "http://testserver" + here.url(f"/offers/{offer.slug}/")},
    ):
        answer = client.get(path, headers={"User-Agent": BROWSER, **headers})
        assert "cid=" in answer["Location"], headers
    with here.scope():
        assert (
            not Click.objects.filter(consented=True, membership=here.member)
            .exclude(number__isnull=False)
            .exists()
        )


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 200_000,
        b'{"order_id":' * 50_000,
        b'{"order_id": "\\ud800", "placed_at": "2026-10-12T10:00:00+02:00", "net": "1", "currency": "EUR"}',
        json.dumps(ORDER | {"email": "\ud800@example.org"}).encode(),
        json.dumps(ORDER | {"member": "\udfff"}).encode(),
        json.dumps(ORDER | {"refund_of": "x" * 500, "net": "-1"}).encode(),
        json.dumps(ORDER | {"currency": "ﬀ" * 9}).encode(),
        json.dumps(ORDER | {"net": "1e-999999999"}).encode(),
        json.dumps(ORDER | {"net": "NaN"}).encode(),
        json.dumps(ORDER | {"net": "sNaN"}).encode(),
        json.dumps(ORDER | {"net": "-0"}).encode(),
        json.dumps(ORDER | {"placed_at": "2026-10-12T10:00:00+23:59:59.999999"}).encode(),
        json.dumps(ORDER | {"customer": "c" * 100_000, "updated_at": "\ud800" * 300}).encode(),
        b"\xff\xfe\x00",
        b"null",
    ],
)
def test_signed_nonsense_is_refused_not_failed_on(here: Cast, body: bytes) -> None:
    answer = send(here, "generic", body, x_signature=timed(body))
    assert answer.status_code in (200, 400), answer.content
    if answer.status_code == 400:
        with here.scope():
            assert not Order.objects.exists()


@pytest.mark.parametrize("kind", ["shopify", "woocommerce", "stripe"])
def test_long_numbers_of_shops_are_no_failure(here: Cast, kind: str) -> None:
    long = "9" * 400
    payload: dict[str, dict[str, Any]] = {
        "shopify": {
            "id": long, "order_id": long, "created_at": "2026-10-12T10:00:00+02:00",
            "transactions": [{"amount": "5", "currency": "EUR"}],
        },
        "woocommerce": {
            "id": long, "date_created_gmt": "2026-10-12T10:00:00", "total": "9", "currency": "EUR",
            "status": "refunded", "date_modified_gmt": "2026-10-13T10:00:00", "coupon_lines": [{"code": long}],
        },
        "stripe": {
            "type": "charge.refunded", "created": 1791800000,
            "data": {"object": {"id": long, "payment_intent": long, "amount_refunded": 100, "currency": "eur"}},
        },
    }  # fmt: skip
    body = json.dumps(payload[kind]).encode()
    signed = base64.b64encode(sign(SECRET, body)).decode()
    headers = {
        "shopify": {"x_shopify_hmac_sha256": signed, "x_shopify_topic": "refunds/create"},
        "woocommerce": {"x_wc_webhook_signature": signed, "x_wc_webhook_topic": "order.updated"},
        "stripe": {"stripe_signature": timed(body)},
    }
    assert send(here, kind, body, **headers[kind]).status_code == 200


def test_offers_are_counted_each_for_itself(here: Cast) -> None:
    """Joined, a thousand clicks met ten thousand contacts: the page took seconds."""
    with here.scope():
        offer, other = make_offer(), make_offer(slug="other", code="OTHER")
        Click.objects.bulk_create([Click(offer=offer, community=here.community) for _n in range(3)])
        for number in range(2):
            Lead.objects.create(offer=offer, name="A", email=f"a{number}@example.org", email_hash=str(number))
        found = {one.pk: (one.click_count, one.lead_count) for one in Offer.objects.newest().with_counts()}
        assert found == {offer.pk: (3, 2), other.pk: (0, 0)}
        sql = str(Offer.objects.newest().with_counts().query)
        assert sql.count("GROUP BY") == 2


def test_an_order_is_taken_after_all_that(here: Cast) -> None:
    assert generic(here, ORDER).status_code == 200


@pytest.mark.parametrize(
    "content",
    [
        ",".join(f"c{n}" for n in range(100_000)).encode() + b"\n" + b",".join([b"1"] * 100_000),
        b"order,date,net\n" + b"," * 30_000_000,
        b"order,date,net\n" + b"1\n" * 1_100_000,
        gzip.compress(b"order,date,net\n" + b",\n" * 3_000_000),
        b"order,date,net\n" + b"x" * 5_000_000 + b",2026-01-01,1\n",
        b'order,date,net\n"' + b"x\n" * 5_000_000,
        b"PK\x03\x04\x14\x00\x06\x00" + bytes(range(256)) * 50,
    ],
    ids=["columns", "separators", "lines", "bomb", "cell", "quote", "xlsx"],
)
def test_a_table_that_is_none_is_refused_before_it_fills_the_memory(content: bytes) -> None:
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    before = memory_of_this_process("VmRSS")
    with pytest.raises(FileRefused):
        read_table(content)
    assert memory_of_this_process("VmHWM") - before < 600_000_000


def memory_of_this_process(what: str) -> int:
    """In bytes, as the kernel counts it: following each allocation takes ten times as long as making it."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(what))


@pytest.mark.parametrize(
    "address", ["http://shop.example.org/", "https://shop.example.org@evil.example/", "javascript:alert(1)"]
)
def test_an_offer_leads_where_it_says(here: Cast, address: str) -> None:
    given = {"title": "Oil", "slug": "oil", "kind": "link", "medium": "referral", "starts_on": "2026-10-01"}
    new = here.url("/results/offers/new/")
    refused = here.sign_in(here.marketing).post(new, given | {"address": address})
    assert refused.status_code == 422
    with here.scope():
        assert not Offer.objects.exists()
    taken = here.sign_in(here.marketing).post(new, given | {"address": "https://shop.example.org/oil?a=1"})
    assert taken.status_code == 302


def test_words_about_a_zero_byte_are_words(here: Cast) -> None:
    body = json.dumps(ORDER | {"customer": "who writes \\u0000"}).encode()
    assert send(here, "generic", body, x_signature=timed(body)).status_code == 200
    with here.scope():
        assert Order.objects.count() == 1

"""What reviews ask of offers and orders, and the published case of the travel reviews: 60 % of leads redirected."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from django.test import Client

from analytics.roi.models import Lead, Offer, Order
from analytics.roi.tasks import count_click
from communities.calendar import today
from communities.reviews.models import Review
from communities.reviews.seams import checks_orders, is_order_of, running_ways, ways_named
from tests.analytics.money import make_offer, make_order
from tests.communities.reviews.making import make_review, make_reviews, make_shelf, make_thing
from tests.conftest import Cast

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
DAY = datetime.timedelta(days=1)
# Of ten who wanted to know more of a hotel, so many went straight to a booking site.
STRAIGHT, ASKED = 6, 4


def test_sixty_of_a_hundred_leads_of_travel_reviews_go_straight_to_booking_sites(
    here: Cast, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    """A reader of reviews follows the button beside them, counted once each, or asks to be called back."""
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(count_click, "apply_async", lambda kwargs, **_rest: sent.append(kwargs))
    with here.scope():
        shelf = make_shelf(slug="hotels", name="Hotels")
        make_offer(slug="book", title="Book a room", code="", address="https://booking.example.org/inn")
        make_offer(slug="ask", title="Ask for a price", code="", kind=Offer.Kind.CONTACT, address="")
        for name, offer in (("The inn", "book"), ("The lodge", "ask")):
            thing = make_thing(here, shelf, name, kind="place", own=False, address="Quay Street", offer=offer)
            make_reviews(here, thing, 5, 4, 4)
    with django_capture_on_commit_callbacks(execute=True):
        for number in range(STRAIGHT):
            reader = Client(headers={"user-agent": f"{BROWSER} {number}"})
            page = reader.get(here.url("/reviews/of/the-inn/")).content.decode()
            assert "We count clicks, not who clicked" in page
            (way,) = set(re.findall(r'href="([^"]*/go/book)"', page))
            for _again in range(2):
                assert reader.get(way).headers["Location"] == "https://booking.example.org/inn"
        for number in range(ASKED):
            reader = Client(
                headers={"user-agent": f"{BROWSER} {number}"}, REMOTE_ADDR=f"192.0.2.{number + 1}"
            )
            page = reader.get(here.url("/reviews/of/the-lodge/")).content.decode()
            (way,) = set(re.findall(r'href="([^"]*/offers/ask/)"', page))
            person = {"name": f"Guest {number}", "email": f"guest-{number}@example.org"}
            assert reader.post(way, person | {"consent": "on"}).status_code == 302
    for facts in sent:
        count_click(**facts)
    with here.scope():
        counted = {offer.slug: offer for offer in Offer.objects.all().with_counts()}
        straight, asked = counted["book"].click_count, counted["ask"].lead_count
        assert Lead.objects.count() == asked
    assert (straight, asked) == (STRAIGHT, ASKED)
    assert straight / (straight + asked) == 0.6


def test_ways_out_are_offers_that_run_and_are_for_everybody(here: Cast) -> None:
    with here.scope():
        now = today(here.community)
        make_offer(slug="book", code="A")
        make_offer(slug="ask", code="B", kind=Offer.Kind.CONTACT, address="")
        make_offer(slug="over", code="C", ends_on=now - DAY)
        make_offer(slug="to-come", code="D", starts_on=now + DAY)
        make_offer(slug="members", code="E", kind=Offer.Kind.CODE)
        assert {way.name for way in running_ways(now)} == {"book", "ask"}
        ways = ways_named(["book", "ask", "over", "to-come", "members", ""], now)
        assert {name: (way.url, way.counts) for name, way in ways.items()} == {
            "book": ("/go/book", True),
            "ask": ("/offers/ask/", False),
        }
        thing = make_thing(here, make_shelf(), "Cover sleeve", offer="over")
    page = here.sign_in(here.manager).get(here.url(f"/reviews/of/{thing.slug}/edit/")).content.decode()
    assert "over (not running)" in page
    assert "/go/over" not in here.sign_in(None).get(here.url(f"/reviews/of/{thing.slug}/")).content.decode()


def test_an_order_is_its_buyers_until_it_is_taken_back(here: Cast) -> None:
    with here.scope():
        assert not checks_orders()
        make_order(here.community, "A1", 10_000, member=here.member.handle)
        make_order(here.community, "A2", 10_000)
        assert checks_orders()
        known = {number: is_order_of(number, here.member) for number in ("A1", "A2", "A3")}
        assert known == {"A1": True, "A2": False, "A3": False}
        assert not is_order_of("A1", here.manager)
        thread = make_review(here, make_thing(here, make_shelf()), order_number="A1")
        assert Review.objects.get(pk=thread.pk).is_verified
        sale = Order.objects.get(external_id="A1")
        Order.objects.create(
            source=sale.source,
            external_id="A1-x",
            refund_of="A1",
            is_refund=True,
            kind=Order.Kind.CANCEL,
            placed_at=sale.placed_at,
            net_minor=-10_000,
            currency="EUR",
        )
        assert not is_order_of("A1", here.member)

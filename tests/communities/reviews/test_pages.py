"""Reviews on pages: written without scripts, read by whom, narrowed and sorted, told to machines, at which cost."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from communities.content.models import Space, Thread
from communities.launch.features import FEATURES
from communities.memory import forget_all
from communities.models import Community
from communities.reviews import queries
from communities.reviews.models import REVIEWS, Review, Thing
from communities.reviews.queries import PER_PAGE
from communities.reviews.seams import OrderCheck, order_checks
from communities.reviews.services import answer_review
from tests.communities.reviews.making import make_review, make_reviews, make_shelf, make_thing
from tests.conftest import Cast

NEW = {
    "rating": "4",
    "title": "It holds",
    "body": "<p>After a season.</p>",
    "body_format": "html",
    "pros": "Holds\nEasy to sew",
    "cons": "Stiff at first",
    "experienced_on": "01/02/2026",
}


@pytest.fixture
def shelf(here: Cast) -> Space:
    with here.scope():
        return make_shelf()


def text_of(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return str(answer.content.decode())


def told_by(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    assert found is not None
    return {one["@type"]: one for one in json.loads(found[1])["@graph"]}


def test_a_review_is_written_shown_and_changed(
    here: Cast, shelf: Space, monkeypatch: pytest.MonkeyPatch
) -> None:
    with here.scope():
        thing = make_thing(here, shelf)
    client, at = here.sign_in(here.member), here.url("/reviews/of/cover-sleeve/")
    assert "Nobody has reviewed this yet." in text_of(client, at)
    assert "Order number" not in text_of(client, f"{at}write/"), "there are no orders to find it among"
    orders = OrderCheck("orders", lambda _number, _by: False, lambda: True)
    monkeypatch.setitem(order_checks._entries, "orders", orders)
    refused = client.post(
        f"{at}write/", NEW | {"rating": "", "experienced_on": "01/02/2099", "order_number": "X"}
    )
    assert refused.status_code == 422
    for words in ("Choose how many stars you give.", "This day is in the future.", "After a season."):
        assert words in refused.content.decode()
    unknown = client.post(f"{at}write/", NEW | {"order_number": "X-1"})
    assert unknown.status_code == 422
    assert "No order of yours has this number." in unknown.content.decode()
    many = client.post(f"{at}write/", NEW | {"pros": "\n".join("abcdef")})
    assert "5 points at most." in many.content.decode()
    sent = client.post(f"{at}write/", NEW)
    assert sent.status_code == 302
    page = text_of(client, at)
    for words in (
        "It holds",
        "Easy to sew",
        "Stiff at first",
        "February 2026",
        "1 review counted",
        "Your review",
    ):
        assert words in page
    assert client.get(f"{at}write/").headers["Location"] == sent.headers["Location"], "one each"
    review = sent.headers["Location"]
    assert client.post(f"{review}edit/", NEW | {"rating": "2", "title": "It held"}).status_code == 302
    with here.scope():
        assert Review.objects.get().rating == 2
        assert Thread.objects.get(kind="review").title == "It held"
    assert "An average is shown once there are 5 reviews." in text_of(client, at)
    (review,) = set(re.findall(r'href="([^"]*/reviews/r/[^"]*/)"', text_of(client, at)))
    assert here.sign_in(here.manager).get(f"{review}edit/").status_code == 403, (
        "nobody gives another’s rating"
    )
    assert thing.slug in text_of(here.sign_in(None), here.url("/reviews/"))


def test_the_list_is_narrowed_and_sorted_as_it_says(here: Cast, shelf: Space) -> None:
    with here.scope():
        thing = make_thing(here, shelf)
        threads = make_reviews(here, thing, *([5, 1, 3] * 8))
        order = [Review.objects.get(pk=one.pk).rating for one in threads]
        last = Thread.objects.select_related("space").get(pk=threads[-1].pk)
        answer_review(last, by=here.manager, body="<p>Sorry.</p>")
    at, client = here.url("/reviews/of/cover-sleeve/"), here.sign_in(None)

    def ratings(query: str) -> list[int]:
        found: list[int] = []
        address = f"{at}{query}"
        while address:
            page = text_of(client, address)
            found += [int(n) for n in re.findall(r'<article class="review".*?(\d) out of 5', page, re.S)]
            older = re.search(r'href="([^"]*after=[^"]*)" rel="next"', page)
            address = older[1].replace("&amp;", "&") if older else ""
        return found

    assert ratings("") == order[::-1]
    assert ratings("?order=best") == sorted(order, reverse=True)
    assert ratings("?order=worst") == sorted(order)
    assert ratings("?stars=3") == [3] * 8
    assert ratings("?only=verified") == []
    first = text_of(client, at)
    assert "The brand answers" in first
    assert "24 reviews counted" in first
    assert first.count('class="review"') == PER_PAGE
    assert len(re.findall(r'content="noindex', text_of(client, f"{at}?stars=3"))) == 1


def test_machines_are_told_stars_only_where_they_may(here: Cast, shelf: Space) -> None:
    with here.scope():
        ours = make_thing(here, shelf, "Cover sleeve", about="Doubles the cover.")
        loft = make_thing(here, shelf, "The loft", kind="place", address="Quay Street")
        inn = make_thing(here, shelf, "The inn", kind="place", own=False)
        few = make_thing(here, shelf, "Fid")
        for thing in (ours, loft, inn):
            make_reviews(here, thing, 5, 5, 4, 4, 3)
        make_reviews(here, ours, 1, counterpart=True)
        make_reviews(here, few, 5, 5)
    visitor = here.sign_in(None)

    def told(thing: Thing, query: str = "") -> dict[str, Any]:
        return told_by(text_of(visitor, here.url(f"/reviews/of/{thing.slug}/{query}")))

    product = told(ours)["Product"]
    assert product["aggregateRating"] | {"@type": ""} == {
        "@type": "", "ratingValue": 4.2, "reviewCount": 5, "bestRating": 5, "worstRating": 1,
    }  # fmt: skip
    assert len(product["review"]) == 5, "what was had received free or for a benefit is no review of theirs"
    assert told(inn)["LocalBusiness"]["aggregateRating"]["reviewCount"] == 5
    assert set(told(loft)) == {"BreadcrumbList"}, "a place does not show its own stars"
    assert set(told(few)) == {"BreadcrumbList"}, "too few"
    assert "Received free or for a benefit: not counted" in text_of(
        visitor, here.url("/reviews/of/cover-sleeve/")
    )


def test_pages_cost_the_same_however_many_there_are(here: Cast, shelf: Space) -> None:
    with here.scope():
        thing = make_thing(here, shelf, "Rope")
        make_reviews(here, thing, 4)
    client = here.sign_in(here.member)

    def cost(path: str) -> int:
        forget_all()
        with CaptureQueriesContext(connection) as counted:
            text_of(client, here.url(path))
        return len(counted)

    pages = ("/reviews/", "/reviews/of/rope/")
    few = [cost(page) for page in pages]
    with here.scope():
        make_reviews(here, thing, *([5] * 6))
        for number in range(6):
            make_review(here, make_thing(here, shelf, f"Thing {number}"))
    assert [cost(page) for page in pages] == few


def test_reviews_of_a_closed_part_another_place_or_a_hidden_space_are_nowhere(
    here: Cast, elsewhere: Cast, shelf: Space
) -> None:
    with here.scope():
        make_thing(here, shelf, "Rope")
        inner = make_shelf(slug="inner", name="Inner", audience="team")
        make_thing(here, inner, "Prototype")
    member, at = here.sign_in(here.member), "/reviews/of/prototype/"
    for client in (member, here.sign_in(None)):
        text_of(client, here.url(at), 404)
        text_of(client, here.url("/reviews/in/inner/how/"), 404)
        assert "Prototype" not in text_of(client, here.url("/reviews/?q=proto"))
    assert "Prototype" in text_of(here.sign_in(here.manager), here.url("/reviews/?q=proto"))
    text_of(elsewhere.sign_in(elsewhere.owner), elsewhere.url("/reviews/of/rope/"), 404)
    assert member.get(here.url("/reviews/of/rope/edit/")).status_code == 403
    assert member.post(here.url("/reviews/of/rope/remove/")).status_code == 403
    with here.scope():
        community = Community.objects.get(pk=here.community.pk)
        community.open_features = [one.name for one in FEATURES if one.name != REVIEWS]
        community.save()
    forget_all()
    for path in ("/reviews/", "/reviews/of/rope/", "/reviews/in/gear/", "/reviews/of/rope/write/"):
        assert member.get(here.url(path)).status_code == 404


def test_things_are_found_by_any_part_of_name_or_place(
    here: Cast, elsewhere: Cast, shelf: Space, monkeypatch: pytest.MonkeyPatch
) -> None:
    with here.scope():
        make_thing(here, shelf, "Épissoir no 7")
        make_thing(here, shelf, "Ropewalk", kind="place", address="Quai de l’Œuvre, Brest")
    client, found = here.sign_in(here.member), {}
    for _way in ("by their pieces", "one after the other"):
        for words in ("PISSOIR", "épi", "épissoir no", "oeuvre", "7", "no", "rope brest", "pissoir / "):
            page = text_of(client, here.url(f"/reviews/?q={words}"))
            found[words] = [name for name in ("Épissoir no 7", "Ropewalk") if name in page]
        assert found == {
            "PISSOIR": ["Épissoir no 7"], "épi": ["Épissoir no 7"], "épissoir no": ["Épissoir no 7"],
            "oeuvre": ["Ropewalk"], "7": ["Épissoir no 7"], "no": ["Épissoir no 7"], "rope brest": [],
            "pissoir / ": [],
        }  # fmt: skip
        # Where they are too many to be named, the list asks each.
        monkeypatch.setattr(queries, "FEW_NAMED", -1)
    with elsewhere.scope():
        assert queries.things_named("épissoir") is None
        monkeypatch.setattr(queries, "FEW_NAMED", 9)
        assert queries.things_named("épissoir") == []


def test_the_search_of_the_whole_community_finds_things_that_one_may_open(
    here: Cast, elsewhere: Cast, shelf: Space
) -> None:
    with here.scope():
        make_thing(here, shelf, "Épissoir no 7")
        inner = make_shelf(slug="inner", name="Inner", audience="team")
        make_thing(here, inner, "Épissoir secret")
    for who, secret in ((None, 0), (here.member, 0), (here.manager, 1)):
        client = here.sign_in(who)
        for path in ("/search/?q=epissoir", "/search/find/?q=epissoir"):
            page = text_of(client, here.url(path))
            assert page.count("/reviews/of/epissoir-no-7/") == 1, (who, path)
            assert page.count("/reviews/of/epissoir-secret/") == secret, (who, path)
    # It is no text, and in no list of one kind; another place knows nothing of it.
    member = here.sign_in(here.member)
    for path in ("/search/?q=epissoir&tab=posts", "/search/?q=epissoir&written=year", "/search/?q=ep"):
        assert "/reviews/of/" not in text_of(member, here.url(path))
    assert "/reviews/of/" not in text_of(elsewhere.sign_in(None), elsewhere.url("/search/?q=epissoir"))
    open_ones = [one.name for one in FEATURES if one.name != REVIEWS]
    Community.objects.filter(pk=here.community.pk).update(open_features=open_ones)
    forget_all()
    assert "/reviews/of/" not in text_of(member, here.url("/search/?q=epissoir"))


def test_the_procedure_says_what_is_in_force(here: Cast, shelf: Space) -> None:
    at, client = here.url("/reviews/in/gear/how/"), here.sign_in(None)
    said = text_of(client, at)
    assert "No orders are verified here" in said
    for mode, words in (
        ("pre", "A moderator reads each review before it appears."),
        ("hybrid", "A moderator reads the first texts of a newcomer before they appear."),
        ("post", "Reviews appear at once, and the team reads each of them afterwards."),
        ("reactive", "the team reads those that somebody reports."),
    ):
        with here.scope():
            Space.objects.filter(pk=shelf.pk).update(mode=mode)
        forget_all()
        assert words in text_of(client, at)

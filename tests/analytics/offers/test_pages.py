"""Pages of offers: what a member sees in each state, who finds nothing, what the team does by forms alone."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analytics.offers import claiming, services
from analytics.offers.models import CodeOffer, OfferCode, OfferWish
from analytics.roi.models import Offer
from communities.memory import forget_all
from communities.models import Community
from communities.scoping import community_scope
from tests.analytics.money import make_order
from tests.analytics.offers.making import DAY, code_of, fresh, members_only, shared, wishes, with_codes
from tests.conftest import Cast, make_cast

pytestmark = pytest.mark.django_db


def page(client: Client, here: Cast, terms: CodeOffer) -> str:
    answer = client.get(here.url(f"/offers/{terms.offer.slug}/"))
    return str(answer.content.decode()) if answer.status_code == 200 else str(answer.status_code)


def test_a_member_gets_a_code_and_sees_it_again(here: Cast) -> None:
    with here.scope():
        terms = with_codes(here, address="https://shop.example.org/")
    client = here.sign_in(here.member)
    assert "Get my code" in page(client, here, terms)
    answer = client.post(here.url(f"/offers/{terms.offer.slug}/claim/"), follow=True)
    assert "ETAIN-1" in answer.content.decode()
    assert "ETAIN-1" in client.get(here.url("/offers/")).content.decode()
    assert answer.headers["Cache-Control"].startswith("private")
    assert client.get(here.url(f"/go/{terms.offer.slug}")).status_code == 302


def test_the_menu_leads_there_while_members_may_find_something(here: Cast) -> None:
    """An offer, or the code that somebody got of one that is over; nobody else but members sees the place."""
    home, place = here.url("/"), f'href="{here.url("/offers/")}"'

    def leads(client: Client) -> bool:
        forget_all()
        header = client.get(here.url("/about/")).content.decode().partition("<main")[0]
        assert client.get(home).status_code == 200
        return place in header

    client = here.sign_in(here.member)
    assert not leads(client), "an empty room"
    with here.scope():
        terms = with_codes(here)
    assert leads(client)
    assert not leads(Client())
    with here.scope():
        services.end_offer(terms, by=here.marketing)
    assert not leads(client)
    with here.scope():
        CodeOffer.objects.filter(pk=terms.pk).update(ends_at=None)
        claiming.claim_code(fresh(terms), by=here.ambassador)
        services.end_offer(fresh(terms), by=here.marketing)
    assert leads(client)
    Community.objects.filter(pk=here.community.pk).update(open_features=["forums"])
    assert not leads(client)


def test_each_state_says_what_it_is(here: Cast) -> None:
    client = here.sign_in(here.member)
    with here.scope():
        coming = shared(here, title="Soon", code="SOON", opens_at=timezone.now() + DAY)
        last = with_codes(here, "LAST", title="The last one")
    assert "Codes are available from" in page(client, here, coming)
    assert "The next one comes on" not in client.get(here.url("/offers/")).content.decode()
    with here.scope():
        claiming.claim_code(last, by=here.ambassador)
    assert "The only code is taken." in page(client, here, last)
    refused = client.post(here.url(f"/offers/{last.offer.slug}/claim/"))
    assert refused.status_code == 409
    assert "The last code has just been taken." in refused.content.decode()
    with here.scope():
        services.end_offer(last, by=here.marketing)
    assert "This offer has ended." in page(client, here, last)
    assert "The next one comes on" in client.get(here.url("/offers/")).content.decode()
    with here.scope():
        make_order(here.community, "A1", 2_800, code="LAST", placed_at=timezone.now())
        claiming.take_back_code(
            claiming.claim_code(with_codes(here, "BACK", title="Back"), by=here.member), by=here.marketing
        )
    mine = page(here.sign_in(here.ambassador), here, last)
    assert "Used on" in mine
    assert "28.00" in mine
    assert "taken back your code" in client.get(here.url("/offers/back/")).content.decode()


def test_whom_it_is_not_for_finds_it_nowhere(here: Cast) -> None:
    with here.scope():
        terms = shared(
            here, audience="segment", segment=members_only(here).pk, address="https://shop.example.org/"
        )
    other = make_cast()
    at = terms.offer.slug
    assert "Half price" in here.sign_in(here.member).get(here.url("/")).content.decode()
    for person in (here.ambassador, other.member):
        client = here.sign_in(person)
        if person == here.ambassador:
            assert page(client, here, terms) == "404"
            assert "Half price" not in client.get(here.url("/")).content.decode()
            assert "Half price" not in client.get(here.url("/offers/")).content.decode()
            assert client.post(here.url(f"/offers/{at}/claim/")).status_code == 404
            assert client.get(here.url(f"/go/{at}")).status_code == 404
        assert client.get(other.url(f"/offers/{at}/")).status_code in (302, 404)
    visitor = Client().get(here.url(f"/offers/{at}/"))
    assert visitor.status_code == 302
    assert "Half price" not in visitor.content.decode()
    assert Client().get(here.url(f"/go/{at}")).status_code == 404
    assert "Half price" not in Client().get(here.url("/")).content.decode()


def test_where_offers_are_closed_there_is_nothing(here: Cast) -> None:
    with here.scope():
        terms = shared(here)
    type(here.community).objects.filter(pk=here.community.pk).update(open_features=["forums"])
    forget_all()
    for person in (here.member, here.owner):
        client = here.sign_in(person)
        assert page(client, here, terms) == "404"
        for path in ("/offers/", f"/go/{terms.offer.slug}", "/manage/offers/"):
            assert client.get(here.url(path)).status_code == 404, path
        for path in ("/", "/me/"):
            assert "/offers/" not in client.get(here.url(path)).content.decode()


def test_the_team_makes_one_adds_codes_and_reads_who_has_them(here: Cast) -> None:
    client, at = here.sign_in(here.marketing), here.url("/manage/offers/")
    typed = {
        "title": "Re-tinning <day>", "opens_at": "2026-01-01 08:00", "whom": "members", "way": "own",
        "address": "https://shop.example.org/",
    }  # fmt: skip
    assert (
        "Enter the code that the shop" in client.post(f"{at}new/", typed | {"way": "shared"}).content.decode()
    )
    answer = client.post(f"{at}new/", typed)
    with here.scope():
        terms = CodeOffer.objects.with_offer().get()
    assert answer.headers["Location"].endswith(f"/manage/offers/{terms.pk}/codes/")
    assert (terms.offer.slug, terms.offer.kind) == ("re-tinning-day", "code")
    codes = f"{at}{terms.pk}/codes/"
    assert client.post(codes, {"text": ""}).status_code == 422
    report = client.post(codes, {"text": "A-1\nno way\nA-1"}).content.decode()
    assert "1 code is new." in report
    assert "2 lines were not accepted:" in report
    file = SimpleUploadedFile("codes.csv", "\ufeffcode,x\nB-1,2\n".encode())
    assert "1 code is new." in client.post(codes, {"file": file}, follow=True).content.decode()
    assert (
        "5 codes are new."
        in client.post(codes, {"make": "1", "number": "5", "begins": "tin"}, follow=True).content.decode()
    )
    listed = client.get(f"{at}{terms.pk}/codes.csv").content.decode()
    assert listed.count("\n") == 8
    with here.scope():
        claiming.claim_code(fresh(terms), by=here.member)
        make_order(here.community, "A1", 2_800, code="A-1", placed_at=timezone.now())
    shown = client.get(f"{at}{terms.pk}/").content.decode()
    assert here.member.display_name in shown
    assert "Re-tinning &lt;day&gt;" in shown
    assert "28.00" in shown
    table = client.get(f"{at}{terms.pk}/claims.csv").content.decode()
    assert f"{here.member.handle},A-1," in table
    assert ",28.00,EUR" in table


def test_a_form_that_was_overtaken_keeps_what_was_typed(here: Cast) -> None:
    with here.scope():
        terms = shared(here)
        services.edit_offer(terms, wishes(title="Theirs"), by=here.manager)
    typed = {
        "title": "Mine", "opens_at": "2026-01-01 08:00", "whom": "members", "way": "shared", "code": "HALF",
        "version": "1",
    }  # fmt: skip
    answer = here.sign_in(here.marketing).post(here.url(f"/manage/offers/{terms.pk}/edit/"), typed)
    assert answer.status_code == 409
    assert 'value="Mine"' in answer.content.decode()
    with here.scope():
        assert fresh(terms).offer.title == "Theirs"


def test_presses_of_the_team_do_and_undo(here: Cast) -> None:
    client = here.sign_in(here.manager)
    with here.scope():
        terms = with_codes(here)
        claiming.claim_code(terms, by=here.member)
    at = here.url(f"/manage/offers/{terms.pk}/")

    def stage() -> str:
        with here.scope():
            return str(fresh(terms).stage.value)

    client.post(f"{at}pause/")
    assert stage() == "paused"
    assert page(here.sign_in(here.ambassador), here, terms) == "404"
    assert "ETAIN-1" in page(here.sign_in(here.member), here, terms)
    client.post(f"{at}resume/")
    assert stage() == "open"
    with here.scope():
        code = code_of("ETAIN-1")
    client.post(f"{at}codes/{code.pk}/take-back/")
    assert "taken back your code" in page(here.sign_in(here.member), here, terms)
    client.post(f"{at}codes/{code.pk}/give-back/")
    assert "ETAIN-1" in page(here.sign_in(here.member), here, terms)
    client.post(f"{at}codes/clear/")
    assert stage() == "used-up"
    client.post(f"{at}end/")
    assert stage() == "ended"
    assert "stays on the list" in client.post(f"{at}delete/", follow=True).content.decode()
    with here.scope():
        empty = with_codes(here, "GONE", title="Gone")
    client.post(here.url(f"/manage/offers/{empty.pk}/delete/"))
    with here.scope():
        assert not Offer.objects.filter(pk=empty.offer_id).exists()
        assert not OfferCode.objects.filter(code="GONE").exists()


def test_whether_one_hears_of_offers_is_one_press_and_back(here: Cast) -> None:
    client = here.sign_in(here.member)
    for sent, hears in (({}, True), ({}, True), ({"stop": "1"}, False)):
        client.post(here.url("/offers/"), sent)
        with here.scope():
            assert OfferWish.objects.filter(membership=here.member).exists() is hears


def test_lists_cost_the_same_however_long_they_are(here: Cast) -> None:
    client, manager = here.sign_in(here.member), here.sign_in(here.manager)
    with here.scope():
        first = with_codes(here, *(f"A-{n}" for n in range(80)))
        claiming.claim_code(first, by=here.member)

    def cost(person: Client, path: str) -> int:
        person.get(here.url(path))
        forget_all()
        with CaptureQueriesContext(connection) as asked:
            assert person.get(here.url(path)).status_code == 200
        return len(asked)

    paths = ((client, "/offers/"), (manager, f"/manage/offers/{first.pk}/"), (manager, "/manage/offers/"))
    few = [cost(*path) for path in paths]
    with here.scope():
        for number in range(5):
            claiming.claim_code(shared(here, code=f"MORE-{number}"), by=here.member)
            shared(here, code=f"OPEN-{number}")
        OfferCode.objects.filter(terms=first, claimed_at=None).update(claimed_at=timezone.now())
    assert [cost(*path) for path in paths] == few
    older = manager.get(here.url(f"/manage/offers/{first.pk}/")).context["older"]
    assert len(manager.get(here.url(f"/manage/offers/{first.pk}/?after={older}")).context["lines"]) == 30


def test_a_code_of_another_community_leads_nowhere(here: Cast) -> None:
    other = make_cast()
    with community_scope(other.community):
        theirs = with_codes(other)
        claiming.claim_code(theirs, by=other.member)
        code = code_of("ETAIN-1").pk
    client = here.sign_in(here.owner)
    for path in ("", "edit/", "codes/", "claims.csv", "codes.csv", "delete/"):
        assert client.get(here.url(f"/manage/offers/{theirs.pk}/{path}")).status_code == 404, path
    for path in ("pause/", "end/", "codes/clear/", f"codes/{code}/take-back/"):
        assert client.post(here.url(f"/manage/offers/{theirs.pk}/{path}")).status_code == 404, path
    with here.scope():
        with_codes(here, "ETAIN-1", "ETAIN-2")
        assert OfferCode.objects.count() == 2, "the same code may stand in two communities"

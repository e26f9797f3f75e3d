"""Contacts that were agreed to and are forgotten; orders that come twice, early, or in another currency."""

from __future__ import annotations

import datetime
import uuid
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from analytics.roi import services
from analytics.roi.exceptions import AlreadyRunning
from analytics.roi.models import ImportRun, Lead, LedgerEntry, Offer, Order
from analytics.roi.order_files import Mapping, OrderRow
from analytics.roi.services.importing import begin
from analytics.roi.tasks import keep_ledgers
from communities.exceptions import NotAllowed
from communities.tables import cell
from tests.analytics.money import at, make_offer, make_order, make_rate, make_shop
from tests.conftest import Cast

CONTACT = {"name": "Ada", "email": "Ada@example.org", "consent": "on"}


def test_a_contact_needs_consent_and_counts_once_accepted(here: Cast) -> None:
    with here.scope():
        make_rate(here, "lead", "25")
        make_offer(slug="call", kind=Offer.Kind.CONTACT, address="", code="", partner="Atelier")
    page = here.url("/offers/call/")
    refused = Client().post(page, {"name": "Ada", "email": "ada@example.org"})
    assert refused.status_code == 422
    assert "nothing can be kept" in refused.content.decode()
    for email in ("Ada@example.org", "ada@EXAMPLE.org "):
        assert Client().post(page, CONTACT | {"email": email, "orders_linked": "on"}).status_code == 302
    client = here.sign_in(here.marketing)
    with here.scope():
        lead = Lead.objects.get()
        assert "Atelier may keep these details" in lead.consent_text
        assert not LedgerEntry.objects.exists()
    for _again in range(2):
        assert client.post(here.url(f"/results/leads/{lead.public_id}/accept/")).status_code == 302
    with here.scope():
        assert LedgerEntry.objects.get().amount_minor == 2_500
        make_order(here.community, "A1", 5_000, email="ADA@example.org", placed_at=timezone.now())
        assert Order.objects.get().matched_by == "email"
    client.post(here.url(f"/results/leads/{lead.public_id}/refuse/"))
    with here.scope():
        assert not LedgerEntry.objects.of_measure("lead").exists()


def test_contacts_leave_as_csv_without_formulas(here: Cast) -> None:
    with here.scope():
        offer = make_offer(slug="call", kind=Offer.Kind.CONTACT)
        services.leave_contact(offer, name="=1+1", email="a@example.org", phone="+33 1", consent_text="Yes")
    text = here.sign_in(here.marketing).get(here.url("/results/leads.csv")).content.decode()
    assert ",'=1+1,a@example.org,'+33 1," in text


def test_the_details_of_one_person_are_erased_and_the_contact_still_counts(here: Cast) -> None:
    with here.scope():
        make_rate(here, "lead", "25")
        offer = make_offer(slug="call", code="", kind=Offer.Kind.CONTACT)
        leads = [
            services.leave_contact(
                offer,
                name=name,
                email=f"{name}@example.org",
                phone="+33 1",
                message=f"Call {name}",
                consent_text="I agree.",
                membership=here.member,
            )[0]
            for name in ("Ada", "Bob")
        ]
        for lead in leads:
            services.judge_lead(lead, by=here.marketing, state="accepted", community=here.community)
    client = here.sign_in(here.marketing)
    found = client.get(here.url("/results/leads/?q=ADA@")).content.decode()
    assert "Ada@example.org" in found
    assert "Bob@example.org" not in found
    path = here.url(f"/results/leads/{leads[0].public_id}/erase/")
    assert "Erase for good" in client.get(path).content.decode()
    with here.scope():
        assert Lead.objects.get(pk=leads[0].pk).name == "Ada", "looking is not erasing"
    assert here.sign_in(here.manager).post(path).status_code == 403
    assert client.post(path).status_code == 302
    for again in (path, here.url(f"/results/leads/{leads[0].public_id}/accept/")):
        assert client.post(again).status_code == 404
    with here.scope():
        kept = Lead.objects.filter(pk=leads[0].pk).values().get()
        assert "ada" not in str(kept).lower()
        assert "+33" not in str(kept)
        assert (kept["consent_text"], kept["membership_id"], kept["state"]) == ("I agree.", None, "accepted")
        assert kept["email_hash"] == ""
        assert sum(LedgerEntry.objects.of_measure("lead").values_list("amount_minor", flat=True)) == 5_000
        services.revalue(here.community, "lead")
        assert LedgerEntry.objects.of_measure("lead").count() == 2
        with pytest.raises(NotAllowed):
            services.erase_lead(leads[1], by=here.manager)
    assert "Ada" not in client.get(here.url("/results/leads.csv")).content.decode()
    assert "Details erased" in client.get(here.url("/results/leads/")).content.decode()


def test_contacts_are_forgotten_after_the_year_they_agreed_to(here: Cast) -> None:
    with here.scope():
        offer = make_offer(slug="call", code="", kind=Offer.Kind.CONTACT)
        for days in (364, 366):
            when = timezone.now() - datetime.timedelta(days=days)
            known = services.KnownContact(offer, uuid.uuid4(), when, "Ada", "ada@example.org", "I agree.")
            services.bring_contacts(here.community, [known], by=here.marketing)
    keep_ledgers()
    with here.scope():
        assert list(Lead.objects.order_by("-at").values_list("name", flat=True)) == ["Ada", ""]


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\t=1", "\r=1", "  =1", "＝1"])
def test_cells_never_compute(text: str) -> None:
    assert cell(text) == f"'{text}"


def test_numbers_stay_numbers() -> None:
    assert [cell(value) for value in (-5, Decimal("-1.50"), None, "a-b")] == ["-5", "-1.50", "", "a-b"]


def test_an_order_in_another_currency_is_kept_but_not_counted(here: Cast) -> None:
    with here.scope():
        make_offer()
        make_order(here.community, "A1", 10_000, code="BLADE", currency="GBP")
        entry = LedgerEntry.objects.get()
        assert (entry.currency, entry.counted) == ("GBP", False)


def test_a_refund_that_comes_first_is_attributed_with_its_order(here: Cast) -> None:
    with here.scope():
        make_offer()
        make_order(here.community, "R1", -4_000, is_refund=True, refund_of="A1", placed_at=at(20))
        make_order(here.community, "A1", 10_000, code="BLADE")
        assert set(Order.objects.values_list("matched_by", flat=True)) == {"code"}
        counted = LedgerEntry.objects.counted().values_list("amount_minor", flat=True)
        assert sorted(counted) == [-4_000, 10_000]
        refund = Order.objects.get(external_id="R1")
        assert sum(part.amount_minor for part in refund.credits.filter(model="linear")) == -4_000


@pytest.mark.parametrize("order", [("A1", "R1"), ("R1", "A1")])
def test_a_refund_in_one_file_with_its_order_is_attributed(here: Cast, order: tuple[str, str]) -> None:
    rows = {
        "A1": OrderRow("A1", at(12), 10_000, "EUR", code="BLADE"),
        "R1": OrderRow("R1", at(20), -10_000, "EUR", is_refund=True, refund_of="A1"),
    }
    with here.scope():
        make_offer()
        services.store_orders(make_shop(), [rows[number] for number in order], community=here.community)
        assert set(Order.objects.values_list("matched_by", flat=True)) == {"code"}
        assert sum(LedgerEntry.objects.counted().values_list("amount_minor", flat=True)) == 0


def test_contacts_of_another_system_are_brought_once(here: Cast) -> None:
    with here.scope():
        make_rate(here, "lead", "25")
        offer = make_offer()
        contacts = [
            services.KnownContact(offer, uuid.uuid4(), at(3), "Ada", "ada@example.org", "I agree.", state)
            for state in (Lead.State.ACCEPTED, Lead.State.REFUSED)
        ]
        assert services.bring_contacts(here.community, contacts, by=here.marketing) == 2
        assert services.bring_contacts(here.community, contacts, by=here.marketing) == 0
        assert set(Lead.objects.values_list("state", "at")) == {("accepted", at(3)), ("refused", at(3))}
        entry = LedgerEntry.objects.get()
        assert (entry.day, entry.amount_minor) == (at(3).date(), 2_500)
        with pytest.raises(NotAllowed):
            services.bring_contacts(here.community, contacts, by=here.manager)


def test_a_file_is_not_read_twice_at_once(here: Cast) -> None:
    with here.scope():
        run = services.start_import(
            here.community, by=here.marketing, name="a.csv", content=b"order,date,net\n1,2026-10-01,1\n"
        )
        begin(run, Mapping())
        with pytest.raises(AlreadyRunning):
            begin(run, Mapping())
        assert ImportRun.objects.get().state == "running"

"""Costs, rates, objectives, offers and contacts, through their pages."""

from __future__ import annotations

import datetime
import html
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone, translation

from analytics.capture.models import Event, Kind
from analytics.capture.queries import filtered_views, machine_clicks
from analytics.reports.emails import leave_token, write_due
from analytics.reports.models import ClosedMonth, Recipient
from analytics.roi import services
from analytics.roi.counting_clicks import count_click
from analytics.roi.exceptions import AlreadyRunning
from analytics.roi.forms import CostForm, SumField
from analytics.roi.models import Click, Cost, ImportRun, Lead, LedgerEntry, Objective, Offer, Order, Rate
from analytics.roi.order_files import Mapping, OrderRow
from analytics.roi.services.importing import begin
from analytics.roi.standing import standing_of
from analytics.roi.tasks import keep_ledgers
from communities.exceptions import NotAllowed
from communities.tables import cell
from tests.analytics.money import OCTOBER, at, make_cost, make_offer, make_order, make_rate, make_shop
from tests.conftest import Cast
from tests.mailing import delivered

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0"
COST = {"label": "Fee", "kind": "running", "repeats": "once", "starts_on": "2026-01-31"}
CONTACT = {"name": "Ada", "email": "Ada@example.org", "consent": "on"}


def test_media_value_of_the_banners(here: Cast) -> None:
    """1.5 million viewable impressions at 10 a thousand are 15,000.00; nothing of it is measured money."""
    with here.scope():
        make_rate(here, "cpm", "10")
        services.add_counts(
            here.community, "impression", by=here.marketing, source="Ads", days={at(31).date(): 1_500_000}
        )
        entry = LedgerEntry.objects.get()
        assert (entry.amount_minor, entry.confidence, entry.n) == (1_500_000, "valued", 1_500_000)


def test_rates_have_versions_and_days_keep_theirs(here: Cast) -> None:
    with here.scope():
        for day in (1, 15):
            services.add_counts(
                here.community, "visit", by=here.marketing, source="GA", days={at(day).date(): 100}
            )
        make_rate(here, "visit", "0.20", valid_from=OCTOBER)
        make_rate(here, "visit", "0.50", valid_from=at(10).date())
        amounts = dict(LedgerEntry.objects.values_list("day", "amount_minor"))
        assert amounts == {at(1).date(): 2_000, at(15).date(): 5_000}
        assert Rate.objects.count() == 2
        with pytest.raises(NotAllowed):
            services.set_rate(
                here.community, "cpm", by=here.manager, value=Decimal(1), source="x", valid_from=OCTOBER
            )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"value": "-1"}, "greater than or equal to 0"),
        ({"value": "much"}, "Enter a number"),
        ({"low": "99"}, "more than the value"),
        ({"high": "1"}, "less than the value"),
        ({"name": "margin", "value": "140"}, "100 at most"),
        ({"valid_from": "31/31/2026"}, "Enter a valid date"),
        ({"value": "NaN"}, "Enter a number"),
        ({"value": "1" * 20}, "Ensure"),
    ],
)
def test_senseless_rates_are_refused(here: Cast, changes: dict[str, str], said: str) -> None:
    data = {"name": "cpm", "value": "10", "source": "x", "valid_from": "2026-10-01"} | changes
    answer = here.sign_in(here.marketing).post(here.url("/results/rates/"), data)
    assert answer.status_code == 422
    assert said in answer.content.decode()


@pytest.mark.parametrize(
    ("language", "typed", "minor"),
    [
        ("en", "1,234", 123_400),
        ("en", "1,234.5", 123_450),
        ("fr", "1234,5", 123_450),
        ("fr", "1 234", 123_400),
    ],
)
def test_an_amount_is_read_as_its_language_writes_it(
    here: Cast, language: str, typed: str, minor: int
) -> None:
    with here.scope(), translation.override(language):
        form = CostForm(COST | {"amount": typed})
        assert form.is_valid(), form.errors
    assert form.acts(here.community)["amount_minor"] == minor


def test_an_amount_that_could_be_two_is_refused_and_stays(here: Cast) -> None:
    with here.scope(), translation.override("fr"):
        form = CostForm(COST | {"amount": "1.234"})
        assert not form.is_valid()
        assert "1.234" in str(form.errors["amount"])
        assert "1.234" in str(form["amount"])


def test_what_is_stored_is_shown_as_it_is_typed() -> None:
    for language, shown in (("en", "12.345"), ("fr", "12,345")):
        with translation.override(language):
            field = SumField(decimal_places=3)
            assert field.prepare_value(Decimal("12.345")) == shown
            assert field.clean(shown) == Decimal("12.345")


def test_costs_that_repeat_fall_due_each_month(here: Cast) -> None:
    client = here.sign_in(here.marketing)
    cost = {
        "label": "Fee",
        "kind": "running",
        "amount": "1 000,50",
        "repeats": "monthly",
        "starts_on": "2026-01-31",
    }
    assert client.post(here.url("/results/costs/"), cost | {"ends_on": "2026-04-30"}).status_code == 302
    with here.scope():
        days = list(LedgerEntry.objects.order_by("day").values_list("day", "amount_minor"))
        assert [day.isoformat() for day, _amount in days] == [
            "2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30",
        ]  # fmt: skip
        assert {amount for _day, amount in days} == {100_050}
        pk = Cost.objects.get().pk
    keep_ledgers()
    with here.scope():
        assert LedgerEntry.objects.count() == 4
    assert client.post(here.url(f"/results/costs/{pk}/remove/")).status_code == 302
    with here.scope():
        assert not LedgerEntry.objects.exists()
    bad = client.post(here.url("/results/costs/"), cost | {"ends_on": "2025-01-01"})
    assert "before the first" in bad.content.decode()


def test_objectives_say_where_they_stand(here: Cast) -> None:
    client = here.sign_in(here.marketing)
    aim = {
        "family": "visibility", "figure": "search", "baseline": "100", "target": "300",
        "starts_on": "2026-01-01", "deadline": "2099-01-01",
    }  # fmt: skip
    assert client.post(here.url("/results/objectives/new/"), aim).status_code == 302
    bad = client.post(here.url("/results/objectives/new/"), aim | {"target": "100", "deadline": "2025-01-01"})
    assert "nothing to reach" in bad.content.decode()
    assert "not after the start" in bad.content.decode()
    with here.scope():
        objective = Objective.objects.get()
        month = standing_of(here.community, objective).month
        services.add_counts(here.community, "visit", by=here.marketing, source="GA", days={month: 310})
        standing = standing_of(here.community, objective)
        assert (standing.value, standing.is_reached) == (310, True)
        assert services.close_objective(objective, by=here.marketing)
        assert not services.close_objective(objective, by=here.marketing)


def test_programs_that_follow_an_offer_are_counted_apart(here: Cast, capture: Any) -> None:
    with here.scope():
        make_offer()
    for agent in ("Googlebot/2.1 (+http://www.google.com/bot.html)", "", BROWSER, BROWSER):
        assert Client().get(here.url("/go/sharpening"), headers={"user-agent": agent}).status_code == 302
    capture()
    today = timezone.localdate()
    with here.scope():
        assert Event.objects.filter(kind=Kind.OFFER_CLICK).count() == 1
        assert machine_clicks(today, today) == 2
        assert filtered_views(today, today).total == 0, "these are no page views"
    page = here.sign_in(here.marketing).get(here.url("/results/offers/")).content.decode()
    assert "programs followed these links 2 times" in page


def test_a_link_counts_and_carries_a_number_only_with_consent(
    here: Cast, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(count_click, "apply_async", lambda kwargs, **_rest: sent.append(kwargs))
    with here.scope():
        offer = make_offer()
    client = here.sign_in(here.member)
    with django_capture_on_commit_callbacks(execute=True):
        plain = client.get(here.url("/go/sharpening"), headers={"user-agent": BROWSER})
        pressed = {"user-agent": BROWSER, "sec-fetch-site": "same-origin"}
        linked = client.get(here.url("/go/sharpening?linked=1"), headers=pressed)
        for path in ("/go/sharpening", "/go/sharpening?linked=1"):
            again = client.get(here.url(path), headers=pressed)
        assert again.headers["Location"] == linked.headers["Location"], "one number for one click"
        client.get(here.url("/go/sharpening"), headers={"user-agent": "Googlebot/2.1"})
        here.sign_in(here.owner).get(here.url("/go/sharpening"), headers={"user-agent": BROWSER})
    assert plain.headers["Location"] == offer.address
    number = uuid.UUID(linked.headers["Location"].split("&cid=")[1])
    assert len(sent) == 2
    for facts in sent:
        count_click(**facts)
    with here.scope():
        assert [(c.consented, c.membership_id) for c in Click.objects.order_by("id")] == [
            (False, None),
            (True, here.member.pk),
        ]
        make_order(here.community, "A1", 10_000, click=str(number), placed_at=timezone.now())
        make_order(here.community, "A2", 10_000, click=str(uuid.uuid4()), placed_at=timezone.now())
        late = timezone.now() + datetime.timedelta(days=31)
        make_order(here.community, "A3", 10_000, click=str(number), placed_at=late)
        assert list(Order.objects.order_by("external_id").values_list("matched_by", flat=True)) == [
            "click", "", "",
        ]  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            Click.objects.create(offer=offer, membership=here.member)


def test_offers_that_are_over_or_elsewhere_are_not_there(here: Cast, elsewhere: Cast) -> None:
    with here.scope():
        make_offer(ends_on=datetime.date(2026, 2, 1))
    for path in ("/go/sharpening", "/offers/sharpening/"):
        assert Client().get(here.url(path)).status_code == 404
        assert Client().get(elsewhere.url(path)).status_code == 404


def test_an_order_is_linear_over_its_contacts(here: Cast) -> None:
    with here.scope():
        offer, mailed = make_offer(), make_offer(slug="mail", code="MAIL", medium=Offer.Medium.EMAIL)
        for day, which in ((1, offer), (5, mailed), (9, offer)):
            services.record_click(which.pk, at=at(day), number=uuid.uuid4(), membership_id=here.member.pk)
        make_order(here.community, "A1", 10_000, member=here.member.handle)
        credits = Order.objects.get().credits.order_by("model", "touched_at")
        assert [(c.model, c.channel, c.amount_minor) for c in credits] == [
            ("last", "referral", 0),
            ("last", "email", 0),
            ("last", "referral", 10_000),
            ("linear", "referral", 3_334),
            ("linear", "email", 3_333),
            ("linear", "referral", 3_333),
        ]


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
        assert "Atelier keeps these details" in lead.consent_text
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


def test_the_monthly_report_goes_once_with_its_figures(here: Cast) -> None:
    client = here.sign_in(here.marketing)
    answer = client.post(here.url("/results/reports/"), {"email": "Boss@example.org", "language": "fr"})
    assert answer.status_code == 302
    first = datetime.datetime(2026, 11, 1, 6, 59, tzinfo=datetime.UTC)
    with here.scope():
        make_cost(here, 100_000)
        make_rate(here, "margin", "50")
        make_offer()
        make_order(here.community, "A1", 500_000, code="BLADE")
        assert write_due(here.community, first) == 0
        assert write_due(here.community, first + datetime.timedelta(minutes=1)) == 1
        assert write_due(here.community, first + datetime.timedelta(hours=1)) == 0
        closed, recipient = ClosedMonth.objects.get(), Recipient.objects.get()
    message = delivered()[-1]
    assert message.to == ["boss@example.org"]
    for text in (message.body, html.unescape(str(message.alternatives[0][0]))):
        assert "2\u202f500\u00a0€" in str(text)
        assert "+150" in str(text)
        assert closed.reference in str(text)
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    token = leave_token(here.community, recipient)
    assert Client(enforce_csrf_checks=True).post(here.url(f"/unsubscribe/report/{token}")).status_code == 200
    with here.scope():
        assert not Recipient.objects.exists()
    assert Client().get(here.url("/unsubscribe/report/forged")).status_code == 404


def test_lists_cost_the_same_however_long(here: Cast, queries: Any) -> None:
    client = here.sign_in(here.marketing)
    with here.scope():
        make_offer()
        offer = make_offer(slug="call", code="", kind=Offer.Kind.CONTACT)
        for number in range(60):
            make_order(here.community, f"A{number}", 100, code="BLADE")
            make_cost(here, 100)
        for number in range(5):
            services.leave_contact(offer, name="A", email=f"a{number}@example.org", consent_text="Yes")
    for path in ("orders/", "costs/", "leads/", "offers/", "rates/", "counts/", "objectives/", "reports/"):
        client.get(here.url(f"/results/{path}"))
        with queries(most=12):
            assert client.get(here.url(f"/results/{path}")).status_code == 200

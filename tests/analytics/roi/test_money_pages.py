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
from analytics.roi.forms import CostForm, SumField
from analytics.roi.models import Click, Cost, LedgerEntry, Objective, Offer, Order, Rate
from analytics.roi.standing import standing_of
from analytics.roi.tasks import keep_ledgers
from communities import calendar
from communities.exceptions import NotAllowed
from tests.analytics.money import OCTOBER, at, make_cost, make_offer, make_order, make_rate
from tests.conftest import Cast
from tests.mailing import delivered

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0"
COST = {"label": "Fee", "kind": "running", "repeats": "once", "starts_on": "2026-01-31"}


def test_media_value_of_the_banners(here: Cast) -> None:
    """1.5 million viewable impressions at 10 a thousand are 15,000.00; nothing of it is measured money."""
    with here.scope():
        make_rate(here, "cpm", "10")
        services.add_counts(
            here.community, "impression", by=here.marketing, source="Ads", days={at(31).date(): 1_500_000}
        )
        entry = LedgerEntry.objects.get()
        assert (entry.amount_minor, entry.confidence, entry.n) == (1_500_000, "elsewhere", 1_500_000)


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
        ({"valid_from": "31/31/2026"}, "There is no month 31"),
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
    assert "must be after the start" in bad.content.decode()
    with here.scope():
        objective = Objective.objects.get()
        form = client.get(here.url(f"/results/objectives/{objective.pk}/")).content.decode()
        assert 'value="300"' in form, "as it was typed"
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
    today = calendar.today(here.community)
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

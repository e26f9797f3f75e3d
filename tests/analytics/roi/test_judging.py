"""A verdict on a contact can be another one until its month is closed; the tile says what the ledger lacks."""

from __future__ import annotations

import datetime

import pytest

from analytics.reports.services import close_month, reopen_month
from analytics.roi import services
from analytics.roi.exceptions import MonthClosed
from analytics.roi.models import Lead, LedgerEntry, Offer
from tests.analytics.money import OCTOBER, make_offer, make_rate
from tests.conftest import Cast

AT = datetime.datetime(2026, 10, 5, 12, 0, tzinfo=datetime.UTC)


@pytest.fixture
def leads(here: Cast) -> list[Lead]:
    with here.scope():
        make_rate(here, "lead", "25")
        offer = make_offer(slug="call", code="", kind=Offer.Kind.CONTACT)
        found = [
            services.leave_contact(offer, name=name, email=f"{name}@example.org", consent_text="Yes")[0]
            for name in ("Ada", "Ben", "Cho")
        ]
        Lead.objects.update(at=AT)
    return found


def worth(here: Cast) -> list[int]:
    with here.scope():
        return list(LedgerEntry.objects.of_measure("lead").values_list("amount_minor", flat=True))


def test_a_verdict_is_changed_on_the_page_and_the_ledger_follows(here: Cast, leads: list[Lead]) -> None:
    client, contacts = here.sign_in(here.marketing), here.url("/results/leads/")
    first, second, _third = (here.url(f"/results/leads/{lead.public_id}/") for lead in leads)
    text = client.get(contacts).content.decode()
    assert "after all" not in text
    for act, amounts, offered in [
        ("accept/", [2_500], "refuse/"),
        ("refuse/", [], "accept/"),
        ("accept/", [2_500], "refuse/"),
    ]:
        assert client.post(first + act).status_code == 302
        assert worth(here) == amounts
        text = client.get(contacts).content.decode()
        assert f'action="{first}{offered}"' in text
        assert f'action="{first}{act}"' not in text
        assert text.count("after all") == 1
    assert f'action="{second}accept/"' in text
    assert f'action="{second}refuse/"' in text


def test_a_closed_month_keeps_its_verdicts_and_still_takes_first_ones(here: Cast, leads: list[Lead]) -> None:
    client, contacts = here.sign_in(here.marketing), here.url("/results/leads/")
    first, second, _third = (here.url(f"/results/leads/{lead.public_id}/") for lead in leads)
    client.post(first + "accept/")
    with here.scope():
        close_month(here.community, OCTOBER, by=here.marketing)
    assert "after all" not in client.get(contacts).content.decode()
    refused = client.post(first + "refuse/", follow=True).content.decode()
    assert "The month of this contact is closed" in refused
    assert worth(here) == [2_500]
    with here.scope(), pytest.raises(MonthClosed):
        services.judge_lead(leads[0], by=here.marketing, state="refused", community=here.community)
    client.post(second + "accept/")
    assert worth(here) == [2_500, 2_500]
    with here.scope():
        reopen_month(OCTOBER, by=here.marketing)
    client.post(first + "refuse/")
    assert worth(here) == [2_500]


def test_the_tile_says_how_many_contacts_the_ledger_does_not_have(here: Cast, leads: list[Lead]) -> None:
    client, page = here.sign_in(here.marketing), here.url("/results/?month=2026-10")
    for lead in leads[:1]:
        client.post(here.url(f"/results/leads/{lead.public_id}/accept/"))
    assert "2 more are not judged yet" in client.get(page).content.decode()
    client.post(here.url(f"/results/leads/{leads[1].public_id}/refuse/"))
    assert "1 more is not judged yet" in client.get(page).content.decode()
    client.post(here.url(f"/results/leads/{leads[2].public_id}/accept/"))
    assert "not judged yet" not in client.get(page).content.decode()
    assert len(worth(here)) == 2

"""Published cases with their figures: the restaurant whose regulars vote and get a code, and the campaign of ideas that
ends in partnerships. The travel reviews stand in roi/test_reviews.py."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from analytics.offers.models import CodeOffer, OfferCode
from analytics.roi.models import LedgerEntry, Measure
from communities.calls.deciding import Plan, plan_application
from communities.calls.models import Application
from communities.content.models import Thread
from communities.ideas.answering import answer_idea
from communities.ideas.services import vote_for
from communities.memory import forget_all
from communities.polls.models import Poll
from tests.analytics.money import make_order, make_rate
from tests.communities.calls.making import apply, close, make_call, move, of
from tests.communities.ideas.making import fresh, make_box, make_idea, set_phase
from tests.conftest import Cast
from tests.factories import make_memberships

pytestmark = pytest.mark.django_db

# Of six regulars, so many want each dish; so many take the code, and so many eat on it for 24.00.
DISHES = {"Leeks, egg, lentils": 3, "Chickpeas and lemon": 2, "Pork cheek": 1}
TAKEN, CAME, BILL = 4, 3, 2_400


def words_of(client: Client, address: str) -> str:
    page = client.get(address)
    assert page.status_code == 200, address
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


def test_the_menu_is_voted_on_and_its_code_is_counted_at_the_till(here: Cast) -> None:
    with here.scope():
        make_rate(here, "margin", "40")
        regulars = make_memberships(*({"trust_level": 1} for _one in range(sum(DISHES.values()))))
    manager = here.sign_in(here.manager)
    asked = {
        "kind": "topic", "title": "Thursday: which dish?", "body": "<p>Until Wednesday noon.</p>",
        "body_format": "html", "poll_options": "\n".join(DISHES), "poll_way": "one", "poll_shown": "voted",
    }  # fmt: skip
    assert manager.post(here.url("/forums/f/rigging/new/"), asked).status_code == 302
    with here.scope():
        poll = Poll.objects.select_related("thread").get()
    wanted = [place for place, votes in enumerate(DISHES.values()) for _vote in range(votes)]
    clients = [here.sign_in(regular) for regular in regulars]
    for client, dish in zip(clients, wanted, strict=True):
        assert client.post(here.url(f"/polls/{poll.pk}/vote/"), {"choice": str(dish)}).status_code == 302
    assert manager.post(here.url(f"/polls/{poll.pk}/close/")).status_code == 302
    told = words_of(Client(), here.url(f"/forums/t/{poll.thread.slug}/"))
    for dish, share in zip(DISHES, ("50% 3 votes", "33% 2 votes", "17% 1 vote"), strict=True):
        assert f"{dish} {share}" in told

    # The code is for members: who is none reads neither it nor what it is for.
    offered = {
        "title": "A dessert with the leeks", "opens_at": "2026-01-01 08:00", "whom": "members", "way": "shared",
        "code": "LEEKS",
    }  # fmt: skip
    marketing = here.sign_in(here.marketing)
    assert marketing.post(here.url("/manage/offers/new/"), offered).status_code == 302
    offer = here.url("/offers/a-dessert-with-the-leeks/")
    assert "LEEKS" not in Client().get(offer, follow=True).content.decode()
    for client in clients[:TAKEN]:
        assert "LEEKS" in client.post(f"{offer}claim/", follow=True).content.decode()

    with here.scope():
        for number in range(CAME):
            make_order(here.community, f"T{number}", BILL, code="leeks", placed_at=timezone.now())
        make_order(here.community, "W1", 9_900, placed_at=timezone.now())
        terms = CodeOffer.objects.get()
        assert OfferCode.objects.filter(terms=terms).count() == TAKEN
        counted = LedgerEntry.objects.of_measure(Measure.ORDER).filter(counted=True)
        assert [line.amount_minor for line in counted] == [BILL * 40 // 100] * CAME, (
            "what nobody sent is not counted"
        )
    came = words_of(marketing, here.url(f"/manage/offers/{terms.pk}/"))
    assert f"Members with a code {TAKEN} Orders with the code {CAME} Net sales €72.00" in came


# Ideas, those with votes, and what became of ten applications for a partnership: expected is weighed by its chance.
IDEAS, APPLIED = 6, 10


def test_a_campaign_of_ideas_ends_in_partnerships_and_each_step_is_counted(here: Cast) -> None:
    with here.scope():
        people = make_memberships(*({"trust_level": 1} for _one in range(APPLIED)))
        box = make_box(here, votes_each=3)
        ideas = [make_idea(box, here.member, f"Idea number {n}") for n in range(IDEAS)]
        for idea, votes in zip(ideas, (9, 5, 2), strict=False):
            for person in people[:votes]:
                vote_for(fresh(idea), by=person)
        answer_idea(fresh(ideas[0]), status="planned", body="<p>We look for partners.</p>", by=here.manager)
        set_phase(box, here, "result", winners=1)
        call = make_call(here, title="Partners for idea number 0")
        sent = [apply(call, by=person, title=f"Partner {n}") for n, person in enumerate(people)]
        close(call)
        for application in sent[:3]:
            move(application, "selected", by=here.manager)
        for application in sent[3:]:
            move(application, "refused", by=here.manager)
        for application, expected, chance in zip(sent, (9_000, 4_000, 1_000), (60, 50, 10), strict=False):
            plan = Plan(here.manager, timezone.now().date(), Decimal(expected), chance)
            plan_application(of(application), plan, by=here.manager)
        for application in sent[:2]:
            move(application, "agreed", by=here.manager)
    calls, marketing = here.url("/calls/"), here.sign_in(here.marketing)
    # 60 % of 9,000, 50 % of 4,000, 10 % of 1,000.
    assert "10 applications 3 selected expected: 7,500 EUR" in words_of(marketing, calls)
    with here.scope():
        plan = Plan(here.manager, timezone.now().date(), Decimal(9_000), 60, Decimal("8200.00"))
        plan_application(of(sent[0]), plan, by=here.manager)
        move(sent[0], "delivered", by=here.manager)
        answer_idea(fresh(ideas[0]), status="delivered", body="<p>On sale.</p>", by=here.manager)
        line = LedgerEntry.objects.of_measure(Measure.OUTCOME).get()
        assert (line.amount_minor, line.confidence) == (820_000, "valued")
        assert Application.objects.filter(state="refused").count() == APPLIED - 3
        assert Thread.objects.filter(space=box, idea__votes__gt=0).count() == 3
    forget_all()
    told = words_of(marketing, calls)
    # What is delivered is expected no more.
    assert "10 applications 3 selected expected: 2,100 EUR" in told
    assert "delivered: 8,200 EUR" in told
    closing = words_of(Client(), here.url("/ideas/b/ideas-box/closing/"))
    assert "On sale." in closing

"""A box is made in four steps, promises answers by a day, and says on its closing page what ideas have brought."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from django.test import Client

from communities.calendar import today
from communities.ideas.answering import answer_idea, value_idea
from communities.ideas.box_forms import STEPS, BoxForm
from communities.ideas.boxes import reopen_box, wishes_of_box
from communities.ideas.models import Box, Idea
from communities.ideas.queries import box_for_page
from communities.memory import forget_all
from communities.models import Community
from tests.communities.ideas.making import fresh, make_box, make_idea, set_phase
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


def test_each_field_is_in_one_step(here: Cast) -> None:
    with here.scope():
        form = BoxForm(box=box_for_page(make_box(here)))
    placed = [name for _name, _label, fields in STEPS for name in fields]
    assert sorted(placed) == sorted(field.name for field in form.visible_fields())


def test_steps_say_what_stands_and_lead_to_what_is_wrong(here: Cast) -> None:
    with here.scope():
        box = make_box(here, phase="vote", sponsor=here.marketing, answers_in=14)
    manager, at = here.sign_in(here.manager), here.url(f"/ideas/b/{box.slug}/edit/")
    page = manager.get(at).content.decode()
    steps = page[page.index('class="box-steps"') : page.index("<fieldset")]
    assert steps.count("<li>") == 4
    for said in (
        "What would you change?",
        "5 votes per person",
        here.marketing.display_name,
        "within 14 days",
    ):
        assert said in steps, said
    assert "to correct" not in steps
    wrong = manager.post(at, {"votes_each": "0", "winners": "3", "answers_in": "366"})
    assert wrong.status_code == 422
    page = wrong.content.decode()
    steps = page[page.index('class="box-steps"') : page.index("<fieldset")]
    assert steps.count("One thing to correct") == 2
    assert 'href="#id_answers_in"' in page
    sent = {
        "question": "And now?",
        "votes_each": "3",
        "winners": "2",
        "answers_in": "30",
        "shows_worth": "on",
    }
    assert manager.post(at, sent).status_code == 302
    with here.scope():
        kept = Box.objects.get(pk=box.pk)
        assert (kept.question, kept.votes_each, kept.answers_in, kept.shows_worth) == (
            "And now?",
            3,
            30,
            True,
        )
        set_phase(box, here, "result", answers_in=30, shows_worth=True)
        made = reopen_box(box_for_page(box), by=here.manager, community=here.community)
        assert (made.answers_in, made.shows_worth) == (30, True)
        assert wishes_of_box(made).answers_in == 30


def test_an_answer_is_promised_to_what_comes(here: Cast) -> None:
    """By the clocks of the place; what stood before it was said is promised nothing."""
    with here.scope():
        box = make_box(here)
        before = make_idea(box, here.member)
        set_phase(box, here, "", answers_in=10)
        after = make_idea(box, here.member, "Brass knobs")
        due = dict(Idea.objects.values_list("thread", "due_on"))
        assert due == {before.pk: None, after.pk: today(here.community) + datetime.timedelta(days=10)}


@pytest.mark.parametrize(("currency", "said"), [("GBP", "£1,250"), ("EUR", "€980.50")])
def test_the_closing_page_says_what_was_brought_where_the_team_chose_it(
    here: Cast, currency: str, said: str
) -> None:
    with here.scope():
        box = make_box(here)
        ideas = [make_idea(box, here.member, f"Idea number {n}") for n in range(3)]
        for idea, worth in zip(ideas, (Decimal(1250), Decimal("980.50"), None), strict=True):
            answer_idea(idea, status="delivered", body="<p>On sale since May.</p>", by=here.manager)
            value_idea(fresh(idea), worth=worth, by=here.manager)
        set_phase(box, here, "result")
    Community.objects.filter(pk=here.community.pk).update(currency=currency)
    forget_all()
    at = here.url(f"/ideas/b/{box.slug}/closing/")
    page = Client().get(at).content.decode()
    assert "What it has brought" not in page
    assert "have a value" not in page
    with here.scope():
        set_phase(box, here, "result", shows_worth=True)
    page = " ".join(Client().get(at).content.decode().split())
    assert page.count("What it has brought") == 2
    assert said in page
    assert f"2 delivered ideas have a value: {'£' if currency == 'GBP' else '€'}2,230.50 in all." in page
    assert "What it has brought" not in Client().get(here.url("/ideas/delivered/")).content.decode()

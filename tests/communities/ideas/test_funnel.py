"""What came of a box: figures that a recount by hand says too, to whom, at how many statements."""

from __future__ import annotations

import datetime
import random
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from analytics.capture.models import AudienceDay, Dimension
from communities import counted
from communities.calendar import today
from communities.content.models import Post, Redirect, Space, Thread
from communities.ideas import funnel
from communities.ideas.answering import answer_idea, value_idea
from communities.ideas.funnel import count_funnel, known_funnel
from communities.ideas.joining import merge_ideas
from communities.ideas.models import Answer, Box, Idea, Vote
from communities.ideas.queries import box_for_page
from communities.ideas.services import vote_for
from communities.ideas.tasks import count_many_in_box
from communities.memory import forget_all
from communities.models import Community, Membership
from tests.communities.ideas.making import DAY, fresh, make_box, make_idea
from tests.conftest import Cast
from tests.factories import make_membership, make_reply

pytestmark = pytest.mark.django_db
STATES = ("planned", "delivered", "declined", "studied")


def address(here: Cast, box: Space) -> str:
    return here.url(f"/ideas/b/{box.slug}/figures/")


def text_of(client: Client, at: str) -> str:
    answer = client.get(at)
    assert answer.status_code == 200, at
    return " ".join(answer.content.decode().split())


def grow(here: Cast, box: Space, chance: random.Random, people: list[Membership], ideas: int = 6) -> None:
    """Ideas, votes, replies, answers, values, one merged and one withdrawn, as chance has it."""
    made = [make_idea(box, chance.choice(people), f"Idea {box.slug} {n}") for n in range(ideas)]
    for thread in made:
        for voter in chance.sample(people, 3):
            if not Vote.objects.filter(box=box.pk, voter=voter).count() >= 5:
                vote_for(fresh(thread), by=voter)
        for writer in chance.sample(people, 2):
            make_reply(thread, by=writer)
    for thread in made[:4]:
        status = chance.choice(STATES)
        answer_idea(fresh(thread), status=status, body="<p>So it is.</p>", by=here.manager)
        value_idea(fresh(thread), worth=Decimal(chance.randint(10, 900)), by=here.manager)
    merge_ideas(fresh(made[-1]), fresh(made[-2]), by=here.manager)
    Thread.objects.filter(pk=made[-3].pk).update(state="hidden")


def recount(box: Space) -> dict[str, Any]:
    """Row by row, without the questions that the page asks."""
    out = {one.pk: one for one in Thread.objects.all() if one.state == "published" and one.space_id == box.pk}
    ideas = [one for one in Idea.objects.all() if one.box_id == box.pk and one.pk in out]
    living = [one for one in ideas if one.merged_into_id is None]
    delivered = [one for one in living if one.status == "delivered"]
    answers = {one.post_id for one in Answer.objects.all()}
    said = [one for one in Post.objects.all() if one.thread_id in out and one.state == "published"]
    wrote = {one.author_id for one in out.values()} - {None}
    voted = {one.voter_id for one in Vote.objects.all() if one.idea_id in out} - {None}
    replied = {one.author_id for one in said if one.position != 1 and one.pk not in answers} - {None}
    return {
        "people": len(wrote | voted | replied),
        "wrote": len(wrote),
        "voted": len(voted),
        "replied": len(replied),
        "ideas": len(living),
        "merged": len(ideas) - len(living),
        "answered": sum(one.answered_at is not None for one in living),
        "taken_up": sum(one.status in ("planned", "delivered") for one in living),
        "delivered": len(delivered),
        "declined": sum(one.status == "declined" for one in living),
        "valued": sum(one.worth is not None for one in delivered),
        "worth": sum((one.worth or Decimal(0) for one in delivered), Decimal(0)),
    }


def seen_on(day: datetime.date, visitors: int, path: str) -> None:
    AudienceDay.objects.create(
        dimension=Dimension.PAGE, key=path, day=day, page_views=visitors * 2, visitors=visitors
    )


@pytest.mark.parametrize("seed", [3, 11])
def test_figures_are_those_of_a_recount(here: Cast, seed: int) -> None:
    """Another box with things of its own is not in them."""
    chance = random.Random(seed)
    with here.scope():
        people = [make_membership() for _n in range(7)]
        box, other = make_box(here), make_box(here, slug="another")
        grow(here, box, chance, people)
        grow(here, other, chance, people[:4])
        figures = count_funnel(box_for_page(box), here.community)
        expected = recount(box)
    assert {name: figures[name] for name in expected} == expected
    assert expected["merged"] == 1
    assert expected["people"] >= 5


def test_who_saw_it_is_what_days_know_of_its_addresses(here: Cast, elsewhere: Cast) -> None:
    """Of a day the address that most people had, former ones and the place of the only box too; since its first idea,
    and of no other community."""
    with here.scope():
        box = make_box(here)
        make_idea(box, here.member)
        day = today(here.community)
        Redirect.objects.create(path="/ideas/b/old-box/", target=f"/ideas/b/{box.slug}/")
        seen_on(day, 12, f"/ideas/b/{box.slug}/")
        seen_on(day, 20, "/ideas/")
        seen_on(day, 3, "/ideas/b/old-box/")
        seen_on(day, 99, "/ideas/b/some-other/")
        seen_on(day - DAY, 70, "/ideas/")
        assert count_funnel(box_for_page(box), here.community)["seen"] == 20
        second = make_box(here, slug="second")
        forget_all()
        assert count_funnel(box_for_page(box), here.community)["seen"] == 12
        assert count_funnel(box_for_page(second), here.community)["seen"] is None
    with elsewhere.scope():
        own = make_box(elsewhere)
        make_idea(own, elsewhere.member)
        assert count_funnel(box_for_page(own), elsewhere.community)["seen"] == 0
    page = text_of(here.sign_in(here.owner), address(here, box))
    assert '<td class="n">12</td>' in page


def test_few_people_are_told_as_that(here: Cast) -> None:
    with here.scope():
        box = make_box(here)
        idea = make_idea(box, here.member)
        for person in [make_membership() for _n in range(6)]:
            vote_for(fresh(idea), by=person)
        make_reply(idea)
        seen_on(today(here.community), 9, f"/ideas/b/{box.slug}/")
    page = text_of(here.sign_in(here.owner), address(here, box))
    figures = page[page.index('id="h-people"') : page.index('id="h-ideas"')]
    assert figures.count("fewer than 5") == 2
    assert figures.count("fewer than 10") == 1
    assert '<td class="n">6</td>' in figures
    assert '<td class="n">8</td>' in figures


def test_who_reads_it_and_who_reads_its_worth(here: Cast, elsewhere: Cast) -> None:
    with here.scope():
        box = make_box(here, sponsor=here.ambassador)
        idea = make_idea(box, here.member)
        answer_idea(idea, status="delivered", body="<p>On sale.</p>", by=here.manager)
        value_idea(fresh(idea), worth=Decimal(1250), by=here.manager)
    at = address(here, box)
    Community.objects.filter(pk=here.community.pk).update(currency="GBP")
    for reader in (here.owner, here.manager, here.marketing):
        assert "£1,250" in text_of(here.sign_in(reader), at), reader
        assert at in text_of(here.sign_in(reader), here.url(f"/ideas/b/{box.slug}/"))
    for reader in (here.moderator, here.ambassador):
        page = text_of(here.sign_in(reader), at)
        assert "Taken up" in page
        assert "1,250" not in page
    assert here.sign_in(here.member).get(at).status_code == 403
    assert at not in text_of(here.sign_in(here.member), here.url(f"/ideas/b/{box.slug}/"))
    assert (
        elsewhere.sign_in(elsewhere.owner).get(elsewhere.url(f"/ideas/b/{box.slug}/figures/")).status_code
        == 404
    )
    for page in ("/results/community/", "/results/line/outcome/"):
        assert at in text_of(here.sign_in(here.marketing), here.url(page))


def test_much_is_counted_by_a_job_and_costs_the_same(here: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, Any]] = []
    monkeypatch.setattr(funnel, "ask_for", lambda job, **said: asked.append({"job": job, **said}))
    with here.scope():
        box = make_box(here)
        make_idea(box, here.member)

        def statements() -> int:
            with CaptureQueriesContext(connection) as seen:
                known_funnel(found, here.community)
            return len(seen.captured_queries)

        found: Box = box_for_page(box)
        few = statements()
        grow(here, box, random.Random(5), [make_membership() for _n in range(6)])
        assert statements() == few <= 12
        monkeypatch.setattr(counted, "FEW", 2)
        assert known_funnel(found, here.community) == (None, None)
    wanted = {"community_id": here.community.pk, "space_id": box.pk}
    assert asked == [{"job": count_many_in_box.name, **wanted}]
    assert "Figures are here in a minute" in text_of(here.sign_in(here.owner), address(here, box))
    count_many_in_box(**wanted)
    with here.scope():
        known, at = known_funnel(found, here.community)
        assert known is not None
        assert at is not None
        assert known.ideas == recount(box)["ideas"]
    assert "Last counted:" in text_of(here.sign_in(here.owner), address(here, box))
    count_many_in_box(community_id=here.community.pk, space_id=1)

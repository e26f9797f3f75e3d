"""The pages of ideas: what they show to whom, what they refuse, how many queries they take."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from analytics.roi.models import LedgerEntry, Measure
from communities.calendar import today
from communities.content.kinds import kind_of
from communities.content.models import Space, Thread
from communities.ideas.answering import answer_idea, assign_idea, value_idea
from communities.ideas.joining import merge_ideas
from communities.ideas.models import Box, Idea, Vote
from communities.ideas.services import vote_for
from communities.memory import forget_all
from communities.models import Community
from tests.communities.ideas.making import DAY, fresh, make_box, make_idea, set_phase
from tests.conftest import Cast
from tests.sweeps.world import a_picture


def text_of(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, (address, response.status_code)
    return response.content.decode()


def box_url(here: Cast, box: Space) -> str:
    return here.url(f"/ideas/b/{box.slug}/")


def idea_url(here: Cast, thread: Thread) -> str:
    return here.url(f"/ideas/i/{thread.slug}/")


def test_addresses_are_those_of_the_routes(here: Cast) -> None:
    with here.scope():
        thread = make_idea(make_box(here), here.member)
        assert kind_of(thread).thread_url(thread) == reverse("ideas:show-idea", args=[thread.slug])


def test_an_idea_is_submitted_after_those_like_it(here: Cast) -> None:
    """Without scripts: the first press shows what is like it, the second is that it is different."""
    with here.scope():
        box = make_box(here)
        near = make_idea(box, here.ambassador, "Brass rivets on the old range")
    client, at = here.sign_in(here.member), f"{box_url(here, box)}new/"
    said = {"title": "Golden rivets on the range", "body": "They patinate.", "body_format": "markdown"}
    shown = client.post(at, said).content.decode()
    assert near.title in shown
    assert "Mine is different" in shown
    with here.scope():
        assert Thread.objects.of_kind("idea").count() == 1
    response = client.post(at, {**said, "different": "on"})
    assert response.status_code == 302
    page = text_of(client, response.headers["Location"])
    assert "Golden rivets on the range" in page
    assert "No answer from the team yet." in page
    # A file that came with it is in the text then: no browser sends one again by itself.
    shown = client.post(at, {**said, "picture": a_picture(), "picture_alt": "A rivet"}).content.decode()
    assert "Mine is different" in shown
    assert "![A rivet](" in shown
    # Neither does it with a form that is refused, which says so.
    refused = client.post(at, {**said, "title": "", "picture": a_picture()})
    assert "Choose the file again" in refused.content.decode()
    # What is like nothing is there at once; without a title it comes back with what was typed.
    assert client.post(at, {**said, "title": "A lid for everything"}).status_code == 302
    refused = client.post(at, {**said, "title": ""})
    assert refused.status_code == 422
    assert b"They patinate." in refused.content


def test_one_votes_in_the_list_and_on_the_page(here: Cast) -> None:
    with here.scope():
        box = make_box(here, votes_each=2)
        idea, other, third = [make_idea(box, here.member, f"Idea number {n}") for n in range(3)]
    client = here.sign_in(here.ambassador)
    assert "2 votes left" in text_of(client, box_url(here, box))
    back = client.post(f"{idea_url(here, idea)}vote/?from=box&order=new").headers["Location"]
    assert back == f"{box_url(here, box)}?order=new#idea-{idea.pk}"
    page = text_of(client, box_url(here, box))
    assert "1 vote left" in page
    assert page.count('aria-pressed="true"') == 1
    client.post(f"{idea_url(here, other)}vote/")
    assert (
        "You have used your 2 votes here"
        in client.post(f"{idea_url(here, third)}vote/", follow=True).content.decode()
    )
    client.post(f"{idea_url(here, idea)}unvote/")
    with here.scope():
        assert list(Vote.objects.values_list("idea_id", flat=True)) == [other.pk]
        set_phase(box, here, "result")
    assert "The vote closed on" in text_of(client, idea_url(here, idea))
    client.post(f"{idea_url(here, idea)}vote/")
    with here.scope():
        assert Vote.objects.count() == 1


def test_a_locked_idea_takes_the_votes_of_no_other(here: Cast) -> None:
    """And who may only read takes back what they gave."""
    with here.scope():
        box = make_box(here)
        locked, other = make_idea(box, here.member, "The first"), make_idea(box, here.member, "The second")
        vote_for(locked, by=here.owner)
        Thread.objects.filter(pk=locked.pk).update(locked=True)
    page = text_of(here.sign_in(here.ambassador), box_url(here, box))
    assert "5 votes left" in page
    assert f"/ideas/i/{other.slug}/vote/" in page
    assert f"/ideas/i/{locked.slug}/vote/" not in page
    with here.scope():
        vote_for(other, by=here.ambassador)
        Thread.objects.filter(pk=other.pk).update(locked=True)
    for address in (box_url(here, box), idea_url(here, other)):
        assert f"/ideas/i/{other.slug}/unvote/" in text_of(here.sign_in(here.ambassador), address)


def test_an_answer_that_cannot_be_posted_comes_back(here: Cast) -> None:
    """Its owner may answer, and is no longer among those who reply."""
    with here.scope():
        idea = make_idea(make_box(here), here.member)
        assign_idea(idea, owner=here.ambassador, due_on=today(here.community) - DAY, by=here.manager)
        Space.objects.filter(pk=idea.space_id).update(
            replying="roles", let_in={"reply": {"roles": ["marketing"]}}
        )
    client, at = here.sign_in(here.ambassador), f"{idea_url(here, idea)}status/"
    # A day that has passed promises nothing, whoever says it.
    assert client.get(at).context["form"]["due_on"].value() is None
    late = {"status": "planned", "body": "In spring.", "body_format": "markdown", "due_on": "2020-01-01"}
    assert "This day has passed." in client.post(at, late).content.decode()
    refused = client.post(at, {"status": "planned", "body": "In spring.", "body_format": "markdown"})
    assert refused.status_code == 403
    assert "In spring." in refused.content.decode()
    assert "Who replies in this space" in refused.content.decode()


def test_a_box_says_its_phase_and_refuses_what_is_over(here: Cast) -> None:
    with here.scope():
        box = make_box(here, phase="discuss", rules="One idea\nNo names", votes_each=3)
    visitor, member = Client(), here.sign_in(here.member)
    page = text_of(visitor, box_url(here, box))
    assert page.count('aria-current="step"') == 1
    assert "No names" in page
    assert "Votes are cast from" in page
    assert "Submit an idea" not in page
    assert "Ideas could be submitted until" in text_of(member, f"{box_url(here, box)}new/", 403)
    assert visitor.get(f"{box_url(here, box)}closing/").status_code == 404


def test_the_answer_stands_above_the_replies_while_it_can_be_read(here: Cast) -> None:
    with here.scope():
        idea = make_idea(make_box(here), here.member)
    manager, at = here.sign_in(here.manager), idea_url(here, idea)
    said = {"status": "planned", "body": "In spring, in steel.", "body_format": "markdown"}
    assert manager.post(f"{at}status/", {**said, "body": ""}).status_code == 422
    assert manager.post(f"{at}status/", said).status_code == 302
    page = text_of(Client(), at)
    assert "Answer of the team: Planned" in page
    assert page.count("In spring, in steel.") == 2
    with here.scope():
        answer = Idea.objects.get(pk=idea.pk).answer
        assert answer is not None
    manager.post(here.url(f"/p/{answer.public_id}/delete/"))
    assert "In spring, in steel." not in text_of(Client(), at)


def test_what_is_overdue_is_said_to_those_who_owe_it(here: Cast) -> None:
    with here.scope():
        box = make_box(here, sponsor=here.marketing)
        idea = make_idea(box, here.member)
        assign_idea(idea, owner=here.ambassador, due_on=today(here.community) - DAY, by=here.manager)
    at = idea_url(here, idea)
    for person in (here.ambassador, here.marketing, here.manager):
        assert "Promised by" in text_of(here.sign_in(person), at), person
    for person in (here.ambassador, here.marketing):
        assert "Overdue answers" in text_of(here.sign_in(person), box_url(here, box)), person
    assert "Promised by" not in text_of(here.sign_in(here.member), at)
    assert "Overdue answers" not in text_of(Client(), box_url(here, box))


def test_a_merged_idea_leads_to_the_other_and_can_be_read(here: Cast) -> None:
    with here.scope():
        box = make_box(here)
        source, target = make_idea(box, here.member, "Golden rivets"), make_idea(box, here.owner)
        vote_for(source, by=here.ambassador)
    manager, at = here.sign_in(here.manager), idea_url(here, source)
    for no_idea in ("nothing like it", "http://[no address/"):
        assert manager.post(f"{at}merge/", {"into": no_idea}).status_code == 422
    figures = manager.post(f"{at}merge/", {"into": idea_url(here, target)}).content.decode()
    assert "Votes here: 1. Votes there: 0. People in both: 0. Together: 1." in figures
    assert manager.post(f"{at}merge/", {"into": target.title, "sure": "1"}).status_code == 302
    for client in (Client(), here.sign_in(here.member), manager):
        led = client.get(at)
        assert (led.status_code, led.headers["Location"]) == (301, idea_url(here, target))
    old = text_of(Client(), f"{at}merged/")
    assert "takes no more votes or replies" in old
    assert 'name="robots" content="noindex' in old
    assert "Golden rivets" in text_of(Client(), idea_url(here, target))
    assert f'id="idea-{source.pk}"' not in text_of(Client(), box_url(here, box))
    assert here.sign_in(here.member).post(f"{at}reply/", {"body": "And?"}).status_code in (403, 422)
    assert Client().get(f"{idea_url(here, target)}merged/").status_code == 404


def test_what_came_of_a_box(here: Cast) -> None:
    """Winners by votes, what was delivered, what was declined and why; and the page of all that was done."""
    with here.scope():
        box = make_box(here, winners=1)
        best, done, declined = [make_idea(box, here.member, f"Idea number {n}") for n in range(3)]
        for voter in (here.ambassador, here.owner):
            vote_for(best, by=voter)
        vote_for(done, by=here.ambassador)
        answer_idea(done, status="delivered", body="<p>On sale since May.</p>", by=here.manager)
        answer_idea(declined, status="declined", body="<p>The steel would tear.</p>", by=here.manager)
        set_phase(box, here, "result", winners=1)
    page = text_of(Client(), f"{box_url(here, box)}closing/")
    winners = page[page.index('id="h-winners"') : page.index('id="h-delivered"')]
    assert best.title in winners
    assert done.title not in winners
    assert page.index("On sale since May.") < page.index("The steel would tear.")
    said = text_of(Client(), here.url("/ideas/delivered/"))
    assert "On sale since May." in said
    assert "The steel would tear." not in said


def test_next_years_box_is_a_press_and_a_confirmation(here: Cast) -> None:
    with here.scope():
        box = make_box(here, phase="result")
    manager = here.sign_in(here.manager)
    assert "Reopen next year" in text_of(manager, box_url(here, box))
    assert "Reopen next year" not in text_of(here.sign_in(here.moderator), box_url(here, box))
    draft = manager.post(f"{box_url(here, box)}reopen/").headers["Location"]
    forget_all()
    form = text_of(manager, draft)
    assert "Confirm the dates and open" in form
    with here.scope():
        made = Box.objects.select_related("space").get(former=box.pk)
        forget_all()
    assert here.sign_in(here.member).get(box_url(here, made.space)).status_code == 404
    # Who reads it and arranges no spaces is led nowhere.
    read = text_of(here.sign_in(here.moderator), box_url(here, made.space))
    assert "until its dates are confirmed" in read
    assert "/edit/" not in read
    values = {
        name: manager.get(draft).context["form"][name].value()
        for name in ("question", "votes_each", "winners")
    }
    dates = {"opens_at": "", "discusses_at": "", "votes_at": "", "closes_at": "", "result_at": ""}
    half = manager.post(draft, {**values, **dates, "opens_at": "2027-03-01 10:00", "open": "1"})
    assert half.status_code == 422
    assert b"Give all five dates, or none" in half.content
    assert manager.post(draft, {**values, **dates, "open": "1"}).status_code == 302
    forget_all()
    assert here.sign_in(here.member).get(box_url(here, made.space)).status_code == 200


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ({"documents": "Plan"}, "needs a title"),
        ({"documents": "Plan | javascript:alert(1)"}, "not an address that a browser can open"),
        ({"documents": "Plan | //evil.example/x"}, "not an address that a browser can open"),
        ({"votes_each": "0"}, "votes_each"),
    ],
)
def test_a_box_with_what_cannot_be_comes_back(here: Cast, said: dict[str, str], what: str) -> None:
    with here.scope():
        box = make_box(here)
    asked = {"question": "What else?", "votes_each": "5", "winners": "3", **said}
    refused = here.sign_in(here.manager).post(f"{box_url(here, box)}edit/", asked)
    assert refused.status_code == 422
    assert what in refused.content.decode()
    assert "What else?" in refused.content.decode()


def test_closed_it_is_found_nowhere(here: Cast) -> None:
    with here.scope():
        box = make_box(here)
        idea = make_idea(box, here.member)
        Community.objects.filter(pk=here.community.pk).update(open_features=["forums", "search"])
        forget_all()
    for address in (
        here.url("/ideas/"),
        box_url(here, box),
        idea_url(here, idea),
        here.url("/ideas/delivered/"),
    ):
        for client in (Client(), here.sign_in(here.manager)):
            assert client.get(address).status_code == 404, address
    assert idea.title not in here.sign_in(here.manager).get(here.url("/search/?q=rivets")).content.decode()


def test_lists_and_ideas_take_as_many_queries_whatever_is_in_them(
    here: Cast, queries: Callable[..., Any]
) -> None:
    with here.scope():
        box = make_box(here)
        many = [make_idea(box, here.member, f"Idea number {n}") for n in range(3)]
    client = here.sign_in(here.ambassador)
    with here.scope():
        for n in range(3, 25):
            made = make_idea(box, here.member, f"Idea number {n}")
            if n < 8:
                vote_for(made, by=here.owner)
        merge_ideas(many[0], many[1], by=here.manager)
        answer_idea(fresh(many[2]), status="studied", body="<p>Yes.</p>", by=here.manager)
    client.get(box_url(here, box))
    forget_all()
    with queries(most=22):
        page = client.get(box_url(here, box)).content.decode()
    assert page.count('class="idea-row"') == 20
    second = text_of(client, box_url(here, box) + "?after=" + page.partition("?after=")[2].partition('"')[0])
    assert second.count('class="idea-row"') == 4
    forget_all()
    with queries(most=24):
        client.get(idea_url(here, many[2]))


def test_the_first_answer_keeps_the_promise_and_makes_no_other(here: Cast) -> None:
    """The day by which a box promises an answer is not promised again by the answer that keeps it."""
    with here.scope():
        box = make_box(here)
        set_phase(box, here, "", answers_in=10)
        idea = make_idea(box, here.member)
        assert fresh(idea).idea.due_on == today(here.community) + 10 * DAY
    client, at = here.sign_in(here.manager), f"{idea_url(here, idea)}status/"
    form = client.get(at).context["form"]
    assert form["due_on"].value() is None
    sent = {"status": "studied", "body": "We look at it.", "body_format": "markdown"}
    assert client.post(at, sent | {"due_on": form["due_on"].value() or ""}).status_code == 302
    with here.scope():
        assert fresh(idea).idea.due_on is None
    # What an answer has promised stands in the form of the next.
    later = today(here.community) + 20 * DAY
    assert client.post(at, sent | {"due_on": later.isoformat()}).status_code == 302
    assert client.get(at).context["form"]["due_on"].value() == later


def test_what_has_brought_something_is_not_merged(here: Cast) -> None:
    """It would stay in the results where nobody could correct it. Refused before anybody is asked whether they are
    sure; the other way round it goes."""
    with here.scope():
        box = make_box(here)
        idea, other = make_idea(box, here.member, "Golden rivets"), make_idea(box, here.owner, "Brass knobs")
        answer_idea(idea, status="delivered", body="<p>On sale.</p>", by=here.manager)
        value_idea(fresh(idea), worth=Decimal(90), by=here.manager)
    client, at = here.sign_in(here.manager), f"{idea_url(here, idea)}merge/"
    for sure in ({}, {"sure": "1"}):
        refused = client.post(at, {"into": "Brass knobs", **sure})
        assert refused.status_code == 422
        assert "What this idea has brought is recorded." in refused.content.decode()
    with here.scope():
        assert not fresh(idea).idea.is_merged
        value_idea(fresh(idea), worth=Decimal(80), by=here.manager)
        assert LedgerEntry.objects.of_measure(Measure.OUTCOME).get().amount_minor == 8000
    back = {"into": "Golden rivets", "sure": "1"}
    assert client.post(f"{idea_url(here, other)}merge/", back).status_code == 302
    with here.scope():
        assert fresh(other).idea.merged_into_id == idea.pk

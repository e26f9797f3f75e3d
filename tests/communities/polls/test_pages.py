"""Polls on pages: written without scripts, voted in, read by whom, at which cost."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from communities.blogs.services import Draft, edit_article
from communities.content.models import State, Thread
from communities.limits import Limited
from communities.memory import forget_all
from communities.models import Membership
from communities.people.taking_away import tables_of
from communities.polls.models import Ballot, Poll
from communities.polls.queries import found_polls
from members.models import Member
from moderation.models import Case
from moderation.services import report_post
from tests.communities.polls.making import OPTIONS, make_poll, under, vote
from tests.communities.test_limits import at_most
from tests.conftest import Cast
from tests.factories import make_membership, make_thread

NEW = {
    "kind": "topic",
    "title": "What do you splice with?",
    "body": "<p>We are about to order.</p>",
    "body_format": "html",
    "poll_options": "Hemp\n\n  Cotton \nPolyester",
    "poll_way": "one",
    "poll_shown": "voted",
}
IN_PLACE = {"HX-Request": "true"}


def page_of(client: Client, here: Cast, poll: Poll) -> str:
    return client.get(here.url(f"/forums/t/{poll.thread.slug}/")).content.decode()


def test_a_thread_starts_with_its_poll(here: Cast) -> None:
    client = here.sign_in(here.member)
    start = here.url("/forums/f/rigging/new/")
    assert "Add a poll" in client.get(start).content.decode()
    refused = client.post(start, NEW | {"poll_options": "Hemp\nhemp", "poll_changeable": "on"})
    text = refused.content.decode()
    assert refused.status_code == 422
    assert "Two of the answers are the same." in text
    assert "A vote without a name cannot be changed." in text
    assert "We are about to order." in text
    assert '<details class="fold" open>' in text
    with here.scope():
        assert not Thread.objects.filter(title=NEW["title"]).exists()
    assert client.post(start, NEW).status_code == 302
    with here.scope():
        poll = Poll.objects.select_related("thread").get()
        assert (poll.options, poll.thread.inset, poll.thread.state) == (
            ["Hemp", "Cotton", "Polyester"],
            "poll",
            State.PUBLISHED,
        )
    # Without anything typed in it there is none.
    client.post(start, NEW | {"title": "No poll", "poll_options": " "})
    with here.scope():
        assert Thread.objects.get(title="No poll").inset == ""


def test_a_draft_keeps_its_poll_and_is_judged_with_it(here: Cast) -> None:
    client = here.sign_in(here.member)
    client.post(here.url("/forums/f/rigging/new/"), NEW | {"draft": "1"})
    with here.scope():
        poll = Poll.objects.select_related("thread").get()
    page = page_of(client, here, poll)
    assert "This is a draft" in page
    assert "Polyester" in page
    assert "Edit the poll" in page
    assert client.get(here.url(f"/polls/{poll.pk}/edit/")).status_code == 200
    client.post(here.url(f"/drafts/{poll.thread_id}/publish/"))
    assert "Polyester" in page_of(Client(), here, poll)


def test_voting_without_scripts_and_in_place(here: Cast) -> None:
    with here.scope():
        poll = make_poll(here, way=Poll.Way.SEVERAL, most=2)
        free = make_poll(here, way=Poll.Way.SEVERAL, most=3)
    client, at = here.sign_in(here.member), here.url(f"/polls/{poll.pk}/vote/")
    assert "Choose 2 at most." in page_of(client, here, poll)
    assert "Choose as many as you like." in page_of(client, here, free)
    too_many = client.post(at, {"choice": ["0", "1", "2"]})
    assert too_many.status_code == 422
    assert "Choose 2 answers at most." in too_many.content.decode()
    assert too_many.content.decode().count(" checked") == 3
    answer = client.post(at, {"choice": ["0", "2"]}, headers=IN_PLACE)
    block = answer.content.decode()
    assert answer.status_code == 200
    assert f'id="poll-{poll.pk}"' in block
    assert "You have voted." in block
    assert "100%" in block
    assert "Edit the poll" in block
    again = client.post(at, {"choice": "1"}, headers=IN_PLACE)
    assert again.status_code == 409
    assert "was not counted" in again.content.decode()
    with here.scope():
        Poll.objects.filter(pk=poll.pk).update(closes_at=timezone.now())
    late = here.sign_in(here.manager).post(at, {"choice": "1"})
    assert late.status_code == 409
    assert "The poll closed on" in late.content.decode()
    assert "1 vote" in late.content.decode()


def test_ranked_by_numbers_and_shown_by_rounds(here: Cast) -> None:
    with here.scope():
        poll = make_poll(here, way=Poll.Way.RANKED, shown=Poll.Shown.CLOSED)
    client, at = here.sign_in(here.member), here.url(f"/polls/{poll.pk}/vote/")
    twice = client.post(at, {"rank-0": "1", "rank-1": "1"})
    assert twice.status_code == 422
    assert "Use each number once." in twice.content.decode()
    assert twice.content.decode().count(" selected>") == 2
    assert client.post(at, {"rank-2": "1", "rank-0": "3"}).status_code == 302
    with here.scope():
        for person, first in ((here.manager, 2), (here.owner, 0)):
            vote(poll, first, by=person)
    assert "The result is shown once the poll is closed." in page_of(client, here, poll)
    assert "\u2069 has won." not in page_of(Client(), here, poll)
    here.sign_in(here.member).post(here.url(f"/polls/{poll.pk}/close/"))
    page = page_of(Client(), here, poll)
    assert "\u2068Polyester\u2069 has won." in page
    assert "Round 1" in page
    assert "How it is counted" in page


def test_who_sees_the_result_and_the_names(here: Cast, elsewhere: Cast, stranger: Member) -> None:
    with here.scope():
        poll = make_poll(here, named=True)
        vote(poll, 1, by=here.member)
    votes = here.url(f"/polls/{poll.pk}/votes/")
    voter, other = here.sign_in(here.member), here.sign_in(here.manager)
    assert "100%" in page_of(voter, here, poll)
    for client in (other, Client()):
        assert "100%" not in page_of(client, here, poll)
    assert here.member.display_name in voter.get(votes).content.decode()
    # There is such a page, and it says when one sees it.
    refused = other.get(votes).content.decode()
    assert "Those who have voted see it; once the poll is closed, all members do." in refused
    assert here.member.display_name not in refused.partition("<main")[2]
    assert Client().get(votes).status_code == 302
    outside = Client()
    outside.force_login(stranger)
    assert outside.post(here.url(f"/polls/{poll.pk}/vote/"), {"choice": "0"}).status_code in (302, 403)
    foreign = elsewhere.sign_in(elsewhere.owner)
    assert foreign.get(elsewhere.url(f"/polls/{poll.pk}/")).status_code == 404
    assert foreign.post(elsewhere.url(f"/polls/{poll.pk}/vote/"), {"choice": "0"}).status_code == 404
    with here.scope():
        assert Ballot.objects.count() == 1
    # Anonymous: nobody has such a page.
    with here.scope():
        secret = make_poll(here, shown=Poll.Shown.ALWAYS)
        vote(secret, 0, by=here.member)
    assert voter.get(here.url(f"/polls/{secret.pk}/votes/")).status_code == 404


def test_a_poll_that_was_set_by_name_has_the_list_that_it_promises(here: Cast) -> None:
    """Changed by the team with what its form holds, and nothing else; whoever has voted then reads the names."""
    with here.scope():
        poll = make_poll(here, shown=Poll.Shown.CLOSED)
    manager, votes = here.sign_in(here.manager), here.url(f"/polls/{poll.pk}/votes/")
    assert manager.get(votes).status_code == 404
    page = manager.get(here.url(f"/polls/{poll.pk}/edit/"))
    form = {name: value or "" for name, value in page.context["form"].initial.items()}
    sent = form | {"version": "1", "poll_named": "1"}
    assert manager.post(here.url(f"/polls/{poll.pk}/edit/"), sent).status_code == 302
    assert "Members see it once the poll is closed." in manager.get(votes).content.decode()
    manager.post(here.url(f"/polls/{poll.pk}/edit/"), sent | {"version": "2", "poll_shown": "voted"})
    manager.post(here.url(f"/polls/{poll.pk}/vote/"), {"choice": "1"})
    assert here.manager.display_name in manager.get(votes).content.decode().partition("<main")[2]


def test_a_vote_too_many_is_said_as_what_it_is(
    here: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.LIMITS_BY_TRUST = True
    at_most(monkeypatch, Limited.VOTE, 1)
    with here.scope():
        first, second = make_poll(here), make_poll(here)
    client = here.sign_in(here.member)
    assert client.post(here.url(f"/polls/{first.pk}/vote/"), {"choice": "0"}).status_code == 302
    answer = client.post(here.url(f"/polls/{second.pk}/vote/"), {"choice": "0"})
    assert answer.status_code == 429
    assert "You have voted 1 times in 10 minutes." in answer.content.decode()


def test_a_poll_speaks_the_language_of_its_text(here: Cast) -> None:
    """It is found by the words of that language, also once its article was put into another one."""
    with here.scope():
        article = make_thread(here.blog, by=here.manager, title="Which rope?")
        poll = under(article, by=here.manager, options=("Mending", "Splicing"))
        draft = Draft(title="Which rope?", body="<p>Words.</p>", body_format="html", language="fr")
        edit_article(article, by=here.manager, draft=draft)
        poll.refresh_from_db()
        assert poll.language == Thread.objects.get(pk=article.pk).language == "fr"
        assert found_polls("splice", ["fr"], 5) == {}


def test_the_author_adds_changes_and_removes(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member, title="Which knot?")
        post = thread.opening()
    client, at = here.sign_in(here.member), here.url(f"/polls/under/{post.public_id}/")
    assert at in client.get(here.url(f"/p/{post.public_id}/edit/")).content.decode()
    other = here.sign_in(here.ambassador)
    assert (other.get(at).status_code, other.post(at, NEW).status_code) == (403, 403)
    assert client.post(at, NEW | {"poll_options": "One"}).status_code == 422
    assert client.post(at, NEW).status_code == 302
    with here.scope():
        poll = Poll.objects.select_related("thread").get()
    assert at not in client.get(here.url(f"/p/{post.public_id}/edit/")).content.decode()
    edit = here.url(f"/polls/{poll.pk}/edit/")
    assert other.post(edit, NEW).status_code == 403
    past = NEW | {"poll_closes_at": "2020-01-01T10:00"}
    assert "This is in the past." in client.post(edit, past).content.decode()
    conflict = client.post(edit, NEW | {"version": "7"})
    assert conflict.status_code == 422
    assert "Polyester" in conflict.content.decode()
    client.post(edit, NEW | {"version": "1", "poll_options": "Bowline\nHitch"})
    assert "Bowline" in page_of(client, here, poll)
    with here.scope():
        vote(poll, 0, by=here.manager)
    page = client.get(edit).content.decode()
    assert "so they can no longer be changed" in page
    assert 'name="poll_options"' not in page
    client.post(here.url(f"/polls/{poll.pk}/remove/"))
    later = (timezone.now() + datetime.timedelta(days=2)).strftime("%Y-%m-%dT10:00")
    client.post(edit, {"poll_closes_at": later})
    with here.scope():
        poll.refresh_from_db()
        assert poll.closes_at is not None
        assert poll.options == ["Bowline", "Hitch"]


def test_found_fed_and_hidden_with_its_text(here: Cast) -> None:
    with here.scope():
        poll = make_poll(here, question="Which fibre, then?", options=("Hempen rope", "Manila"))
    visitor = Client()
    assert poll.thread.slug in visitor.get(here.url("/search/?q=hempen")).content.decode()
    feeds = ("/feed.xml", "/forums/feed.rss", f"/forums/t/{poll.thread.slug}/feed.xml")
    for feed in feeds:
        text = visitor.get(here.url(feed)).content.decode()
        assert {"Which fibre, then?", "Manila"} == {
            said for said in ("Which fibre, then?", "Manila") if said in text
        }, feed
    with here.scope():
        Thread.objects.filter(pk=poll.thread_id).update(state=State.HIDDEN)
    forget_all()
    assert visitor.get(here.url(f"/polls/{poll.pk}/")).status_code == 404
    assert poll.thread.slug not in visitor.get(here.url("/search/?q=hempen")).content.decode()
    assert "Manila" not in visitor.get(here.url("/forums/feed.rss")).content.decode()


@pytest.mark.parametrize("who", ["visitor", "member"])
def test_a_page_costs_what_it_did(here: Cast, who: str) -> None:
    """One statement more with a poll, two for a member, however many have voted; none for a page without one, and no
    byte of it."""
    client = here.sign_in(here.member if who == "member" else None)
    with here.scope():
        plain = make_thread(here.forum, by=here.manager)
        poll = make_poll(here, by=here.manager, shown=Poll.Shown.ALWAYS, way=Poll.Way.RANKED)
        for person in (here.owner, make_membership(), make_membership()):
            vote(poll, 1, 0, by=person)

    def statements(slug: str) -> int:

        client.get(here.url(f"/forums/t/{slug}/"))
        forget_all()
        client.get(here.url(f"/forums/t/{slug}/"))
        with CaptureQueriesContext(connection) as captured:
            page = client.get(here.url(f"/forums/t/{slug}/"))
        assert ('class="poll' in page.content.decode()) is (slug != plain.slug)
        return len(captured)

    assert statements(poll.thread.slug) - statements(plain.slug) == (2 if who == "member" else 1)


def test_a_list_of_twenty_polls_costs_as_one(here: Cast) -> None:

    client = Client()

    def statements() -> list[int]:
        counts = []
        for path in ("/forums/f/rigging/", "/forums/feed.rss", "/search/?q=hemp"):
            client.get(here.url(path))
            forget_all()
            client.get(here.url(path))
            with CaptureQueriesContext(connection) as captured:
                client.get(here.url(path))
            counts.append(len(captured))
        return counts

    with here.scope():
        make_poll(here)
    one = statements()
    with here.scope():
        for _number in range(20):
            make_poll(here)
    assert statements() == one


def test_text_of_others_is_escaped(here: Cast) -> None:
    with here.scope():
        poll = make_poll(
            here, question="<b>Which</b>?", options=("<i>Hemp</i>", "& more"), shown=Poll.Shown.ALWAYS
        )
        vote(poll, 0, by=here.manager)
    for path in (f"/forums/t/{poll.thread.slug}/", f"/polls/{poll.pk}/", "/forums/feed.rss"):
        text = here.sign_in(here.member).get(here.url(path)).content.decode()
        assert not re.search(r"<b>Which|<i>Hemp", text), path


def test_what_a_person_takes_away(here: Cast) -> None:
    with here.scope():
        named, secret = make_poll(here, named=True), make_poll(here)
        vote(named, 2, by=here.member)
        vote(secret, 1, by=here.member)
        tables = {name: list(rows) for name, rows in tables_of(Membership.objects.get(pk=here.member.pk))}
    assert [row["answers"] for row in tables["votes"]] == [["Polyester"], []]
    assert [row["options"] for row in tables["polls"]] == [["Hemp", "Cotton", "Polyester"]] * 2


def test_under_an_article_too(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.blog, by=here.manager, title="Fibres of the year")
        slug = thread.slug
    client, at = here.sign_in(here.manager), f"/blogs/journal/{slug}/"
    assert "/polls/under/" in client.get(here.url(f"{at}edit/")).content.decode()
    with here.scope():
        under(thread, by=here.manager)
    assert "Polyester" in Client().get(here.url(at)).content.decode()
    assert "/polls/under/" not in client.get(here.url(f"{at}edit/")).content.decode()


def test_whoever_judges_a_text_reads_its_poll(here: Cast) -> None:
    with here.scope():
        poll = make_poll(here)
        report_post(poll.thread.opening(), by=here.ambassador, category="spam")
        case = Case.objects.get()
    page = here.sign_in(here.moderator).get(here.url(f"/moderation/c/{case.ref}/")).content.decode()
    assert " · ".join(OPTIONS) in page

"""A vote counts for the words that its voter has read; and polls that stood in somebody’s way."""

from __future__ import annotations

import datetime
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from communities.blogs.models import Article, CoAuthor
from communities.content.models import State, Thread
from communities.content.services import reply_to
from communities.launch.exceptions import FeatureClosed
from communities.memory import forget_all
from communities.models import Membership
from communities.people.taking_away import tables_of
from communities.polls import services, views
from communities.polls.forms import said_of
from communities.polls.models import Ballot, Poll
from communities.polls.services import Wishes
from tests.communities.polls.making import OPTIONS, inset_where, make_poll, under, vote
from tests.conftest import Cast
from tests.factories import make_thread

pytestmark = pytest.mark.usefixtures("place")

SENT = {
    "poll_question": "Which?",
    "poll_options": "Hemp\nManila",
    "poll_way": "one",
    "poll_shown": "voted",
}
MARK = re.compile(r'name="mark" value="([0-9a-f]+)"')


def mark_on(client: Client, address: str) -> str:
    found = MARK.search(client.get(address).content.decode())
    assert found is not None
    return found[1]


@pytest.mark.parametrize("where", ["thread", "poll"])
def test_a_vote_for_other_words_is_not_counted(here: Cast, where: str) -> None:
    """Promised to be secret, voted on by name; or for an answer that now stands where another stood."""
    with here.scope():
        poll = make_poll(here)
    page = f"/forums/t/{poll.thread.slug}/" if where == "thread" else f"/polls/{poll.pk}/"
    client, at = here.sign_in(here.manager), here.url(f"/polls/{poll.pk}/vote/")
    read = mark_on(client, here.url(page))
    later = timezone.now() + datetime.timedelta(days=2)
    with here.scope():
        services.change_poll(poll, Wishes("", OPTIONS, closes_at=later), by=here.member)
    # The end alone is no other word.
    assert mark_on(client, here.url(page)) == read
    with here.scope():
        services.change_poll(poll, Wishes("", OPTIONS[::-1], named=True), by=here.member)
    for headers in ({}, {"HX-Request": "true"}):
        answer = client.post(at, {"choice": "0", "mark": read}, headers=headers)
        assert answer.status_code == 409
        assert "has been changed since you opened this page" in answer.content.decode()
    with here.scope():
        assert not Ballot.objects.exists()
    # Without scripts the poll as it is now is the answer, with nothing chosen in it.
    anew = client.post(at, {"choice": "0", "mark": read}).content.decode()
    assert "By name: members see who voted for what." in anew
    assert " checked" not in anew
    now = mark_on(client, here.url(page))
    assert client.post(at, {"choice": "0", "mark": now}).status_code == 302
    with here.scope():
        assert Ballot.objects.get().choices == [0]


def test_words_written_while_somebody_voted_are_not_lost_unsaid(here: Cast) -> None:
    with here.scope():
        poll = make_poll(here)
        vote(poll, 0, by=here.manager)
    sent = {
        "poll_question": "Which?",
        "poll_options": "Hemp\nManila",
        "poll_way": "one",
        "poll_shown": "voted",
        "version": "1",
    }
    answer = here.sign_in(here.member).post(here.url(f"/polls/{poll.pk}/edit/"), sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "People have voted on these words, so they can no longer be changed. You can still change" in page
    assert "Manila" in page


def test_what_is_taken_away_meanwhile_is_not_found(here: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with here.scope():
        poll = make_poll(here)
        services.remove_poll(poll, by=here.member)
    monkeypatch.setattr(views, "get_poll", lambda _request, _pk: poll)
    said = {
        "poll_question": "Which?",
        "poll_options": "Hemp\nManila",
        "poll_way": "one",
        "poll_shown": "voted",
        "choice": "0",
    }
    for act in ("vote", "edit", "close", "remove"):
        answer = here.sign_in(here.member).post(here.url(f"/polls/{poll.pk}/{act}/"), said)
        assert answer.status_code == 404, act


def test_one_that_closed_before_anybody_voted_can_be_removed(here: Cast) -> None:
    """As under a draft that lay longer than its poll was to be open."""
    with here.scope():
        poll = make_poll(here)
        Poll.objects.filter(pk=poll.pk).update(closes_at=timezone.now())
    client, edit = here.sign_in(here.member), here.url(f"/polls/{poll.pk}/edit/")
    remove = here.url(f"/polls/{poll.pk}/remove/")
    page = client.get(edit).content.decode()
    assert "closed before anybody voted" in page
    assert f'action="{remove}"' in page
    client.post(remove)
    with here.scope():
        assert inset_where(poll) == ""


def test_authors_take_away_no_result_that_they_do_not_see(here: Cast) -> None:
    with here.scope():
        poll = make_poll(here, shown=Poll.Shown.CLOSED)
        vote(poll, 1, by=here.member)
        [kept] = dict(tables_of(Membership.objects.get(pk=here.member.pk)))["polls"]
        assert (kept["ballots"], "votes" in kept) == (1, False)
        services.close_poll(poll, by=here.member)
        [kept] = dict(tables_of(Membership.objects.get(pk=here.member.pk)))["polls"]
        assert kept["votes"] == [0, 1, 0]


def test_in_a_closed_space_nobody_votes_or_writes(here: Cast) -> None:
    with here.scope():
        poll = make_poll(here)
        here.community.open_features = ["polls", "search"]
        here.community.save(update_fields=["open_features"])
        forget_all()
        member = Membership.objects.get(pk=here.member.pk)
        with pytest.raises(FeatureClosed):
            vote(poll, 0, by=member)
        with pytest.raises(FeatureClosed):
            services.close_poll(poll, by=member)


def test_co_authors_reach_the_poll_that_their_page_shows(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.blog, by=here.manager, title="Fibres of the year")
        poll = under(thread, by=here.manager)
        article, _made = Article.objects.get_or_create(thread=thread)
        CoAuthor.objects.create(article=article, membership=here.member, place=1)
        Thread.objects.filter(pk=thread.pk).update(state=State.RETIRED, retires_at=timezone.now())
    forget_all()
    edit = here.url(f"/polls/{poll.pk}/edit/")
    assert here.sign_in(here.member).get(edit).status_code == 200
    assert here.sign_in(here.ambassador).get(edit).status_code == 404


def test_a_limit_at_all_answers_is_none(here: Cast) -> None:
    with here.scope():
        poll = make_poll(here, way=Poll.Way.SEVERAL, most=12)
        assert (poll.most, said_of(poll)["poll_most"]) == (3, None)
        assert said_of(make_poll(here, way=Poll.Way.SEVERAL, most=2))["poll_most"] == 2


@pytest.mark.parametrize("of", ["text", "reply"])
def test_a_thread_is_locked_before_its_text(here: Cast, of: str) -> None:
    """As by whoever hides, edits or moves it: neither waits for the other."""
    with here.scope():
        thread = make_thread(here.forum, by=here.member, title="Which knot?")
        post = reply_to(thread, by=here.member, body="<p>Hm.</p>") if of == "reply" else None
        with CaptureQueriesContext(connection) as captured:
            under(thread, by=here.member, post=post, question="Which?")
    locked = [
        re.findall(r"FOR UPDATE OF (.*)", one["sql"])[0] for one in captured if "FOR UPDATE OF" in one["sql"]
    ]
    tables = re.findall(r"content_\w+", " ".join(locked))
    assert tables.index("content_thread") < tables.index("content_post")


def test_who_cannot_vote_reads_why(here: Cast) -> None:
    with here.scope():
        poll = make_poll(here, by=here.manager)
    client, page = here.sign_in(here.member), here.url(f"/forums/t/{poll.thread.slug}/")
    why = "Only those who may reply here can vote."
    assert why not in client.get(page).content.decode()
    with here.scope():
        Thread.objects.filter(pk=poll.thread_id).update(locked=True)
    text = client.get(page).content.decode()
    assert (why in text, 'name="choice"' in text) == (True, False)

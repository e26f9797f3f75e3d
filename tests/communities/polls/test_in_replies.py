"""Polls under replies: written with them, judged and read with them, and wherever they go."""

from __future__ import annotations

import datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from communities.content.insets import ways_to_add
from communities.content.models import Post, PostMove, State, Thread
from communities.content.services import delete_post, reply_to, restore_post
from communities.content.services.joining import merge_threads, unmerge_threads
from communities.content.services.judging import approve_post
from communities.content.services.splitting import split_thread, unsplit_thread
from communities.content.unsent import TAKEN_UP
from communities.exceptions import NotAllowed
from communities.memory import forget_all
from communities.models import Membership
from communities.notifications.models import Notification
from communities.people.departing import depart, leaver_of
from communities.people.services import leave_community
from communities.people.taking_away import tables_of
from communities.polls import services
from communities.polls.exceptions import PollNotOpen, PollThere
from communities.polls.models import Ballot, Poll
from communities.polls.services import Wishes
from communities.polls.tasks import tell_of_closed_polls
from members.personal import Departure
from moderation.models import Case
from moderation.services import add_watch_word, report_post
from tests.communities.content.test_unsent import keep
from tests.communities.polls.making import OPTIONS, under, vote
from tests.communities.polls.test_pages import IN_PLACE
from tests.communities.polls.test_voting import close
from tests.conftest import Cast
from tests.factories import make_membership, make_thread

REPLY = {"body": "<p>Let us ask everybody.</p>", "body_format": "html", "follow": "on"}
ASKED = {
    "poll_question": "Which fibre, then?",
    "poll_options": "Hempen rope\nManila",
    "poll_way": "one",
    "poll_shown": "voted",
}
QUESTION = ASKED["poll_question"]


def replied(here: Cast, *, by: Membership | None = None, **said: object) -> Poll:
    """A poll under a reply of the member, in a thread of the manager, in scope."""
    by = by or here.member
    thread = make_thread(here.forum, by=here.manager, title="What do you splice with?")
    post = reply_to(thread, by=by, body="<p>Let us ask everybody.</p>")
    return under(thread, by=by, post=post, **{"question": QUESTION, **said})


def page_of(client: Client, here: Cast, thread: Thread) -> str:
    return client.get(here.url(f"/forums/t/{thread.slug}/")).content.decode()


@pytest.mark.parametrize("headers", [{}, IN_PLACE])
def test_a_reply_is_written_with_its_poll(here: Cast, headers: dict[str, str]) -> None:
    """The button brings the fields, with what was typed; what is wrong keeps all of it."""
    with here.scope():
        thread = make_thread(here.forum, by=here.manager)
    client, at = here.sign_in(here.member), here.url(f"/forums/t/{thread.slug}/reply/")
    assert 'name="with"' in page_of(client, here, thread)
    assert 'name="poll_options"' not in page_of(client, here, thread)
    asked = client.post(at, {"body": REPLY["body"], "body_format": "html", "with": "poll"})
    page = asked.content.decode()
    assert asked.status_code == 200
    assert "Let us ask everybody." in page
    assert 'name="poll_options"' in page
    assert 'name="with"' not in page
    assert 'name="follow" checked' not in page.replace('id="id_follow" ', "")
    refused = client.post(at, REPLY | ASKED | {"poll_question": " ", "poll_options": "Hemp"}, headers=headers)
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "Write the question of the poll." in page
    assert "Give at least two answers" in page
    assert "Let us ask everybody." in page
    with here.scope():
        assert not Poll.objects.exists()
        assert thread.posts.count() == 1
    submission = {"submission": "0b6c1a7e-58a5-4f0c-9d2f-0e3f6f6f6f6f"}
    for _press in range(2):
        assert client.post(at, REPLY | ASKED | submission, headers=headers).status_code in (204, 302)
    with here.scope():
        poll = Poll.objects.select_related("post").get()
        assert poll.post is not None
        assert (poll.post.position, poll.post.inset, poll.thread.inset) == (2, "poll", "")
        assert poll.options == ["Hempen rope", "Manila"]
    read = page_of(Client(), here, thread)
    assert read.index('id="p-2"') < read.index(f'id="poll-{poll.pk}"')
    # Without anything typed in it there is none.
    client.post(at, REPLY | ASKED | {"poll_question": "", "poll_options": " "})
    with here.scope():
        assert Post.objects.get(thread=thread, position=3).inset == ""


def test_fields_that_were_typed_and_not_sent_come_back(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.manager)
    client, path = here.sign_in(here.member), here.url(f"/forums/t/{thread.slug}/")
    sent = REPLY | ASKED | {"form_action": f"{path}reply/", "written_on": path, "unsent": ""}
    number = keep(client, here, sent, f"reply:{thread.pk}")["number"].partition(".")[0]
    page = client.get(f"{path}?{TAKEN_UP}={number}").content.decode()
    assert "Let us ask everybody." in page
    assert "Hempen rope" in page


def test_a_reply_that_waits_is_judged_with_its_poll(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.manager)
        add_watch_word(by=here.manager, word="manila", action="hold")
    forget_all()
    client, at = here.sign_in(here.member), here.url(f"/forums/t/{thread.slug}/reply/")
    assert client.post(at, REPLY | ASKED).status_code == 302
    with here.scope():
        poll, case = Poll.objects.select_related("post").get(), Case.objects.get()
        assert poll.post is not None
        assert poll.post.state == State.PENDING
        with pytest.raises(NotAllowed):
            vote(poll, 0, by=here.manager)
    assert QUESTION in page_of(client, here, thread)
    assert f'action="{here.url(f"/polls/{poll.pk}/vote/")}"' not in page_of(client, here, thread)
    for who in (None, here.ambassador):
        assert QUESTION not in page_of(here.sign_in(who), here, thread)
        assert here.sign_in(who).get(here.url(f"/polls/{poll.pk}/")).status_code == 404
    judge = here.sign_in(here.moderator)
    at = here.url(f"/moderation/c/{case.ref}/")
    assert "Which fibre, then? · Hempen rope · Manila" in judge.get(at).content.decode()
    with here.scope():
        approve_post(poll.post, by=here.moderator)
    assert QUESTION in page_of(Client(), here, thread)
    with here.scope():
        vote(Poll.objects.get(), 0, by=here.manager)


def test_who_writes_it_is_who_wrote_the_reply(here: Cast, elsewhere: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.ambassador, title="Which knot?")
        post = reply_to(thread, by=here.member, body="<p>Ask.</p>")
    at = here.url(f"/polls/under/{post.public_id}/")
    client, other = here.sign_in(here.member), here.sign_in(here.ambassador)
    assert at in client.get(here.url(f"/p/{post.public_id}/edit/")).content.decode()
    # Whoever began the thread does not write under the reply of somebody else.
    assert (other.get(at).status_code, other.post(at, ASKED).status_code) == (403, 403)
    assert "Leave it empty if the title asks it." not in client.get(at).content.decode()
    assert client.post(at, ASKED | {"poll_question": ""}).status_code == 422
    sent = client.post(at, ASKED)
    assert sent.status_code == 302
    assert sent["Location"].endswith(f"/forums/t/{thread.slug}/#p-2")
    with here.scope():
        poll = Poll.objects.get()
        [(label, address)] = ways_to_add(
            Post.objects.select_related("thread__space").get(pk=post.pk), here.member
        )
        assert str(label) == "Edit the poll"
        assert address.endswith(f"/polls/{poll.pk}/edit/")
        with pytest.raises(NotAllowed):
            services.close_poll(poll, by=here.ambassador)
        assert services.close_poll(poll, by=here.moderator)
    for path in ("", "votes/", "edit/", "former/", "repeat/"):
        found = elsewhere.sign_in(elsewhere.owner).get(elsewhere.url(f"/polls/{poll.pk}/{path}"))
        assert found.status_code == 404


def test_it_is_hidden_deleted_and_restored_with_its_reply(here: Cast) -> None:
    with here.scope():
        poll = replied(here)
        close(poll)
        assert poll.post is not None
        delete_post(poll.post, by=here.member)
        Notification.objects.all().delete()
    visitor, alone = Client(), here.url(f"/polls/{poll.pk}/")
    assert QUESTION not in page_of(visitor, here, poll.thread)
    assert visitor.get(alone).status_code == 404
    assert here.sign_in(here.ambassador).get(alone).status_code == 404
    assert here.sign_in(here.member).get(alone).status_code == 200
    assert poll.thread.slug not in visitor.get(here.url("/search/?q=polyester")).content.decode()
    # Nobody is told of what nobody can read.
    assert tell_of_closed_polls() == 1
    with here.scope():
        assert not Notification.objects.filter(kind="poll_closed").exists()
        restore_post(poll.post, by=here.member)
    forget_all()
    assert QUESTION in page_of(visitor, here, poll.thread)
    assert poll.thread.slug in visitor.get(here.url("/search/?q=polyester")).content.decode()
    with here.scope():
        Thread.objects.filter(pk=poll.thread_id).update(state=State.HIDDEN)
    forget_all()
    assert visitor.get(alone).status_code == 404


def test_whoever_judges_a_reply_reads_its_poll_and_words_of_it_are_judged(here: Cast) -> None:
    with here.scope():
        poll = replied(here)
        add_watch_word(by=here.manager, word="tarpaulin", action="hold")
        add_watch_word(by=here.manager, word="sisal", action="report")
        forget_all()
        with pytest.raises(PollNotOpen), transaction.atomic():
            services.change_poll(poll, Wishes(QUESTION, ("Tarpaulin", "Hemp")), by=here.member)
        services.change_poll(poll, Wishes(QUESTION, ("Sisal", "Hemp")), by=here.member)
        assert Case.objects.get().reasons == ["word:sisal"]
        second = replied(here)
        report_post(second.post, by=here.ambassador, category="spam")
        cases = list(Case.objects.order_by("pk"))
    judge = here.sign_in(here.moderator)
    for case, words in zip(cases, (("Sisal", "Hemp"), OPTIONS), strict=True):
        page = judge.get(here.url(f"/moderation/c/{case.ref}/")).content.decode()
        assert " · ".join((QUESTION, *words)) in page


def test_it_goes_where_its_reply_goes_and_comes_back(here: Cast) -> None:
    with here.scope():
        poll = replied(here)
        thread, post = poll.thread, poll.post
        assert post is not None
        vote(poll, 1, by=here.ambassador)
        other = make_thread(here.forum, by=here.manager, title="Ropes")
        about = {"by": here.moderator, "community": here.community}
        new = split_thread(thread, posts=[post.pk], title="Fibres", **about)
        poll.refresh_from_db()
        assert poll.thread_id == new.pk
    forget_all()
    # It begins a thread now, and no other one comes beside it.
    assert QUESTION in page_of(Client(), here, new)
    assert QUESTION not in page_of(Client(), here, thread)
    with here.scope():
        with pytest.raises(PollThere):
            under(new, by=here.member)
        opening = Post.objects.select_related("thread__space").get(pk=post.pk)
        assert [str(label) for label, _url in ways_to_add(opening, here.member)] == ["Edit the poll"]
        merge_threads(new, other, by=here.moderator)
        poll.refresh_from_db()
        assert poll.thread_id == other.pk
        vote(poll, 0, by=here.owner)
        unmerge_threads(PostMove.objects.get(whole=True), by=here.moderator)
        poll.refresh_from_db()
        assert poll.thread_id == new.pk
        unsplit_thread(PostMove.objects.get(whole=False), by=here.moderator)
        poll.refresh_from_db()
        assert (poll.thread_id, poll.ballots, poll.votes) == (thread.pk, 2, [1, 1, 0])
    forget_all()
    assert QUESTION in page_of(Client(), here, thread)


def test_one_of_now_by_the_database(here: Cast) -> None:
    with here.scope():
        poll = replied(here)
        with pytest.raises(IntegrityError), transaction.atomic():
            Poll.objects.create(
                thread=poll.thread,
                post=poll.post,
                language="en",
                options=list(OPTIONS),
                votes=[0] * 3,
                round=2,
            )
        # Another reply, and the text of the thread, have each their own.
        second = reply_to(poll.thread, by=here.member, body="<p>And this one?</p>")
        under(poll.thread, by=here.member, post=second, question="And this?")
        under(poll.thread, by=here.manager)
        assert Poll.objects.filter(thread=poll.thread).count() == 3


@pytest.mark.parametrize("who", ["visitor", "member"])
def test_twenty_of_a_page_cost_as_one(here: Cast, who: str) -> None:
    client = here.sign_in(here.member if who == "member" else None)
    with here.scope():
        poll = replied(here, by=here.manager)

    def statements() -> int:
        page_of(client, here, poll.thread)
        forget_all()
        page_of(client, here, poll.thread)
        with CaptureQueriesContext(connection) as captured:
            page_of(client, here, poll.thread)
        return len(captured)

    one = statements()
    with here.scope():
        for number in range(10):
            post = reply_to(poll.thread, by=here.manager, body="<p>And this one?</p>")
            under(poll.thread, by=here.manager, post=post, question=f"Number {number}?")
            vote(Poll.objects.get(post=post), 0, by=here.member)
    assert statements() == one
    assert page_of(client, here, poll.thread).count('<section class="poll') == 11


def test_under_a_reply_to_an_article_too(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.blog, by=here.manager, title="Fibres of the year")
    client, at = here.sign_in(here.member), here.url(f"/blogs/journal/{thread.slug}/")
    assert 'name="with"' in client.get(at).content.decode()
    assert client.post(f"{at}reply/", REPLY | ASKED).status_code == 302
    assert QUESTION in Client().get(at).content.decode()


def test_closed_is_nowhere_in_replies(here: Cast) -> None:
    with here.scope():
        poll = replied(here)
        here.community.open_features = ["forums", "search", "questions"]
        here.community.save(update_fields=["open_features"])
        forget_all()
    page = page_of(here.sign_in(here.member), here, poll.thread)
    assert QUESTION not in page
    assert 'name="with"' not in page
    # What was typed for one is given back in words: test_typed_in_replies.
    sent = here.sign_in(here.member).post(here.url(f"/forums/t/{poll.thread.slug}/reply/"), REPLY | ASKED)
    assert sent.status_code == 422
    with here.scope():
        assert Poll.objects.count() == 1


def test_what_leaves_with_its_person(here: Cast) -> None:
    """Exported with the reply it stands under; emptied with it, and not with the thread of somebody else."""
    with here.scope():
        leaver = make_membership()
        mine = replied(here, by=leaver)
        others = reply_to(mine.thread, by=here.member, body="<p>Mine.</p>")
        stays = under(mine.thread, by=here.member, post=others, question="Whose?")
        vote(mine, 0, by=here.member)
        tables = dict(tables_of(Membership.objects.get(pk=leaver.pk)))
        assert [row["question"] for row in tables["polls"]] == [QUESTION]
        assert not list(dict(tables_of(Membership.objects.get(pk=here.manager.pk)))["polls"])
        leave_community(leaver, by=leaver, delete=True)
        depart(leaver_of(Membership.objects.get(pk=leaver.pk), Departure.ERASURE))
        mine.refresh_from_db()
        stays.refresh_from_db()
        assert (any(mine.options), mine.question, mine.ballots) == (False, "", 1)
        assert stays.options == list(OPTIONS)
        assert Ballot.objects.filter(poll=mine).exists()
        thread = Thread.objects.get(pk=stays.thread_id)
    assert QUESTION not in page_of(Client(), here, thread)


def test_a_notice_leads_to_where_it_stands_by_now(here: Cast) -> None:
    with here.scope():
        poll = replied(here)
        assert poll.post is not None
        vote(poll, 0, by=here.ambassador)
        Poll.objects.filter(pk=poll.pk).update(closes_at=datetime.datetime(2026, 1, 5, tzinfo=datetime.UTC))
    assert tell_of_closed_polls() == 1
    with here.scope():
        about = {"by": here.moderator, "community": here.community}
        split_thread(poll.thread, posts=[poll.post.pk], title="Fibres", **about)
    page = here.sign_in(here.ambassador).get(here.url("/notifications/"))
    assert f"Poll result: {QUESTION}" in page.content.decode()

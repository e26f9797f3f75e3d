"""Answers that members add: which, how many, what becomes of them with the reply that says them."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from communities.content.models import Post
from communities.content.services import delete_post, restore_post
from communities.exceptions import NotAllowed
from communities.memory import forget_all
from communities.people.departing import depart, leaver_of
from communities.people.services import leave_community
from communities.polls import services
from communities.polls.adding import add_answer
from communities.polls.exceptions import (
    AnswerBlank,
    AnswerThere,
    AnswerTooLong,
    AnswerWithdrawn,
    NoMoreAnswers,
    PollNotOpen,
    PollOver,
    VotesCast,
)
from communities.polls.models import MOST_WITH_ADDED, AddedAnswer, Poll
from communities.polls.services import Wishes
from members.personal import Departure
from moderation.services import add_watch_word
from tests.communities.polls.making import OPTIONS, make_poll, vote
from tests.conftest import Cast
from tests.factories import make_membership

pytestmark = pytest.mark.usefixtures("place")


def test_a_member_adds_so_many_and_none_twice(here: Cast, elsewhere: Cast) -> None:
    with here.scope():
        poll = make_poll(here, additions=2)
        added = add_answer(poll, "  Flax  of the east ", by=here.ambassador)
        assert added.words == "Flax of the east"
        assert "Flax of the east" in Post.objects.get(pk=added.post_id).body_html
        for words, refusal in (
            ("", AnswerBlank), ("x" * 121, AnswerTooLong), ("hémp", AnswerThere), ("FLAX of the East", AnswerThere),
        ):  # fmt: skip
            with pytest.raises(refusal):
                add_answer(poll, words, by=here.ambassador)
        add_answer(poll, "Wool", by=here.ambassador)
        with pytest.raises(NoMoreAnswers):
            add_answer(poll, "Silk", by=here.ambassador)
        add_watch_word(by=here.manager, word="nylon", action="hold")
        forget_all()
        with pytest.raises(PollNotOpen):
            add_answer(poll, "Nylon", by=here.member)
        assert Poll.objects.get().options == [*OPTIONS, "Flax of the east", "Wool"]
        with pytest.raises(VotesCast):
            services.change_poll(poll, Wishes("", ("Other", *OPTIONS[1:])), by=here.member)
        with pytest.raises(VotesCast):
            services.remove_poll(poll, by=here.member)
        Poll.objects.update(options=[str(n) for n in range(MOST_WITH_ADDED)], votes=[0] * MOST_WITH_ADDED)
        with pytest.raises(NoMoreAnswers):
            add_answer(poll, "Silk", by=here.member)
        Poll.objects.update(closes_at=timezone.now() - datetime.timedelta(minutes=1))
        with pytest.raises(PollOver):
            add_answer(poll, "Silk", by=here.manager)
        closed_to_members = make_poll(here)
        with pytest.raises(NotAllowed):
            add_answer(closed_to_members, "Silk", by=here.member)
    at = here.url(f"/polls/{poll.pk}/answers/")
    assert here.sign_in(None).post(at, {"answer": "Jute"}).status_code in (302, 401, 403)
    stranger = elsewhere.sign_in(elsewhere.owner)
    assert stranger.post(elsewhere.url(f"/polls/{poll.pk}/answers/"), {"answer": "Jute"}).status_code == 404


def test_what_is_withdrawn_keeps_its_votes_and_comes_back(here: Cast) -> None:
    with here.scope():
        poll = make_poll(here, additions=1, named=True, shown=Poll.Shown.ALWAYS)
        added = add_answer(poll, "Flax", by=here.ambassador)
        vote(poll, 3, by=here.manager)
        post = Post.objects.get(pk=added.post_id)
        delete_post(post, by=here.ambassador)
        with pytest.raises(AnswerWithdrawn):
            vote(poll, 3, by=here.member)
        poll.refresh_from_db()
        assert (poll.options[3], poll.votes[3]) == ("", 1)
    client = here.sign_in(here.member)
    page = client.get(here.url(f"/polls/{poll.pk}/")).content.decode()
    assert "Answer withdrawn" in page
    assert "Flax" not in page
    assert 'value="3"' not in page
    votes = client.get(here.url(f"/polls/{poll.pk}/votes/")).content.decode()
    assert "Answer withdrawn" in votes
    assert "Flax" not in votes
    with here.scope():
        restore_post(post, by=here.ambassador)
        vote(poll, 3, by=here.member)
        poll.refresh_from_db()
        assert (poll.options[3], poll.votes[3]) == ("Flax", 2)


def test_of_two_that_say_the_same_one_stands(here: Cast) -> None:
    """Withdrawn, added by another, restored: the other one stands, and gives its place back when it goes."""
    with here.scope():
        poll = make_poll(here, additions=1)
        first = Post.objects.get(pk=add_answer(poll, "Flax", by=here.ambassador).post_id)
        delete_post(first, by=here.ambassador)
        second = Post.objects.get(pk=add_answer(poll, "flax", by=here.manager).post_id)
        for post, act, by, expected in (
            (first, restore_post, here.ambassador, ["", "flax"]),
            (second, delete_post, here.manager, ["Flax", ""]),
            (second, restore_post, here.manager, ["Flax", ""]),
            (first, delete_post, here.ambassador, ["", "flax"]),
            (second, delete_post, here.manager, ["", ""]),
        ):
            act(Post.objects.select_related("thread__space").get(pk=post.pk), by=by)
            poll.refresh_from_db()
            assert poll.options[3:] == expected


def test_who_takes_their_texts_along_takes_the_words_of_their_answers(here: Cast) -> None:
    with here.scope():
        poll = make_poll(here, additions=1)
        leaver = make_membership()
        add_answer(poll, "Flax of Zeeland", by=leaver)
        vote(poll, 3, by=here.manager)
        leave_community(leaver, by=leaver, delete=True)
        while depart(leaver_of(leaver, Departure.LEAVING_WITH_TEXTS)):
            pass
    with here.scope():
        poll.refresh_from_db()
        assert (poll.options[3], poll.votes) == ("", [0, 0, 0, 1])
        assert not AddedAnswer.objects.exists()


def test_it_is_added_without_scripts_and_what_was_typed_stays(here: Cast) -> None:
    with here.scope():
        poll = make_poll(here, additions=1)
        # As it is stored: a way that was just chosen is written otherwise.
        poll.refresh_from_db()
    client, at = here.sign_in(here.ambassador), here.url(f"/polls/{poll.pk}/answers/")
    assert "Add an answer" in client.get(here.url(f"/polls/{poll.pk}/")).content.decode()
    refused = client.post(at, {"answer": "hemp", "alone": "1"})
    assert refused.status_code == 422
    assert "This answer is already there" in refused.content.decode()
    assert 'value="hemp"' in refused.content.decode()
    drawn = client.post(at, {"answer": "Flax"}, headers={"HX-Request": "true"}).content.decode()
    assert "Flax" in drawn
    assert "<html" not in drawn
    with here.scope():
        assert Poll.objects.get(pk=poll.pk).mark == poll.mark, (
            "whoever has the page open votes for what they read"
        )

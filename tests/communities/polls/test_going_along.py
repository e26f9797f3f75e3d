"""A thread with a poll becomes part of another one: its poll goes along with its first text, and comes back with it."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from communities.content.exceptions import RegroupError
from communities.content.models import Post, PostMove, State, Thread
from communities.content.queries import recount_community
from communities.content.services import delete_post, reinstate_post, withdraw_post
from communities.content.services.joining import merge_threads, unmerge_threads
from communities.memory import forget_all
from communities.notifications.models import Notification
from communities.polls.exceptions import PollChanged
from communities.polls.models import Ballot, Poll
from communities.polls.repeating import RepeatWishes, open_next, repeat_poll
from communities.polls.services import Wishes, change_poll, remove_poll
from communities.polls.tasks import tell_of_closed_polls
from tests.communities.polls.making import OPTIONS, under, vote
from tests.communities.polls.test_coming_back import come_back, make_due
from tests.communities.polls.test_in_replies import page_of
from tests.communities.polls.test_voting import close
from tests.conftest import Cast
from tests.factories import make_thread

TITLE = "What do you splice with?"


@pytest.fixture
def pair(here: Cast) -> tuple[Thread, Thread]:
    """A thread of the member with a poll that its title asks, and another one, of the manager."""
    with here.scope():
        thread = make_thread(here.forum, by=here.member, title=TITLE, replies=1)
        under(thread, by=here.member)
        return thread, make_thread(here.forum, by=here.manager, title="Ropes")


def merged(here: Cast, pair: tuple[Thread, Thread]) -> Poll:
    thread, other = (Thread.objects.select_related("space").get(pk=one.pk) for one in pair)
    merge_threads(thread, other, by=here.moderator)
    return Poll.objects.select_related("post", "thread__space").get(current=True)


def test_a_poll_goes_along_and_comes_back(here: Cast, pair: tuple[Thread, Thread]) -> None:
    thread, other = pair
    with here.scope():
        vote(Poll.objects.get(), 1, by=here.ambassador)
        poll = merged(here, pair)
        assert poll.post is not None
        assert (poll.post.position, poll.post.inset, poll.thread_id) == (2, "poll", other.pk)
        assert (poll.question, poll.ballots, poll.votes) == (TITLE, 1, [0, 1, 0])
    forget_all()
    read = page_of(Client(), here, other)
    assert read.index('id="p-2"') < read.index(f'id="poll-{poll.pk}"')
    assert Client().get(here.url(f"/polls/{poll.pk}/")).status_code == 200
    with here.scope():
        # One votes on there, and nobody twice.
        vote(poll, 0, by=here.owner)
        assert Ballot.objects.filter(poll=poll).count() == 2
        unmerge_threads(PostMove.objects.get(), by=here.moderator)
        poll.refresh_from_db()
        opening = Post.objects.get(thread=thread, position=1)
        assert (poll.thread_id, poll.post_id, poll.question) == (thread.pk, None, "")
        assert (poll.ballots, poll.votes, opening.inset) == (2, [1, 1, 0], "")
        assert Thread.objects.get(pk=thread.pk).inset == "poll"
        assert not Thread.objects.get(pk=other.pk).inset
    forget_all()
    assert f'id="poll-{poll.pk}"' in page_of(Client(), here, thread)
    assert f'id="poll-{poll.pk}"' not in page_of(Client(), here, other)


def test_what_was_said_since_stays(here: Cast, pair: tuple[Thread, Thread]) -> None:
    """A question that its author puts otherwise, and a text that they take back."""
    thread, _other = pair
    with here.scope():
        poll = merged(here, pair)
        change_poll(poll, Wishes("Which fibre, then?", OPTIONS), by=here.member)
        unmerge_threads(PostMove.objects.get(), by=here.moderator)
        poll.refresh_from_db()
        assert (poll.question, poll.post_id) == ("Which fibre, then?", None)
        assert Thread.objects.get(pk=thread.pk).inset == "poll"


def test_with_a_text_that_was_taken_back_it_stays_unseen(here: Cast, pair: tuple[Thread, Thread]) -> None:
    thread, other = pair
    with here.scope():
        poll = merged(here, pair)
        assert poll.post is not None
        delete_post(poll.post, by=here.member)
    forget_all()
    assert f'id="poll-{poll.pk}"' not in page_of(Client(), here, other)
    assert Client().get(here.url(f"/polls/{poll.pk}/")).status_code == 404
    with here.scope():
        unmerge_threads(PostMove.objects.get(), by=here.moderator)
        assert not Thread.objects.get(pk=thread.pk).inset
    forget_all()
    assert f'id="poll-{poll.pk}"' not in page_of(Client(), here, thread)


def test_with_a_text_that_is_hidden_it_comes_back(here: Cast, pair: tuple[Thread, Thread]) -> None:
    """Until somebody has read that, nobody reads the poll, nor what was written under it."""
    thread, _other = pair
    with here.scope():
        recount_community(here.community.pk)
        poll = merged(here, pair)
        assert poll.post is not None
        assert withdraw_post(poll.post, to=State.HIDDEN, by=None)
        unmerge_threads(PostMove.objects.get(), by=here.moderator)
        poll.refresh_from_db()
        thread.refresh_from_db()
        assert (poll.post_id, poll.question, thread.inset, thread.state) == (None, "", "poll", State.HIDDEN)
        assert recount_community(here.community.pk) == {}
    forget_all()
    assert Client().get(here.url(f"/polls/{poll.pk}/")).status_code == 404
    with here.scope():
        assert reinstate_post(thread.opening(), by=here.moderator)
        assert recount_community(here.community.pk) == {}
    forget_all()
    assert f'id="poll-{poll.pk}"' in page_of(Client(), here, thread)


@pytest.mark.parametrize("how", ["change", "remove", "repeat"])
def test_who_knew_it_under_the_reply_changes_nothing_there(
    here: Cast, pair: tuple[Thread, Thread], how: str
) -> None:
    """The merge was undone after their page had read where it stands."""
    thread, _other = pair
    with here.scope():
        known = merged(here, pair)
        unmerge_threads(PostMove.objects.get(), by=here.moderator)
        starts = timezone.now() + datetime.timedelta(days=7)
        acts: dict[str, Callable[[], object]] = {
            "change": lambda: change_poll(known, Wishes("Which one?", OPTIONS), by=here.member),
            "remove": lambda: remove_poll(known, by=here.member),
            "repeat": lambda: repeat_poll(known, RepeatWishes("week", starts, 2), by=here.member),
        }
        with pytest.raises(PollChanged):
            acts[how]()
        poll = Poll.objects.get()
        assert (poll.post_id, poll.question, poll.repeats) == (None, "", "")
        thread.refresh_from_db()
        assert (thread.inset, thread.opening().inset) == ("poll", "")


def test_all_times_of_one_that_comes_back_go_along(here: Cast, pair: tuple[Thread, Thread]) -> None:
    with here.scope():
        poll = Poll.objects.select_related("thread__space").get()
        vote(poll, 2, by=here.owner)
        come_back(poll, here)
        make_due(poll)
        assert open_next(poll.pk, here.community) == 1
        now = merged(here, pair)
        assert [*Poll.objects.where(now).order_by("round").values_list("round", "ballots")] == [
            (1, 1),
            (2, 0),
        ]
        make_due(now)
        assert open_next(now.pk, here.community) == 1
        unmerge_threads(PostMove.objects.get(), by=here.moderator)
        back = Poll.objects.filter(thread=pair[0], post__isnull=True)
        asked = [*back.order_by("round").values_list("question", "current")]
        assert asked == [("", False), ("", False), ("", True)]


def test_its_end_is_told_as_of_a_reply(here: Cast, pair: tuple[Thread, Thread]) -> None:
    with here.scope():
        vote(Poll.objects.get(), 1, by=here.ambassador)
        poll = merged(here, pair)
        close(poll)
    tell_of_closed_polls()
    with here.scope():
        told = Notification.objects.filter(kind="poll_closed").values_list("membership_id", flat=True)
        assert set(told) == {here.member.pk, here.ambassador.pk}


def test_what_is_of_its_thread_alone_still_stays(here: Cast, pair: tuple[Thread, Thread]) -> None:
    """A call is the title of its thread."""
    thread, other = pair
    with here.scope():
        Thread.objects.filter(pk=thread.pk).update(inset="call")
        with pytest.raises(RegroupError, match="belongs to this thread"):
            merge_threads(Thread.objects.get(pk=thread.pk), other, by=here.moderator)

"""Who votes, once; what is kept of it, and what can be found out."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.engagement.models import MemberDay
from analytics.engagement.services import fill_days
from communities.calendar import DAY, today
from communities.content.models import Thread
from communities.content.services import follow_thread, unfollow_thread
from communities.exceptions import NotAllowed
from communities.launch.exceptions import FeatureClosed
from communities.memory import forget_all
from communities.models import Membership
from communities.notifications.models import Notification
from communities.people.services import leave_community
from communities.polls import services
from communities.polls.counting import first_places, named_in
from communities.polls.exceptions import (
    NothingChosen,
    PollChanged,
    PollNotOpen,
    PollOver,
    PollThere,
    TooManyChosen,
    VotedAlready,
    VotesCast,
)
from communities.polls.models import Ballot, Poll
from communities.polls.services import Wishes
from communities.polls.tasks import tell_of_closed_polls
from moderation.services import add_watch_word
from tests.communities.polls.making import OPTIONS, inset_where, make_poll, under, vote
from tests.conftest import Cast
from tests.factories import make_membership

pytestmark = pytest.mark.usefixtures("place")


def close(poll: Poll, *, ago: datetime.timedelta = datetime.timedelta(minutes=1)) -> None:
    Poll.objects.filter(pk=poll.pk).update(closes_at=timezone.now() - ago)


def test_one_vote_each_and_what_a_ballot_may_name(here: Cast) -> None:
    with here.scope():
        one = make_poll(here)
        vote(one, 1, by=here.member)
        with pytest.raises(VotedAlready):
            vote(one, 2, by=here.member)
        with pytest.raises(TooManyChosen):
            vote(one, 0, 1, by=here.manager)
        for nothing in ((), (3,), (-1,)):
            with pytest.raises(NothingChosen):
                vote(one, *nothing, by=here.manager)
        several = make_poll(here, way=Poll.Way.SEVERAL, most=2)
        vote(several, 2, 0, 2, by=here.member)
        with pytest.raises(TooManyChosen):
            vote(several, 0, 1, 2, by=here.manager)
        ranked = make_poll(here, way=Poll.Way.RANKED)
        vote(ranked, 2, 0, by=here.member)
        rows = [Poll.objects.get(pk=poll.pk) for poll in (one, several, ranked)]
        assert [row.votes for row in rows] == [[0, 1, 0], [1, 0, 1], [0, 0, 1]]
        assert [(row.ballots, row.rankings) for row in rows] == [(1, {}), (1, {}), (1, {"2,0": 1})]


def test_what_is_anonymous_is_nowhere(here: Cast) -> None:
    """The row of who voted holds no answer, and nothing in the database could: who could change it would be found."""
    with here.scope():
        poll = make_poll(here, way=Poll.Way.RANKED, changeable=True)
        assert not poll.changeable
        vote(poll, 2, 0, by=here.member)
        ballot = Ballot.objects.get()
        assert (ballot.voter_id, ballot.choices) == (here.member.pk, [])
        with pytest.raises(IntegrityError), transaction.atomic():
            Poll.objects.filter(pk=poll.pk).update(changeable=True)
        with pytest.raises(IntegrityError), transaction.atomic():
            Ballot.objects.create(poll=poll, voter=here.member)


def test_a_vote_by_name_can_be_changed_where_that_was_said(here: Cast) -> None:
    with here.scope():
        poll = make_poll(here, named=True, changeable=True, way=Poll.Way.RANKED)
        vote(poll, 2, 0, by=here.member)
        vote(poll, 1, by=here.member)
        poll.refresh_from_db()
        assert (poll.votes, poll.rankings, poll.ballots) == ([0, 1, 0], {"1": 1}, 1)
        assert Ballot.objects.get().choices == [1]
        close(poll)
        with pytest.raises(PollOver):
            vote(poll, 0, by=here.member)


@pytest.mark.parametrize("named", [False, True])
def test_who_may_not_reply_may_not_vote(here: Cast, elsewhere: Cast, named: bool) -> None:
    with here.scope():
        poll = make_poll(here, named=named)
        silent = make_membership(read_only_until=timezone.now() + DAY)
        with pytest.raises(NotAllowed):
            vote(poll, 0, by=silent)
        Thread.objects.filter(pk=poll.thread_id).update(locked=True)
        with pytest.raises(NotAllowed):
            vote(poll, 0, by=here.member)
    with elsewhere.scope():
        assert not Poll.objects.exists()


def test_words_stay_once_somebody_voted(here: Cast) -> None:
    with here.scope():
        poll = make_poll(here)
        changed = services.change_poll(poll, Wishes("Which?", OPTIONS[:2]), by=here.member)
        assert (changed.options, changed.votes) == (list(OPTIONS[:2]), [0, 0])
        with pytest.raises(PollChanged):
            services.change_poll(poll, Wishes("Whom?", OPTIONS), by=here.member, version=1)
        vote(poll, 0, by=here.manager)
        with pytest.raises(VotesCast):
            services.change_poll(changed, Wishes("Which?", OPTIONS), by=here.member)
        with pytest.raises(VotesCast):
            services.remove_poll(changed, by=here.member)
        later = timezone.now() + 3 * DAY
        services.change_poll(
            changed, Wishes("Which?", OPTIONS[:2], closes_at=later), by=here.member, version=1
        )
        assert services.close_poll(changed, by=here.member) is True
        assert services.close_poll(changed, by=here.member) is False
        with pytest.raises(NotAllowed):
            services.change_poll(changed, Wishes("Which?", OPTIONS[:2], closes_at=later), by=here.member)
        with pytest.raises(NotAllowed):
            services.close_poll(make_poll(here, by=here.manager), by=here.member)


def test_one_poll_for_each_text_and_its_words_are_judged(here: Cast) -> None:
    with here.scope():
        poll = make_poll(here)
        with pytest.raises(PollThere):
            under(poll.thread, by=here.member, post=poll.post)
        services.remove_poll(poll, by=here.member)
        assert inset_where(poll) == ""
        add_watch_word(by=here.manager, word="tarpaulin", action="hold")
        forget_all()
        with pytest.raises(PollNotOpen), transaction.atomic():
            under(poll.thread, by=here.member, post=poll.post, options=("Tarpaulin", "Hemp"))
        assert not Poll.objects.exists()


def test_the_end_is_told_once_to_whom_it_concerns(here: Cast, place: str) -> None:
    with here.scope():
        poll = make_poll(here)
        voter, muting, reader = make_membership(), make_membership(), make_membership()
        for person in (voter, muting):
            vote(poll, 0, by=person)
        follow_thread(poll.thread, by=muting)
        unfollow_thread(poll.thread, by=muting)
        follow_thread(poll.thread, by=reader)
        Notification.objects.all().delete()
    assert tell_of_closed_polls() == 0
    with here.scope():
        close(poll)
    assert (tell_of_closed_polls(), tell_of_closed_polls()) == (1, 0)
    with here.scope():
        told = Notification.objects.filter(kind="poll_closed").values_list("membership_id", flat=True)
        # Who follows a thread is not told of what anybody asks in a reply.
        following = [reader.pk] if place == "text" else []
        assert sorted(told) == sorted([here.member.pk, voter.pk, *following])
    page = here.sign_in(voter).get(here.url("/notifications/"))
    assert "Poll result: What do you splice with?" in page.content.decode()


def test_who_leaves_stays_counted_and_is_named_by_nothing(here: Cast) -> None:
    with here.scope():
        poll = make_poll(here, named=True)
        leaver = make_membership()
        vote(poll, 2, by=leaver)
        leave_community(leaver, by=leaver, delete=True)
    with here.scope():
        poll.refresh_from_db()
        assert (poll.ballots, poll.votes) == (1, [0, 0, 1])
        assert Ballot.objects.get().voter_id is None


def test_closed_is_nowhere(here: Cast) -> None:
    with here.scope():
        poll = make_poll(here, question="Which fibre, then?")
        here.community.open_features = ["forums", "search", "questions"]
        here.community.save(update_fields=["open_features"])
        forget_all()
        with pytest.raises(FeatureClosed):
            vote(poll, 0, by=Membership.objects.get(pk=here.member.pk))
    client = here.sign_in(here.member)
    page = client.get(here.url(f"/forums/t/{poll.thread.slug}/")).content.decode()
    assert "Hemp" not in page
    assert "Add a poll" not in client.get(here.url("/forums/new/"), follow=True).content.decode()
    assert client.get(here.url(f"/polls/{poll.pk}/")).status_code == 404
    assert "Hemp" not in client.get(here.url("/forums/feed.xml")).content.decode()
    assert poll.thread.slug not in client.get(here.url("/search/?q=polyester")).content.decode()


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_sums_are_those_of_the_ballots(here: Cast, data: Any) -> None:
    """Whatever people choose and change, the sums of the row are those of a recount."""
    with here.scope(), transaction.atomic():
        way = data.draw(st.sampled_from(Poll.Way.values))
        poll = make_poll(here, way=way, named=True, changeable=True)
        people = [here.member, here.manager, here.moderator]
        most = {"one": 1}.get(way, len(OPTIONS))
        for _step in range(data.draw(st.integers(0, 6))):
            chosen = data.draw(st.lists(st.sampled_from(range(3)), min_size=1, max_size=most, unique=True))
            vote(poll, *chosen, by=data.draw(st.sampled_from(people)))
        poll.refresh_from_db()
        ballots = [tuple(row.choices) for row in Ballot.objects.filter(poll=poll)]
        assert poll.ballots == len(ballots)
        recount = first_places if way == "ranked" else named_in
        assert poll.votes == recount(ballots, len(OPTIONS))
        assert sum(poll.rankings.values()) == (len(ballots) if way == "ranked" else 0)


def test_a_vote_is_a_deed_of_its_day(here: Cast) -> None:
    with here.scope():
        poll = make_poll(here, by=here.manager)
        vote(poll, 0, by=here.member)
        day = today(here.community)
        fill_days(here.community, day, day)
        assert MemberDay.objects.get(person=here.member.pk, day=day).contributions == 1

"""Two votes, a vote and a closing, two polls at once: real connections, and the control with the lock off."""

from __future__ import annotations

import threading

import pytest
from django.db import IntegrityError

from communities.content.models import Thread
from communities.models import Membership
from communities.polls import services
from communities.polls.exceptions import PollOver, PollThere, VotedAlready
from communities.polls.models import Ballot, Poll
from communities.polls.services import Wishes
from communities.scoping import community_scope
from tests.communities.content.test_races import at_once
from tests.communities.polls.making import OPTIONS, make_poll, vote
from tests.conftest import Cast, make_cast
from tests.factories import make_thread

pytestmark = pytest.mark.django_db(transaction=True)


def cast_with(**said: object) -> tuple[Cast, Poll]:
    cast = make_cast()
    with cast.scope():
        return cast, make_poll(cast, **said)


def kept(cast: Cast, poll: Poll) -> tuple[int, list[int], int]:
    with cast.scope():
        row = Poll.objects.get(pk=poll.pk)
        return row.ballots, row.votes, Ballot.objects.filter(poll=poll).count()


def test_two_votes_of_one_member_at_once_are_one() -> None:
    cast, poll = cast_with()

    def act(number: int) -> object:
        with community_scope(cast.community):
            return vote(poll, number, by=Membership.objects.get(pk=cast.member.pk)).pk

    answers = at_once(2, act)
    assert sum(isinstance(answer, VotedAlready) for answer in answers) == 1, answers
    ballots, votes, rows = kept(cast, poll)
    assert (ballots, sum(votes), rows) == (1, 1, 1)


def test_votes_of_many_at_once_are_all_counted() -> None:
    cast, poll = cast_with(named=True, changeable=True)
    people = [cast.member, cast.manager, cast.moderator, cast.owner]

    def act(number: int) -> object:
        with community_scope(cast.community):
            return vote(poll, number % 2, by=Membership.objects.get(pk=people[number].pk)).pk

    answers = at_once(4, act)
    assert all(isinstance(answer, int) for answer in answers), answers
    assert kept(cast, poll) == (4, [2, 2, 0], 4)


def test_a_change_and_the_closing_come_one_after_the_other() -> None:
    """Whichever is first: what was counted is what the row says, and nothing is counted after the end."""
    cast, poll = cast_with(named=True, changeable=True)
    with cast.scope():
        vote(poll, 0, by=cast.member)

    def act(number: int) -> object:
        with community_scope(cast.community):
            me = Membership.objects.get(pk=cast.member.pk)
            if number:
                held = Poll.objects.select_related("thread__space").get(pk=poll.pk)
                return services.close_poll(held, by=me)
            return vote(poll, 2, by=me).pk

    changed, closed = at_once(2, act)
    assert closed is True
    assert isinstance(changed, (int, PollOver)), changed
    with cast.scope():
        choices = Ballot.objects.get().choices
    assert choices == ([0] if isinstance(changed, PollOver) else [2])
    assert kept(cast, poll) == (1, [int(choices == [place]) for place in range(3)], 1)


def test_of_two_polls_under_one_text_one_is_there() -> None:
    cast = make_cast()
    with cast.scope():
        thread = make_thread(cast.forum, by=cast.member)

    def act(_number: int) -> object:
        with community_scope(cast.community):
            me = Membership.objects.get(pk=cast.member.pk)
            here = Thread.objects.select_related("space").get(pk=thread.pk)
            return services.add_poll(here, Wishes("", OPTIONS), by=me).pk

    answers = at_once(2, act)
    assert sum(isinstance(answer, PollThere) for answer in answers) == 1, answers


def test_control_without_the_lock_a_vote_is_lost() -> None:
    """Both read the sums before either has written; only the key of the table refuses the second vote of a member."""
    cast, poll = cast_with()
    people, read = [cast.member, cast.manager], threading.Barrier(2)

    def lose(number: int) -> int:
        with community_scope(cast.community):
            row = Poll.objects.get(pk=poll.pk)
            read.wait(timeout=60)
            Ballot.objects.create(poll=row, voter=people[number])
            row.ballots += 1
            row.save(update_fields=["ballots"])
            return row.ballots

    assert at_once(2, lose) == [1, 1]
    assert kept(cast, poll)[0::2] == (1, 2)

    def twice(_number: int) -> int:
        with community_scope(cast.community):
            return Ballot.objects.create(poll=poll, voter=cast.owner).pk

    assert sum(isinstance(answer, IntegrityError) for answer in at_once(2, twice)) == 1

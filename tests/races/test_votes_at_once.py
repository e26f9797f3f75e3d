"""Two votes, a vote and a closing, two polls at once: real connections, and the control with the lock off."""

from __future__ import annotations

import threading

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from communities.calendar import DAY
from communities.content.models import Post, Thread
from communities.content.services import delete_post
from communities.models import Membership
from communities.polls import services
from communities.polls.adding import add_answer
from communities.polls.exceptions import AnswerThere, AnswerWithdrawn, PollOver, PollThere, VotedAlready
from communities.polls.models import AddedAnswer, Ballot, Poll
from communities.polls.repeating import RepeatWishes, open_next, repeat_poll
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


def test_one_answer_added_twice_at_once_is_there_once() -> None:
    cast, poll = cast_with(additions=1)
    people = [cast.member, cast.manager, cast.moderator]

    def act(number: int) -> object:
        with community_scope(cast.community):
            by = Membership.objects.get(pk=people[number].pk)
            return add_answer(poll, ("Flax", "flax", "FLAX")[number], by=by).pk

    answers = at_once(3, act)
    assert sum(isinstance(answer, AnswerThere) for answer in answers) == 2, answers
    with cast.scope():
        row = Poll.objects.get(pk=poll.pk)
        assert (len(row.options), len(row.votes), AddedAnswer.objects.count()) == (4, 4, 1)


def test_a_vote_for_an_answer_and_its_withdrawal_at_once() -> None:
    """Counted before it went, or refused after; either way the sums are those of the ballots, and it is withdrawn."""
    cast, poll = cast_with(additions=1, named=True)
    with cast.scope():
        added = add_answer(poll, "Flax", by=cast.member)

    def act(number: int) -> object:
        with community_scope(cast.community):
            if number:
                return vote(poll, 3, by=Membership.objects.get(pk=cast.manager.pk)).pk
            author = Membership.objects.get(pk=cast.member.pk)
            return delete_post(Post.objects.get(pk=added.post_id), by=author)

    answers = at_once(2, act)
    assert answers[0] is True, answers
    voted = 0 if isinstance(answers[1], AnswerWithdrawn) else 1
    assert voted == 0 or isinstance(answers[1], int), answers
    with cast.scope():
        row = Poll.objects.get(pk=poll.pk)
        assert (row.options[3], row.votes[3], row.ballots) == ("", voted, voted)


def test_a_poll_is_opened_anew_once_by_two_at_once() -> None:
    cast, poll = cast_with()
    with cast.scope():
        repeat_poll(poll, RepeatWishes("week", timezone.now() + DAY, 5), by=cast.member)
        Poll.objects.update(again_at=timezone.now() - DAY / 24)

    def act(_number: int) -> int:
        with community_scope(cast.community), transaction.atomic():
            return open_next(poll.pk, cast.community)

    assert sorted(at_once(2, act)) == [0, 1]
    with cast.scope():
        assert list(Poll.objects.order_by("round").values_list("round", "current")) == [(1, False), (2, True)]

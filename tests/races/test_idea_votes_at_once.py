"""The last vote of a budget given twice at once, a vote and a merging: real connections, and the control."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction

from communities.content.models import Thread
from communities.exceptions import NotAllowed
from communities.ideas.boxes import Wishes, edit_box
from communities.ideas.exceptions import IdeaJoined, VotesSpent
from communities.ideas.joining import merge_ideas
from communities.ideas.models import Idea, Vote
from communities.ideas.services import vote_for
from communities.models import Membership
from communities.scoping import community_scope
from config.services.processes import wait_until
from tests.communities.content.test_races import at_once
from tests.communities.ideas.making import fresh, make_box, make_idea
from tests.conftest import Cast, make_cast

pytestmark = pytest.mark.django_db(transaction=True)


def cast_with(ideas: int, votes_each: int) -> tuple[Cast, list[Thread]]:
    cast = make_cast()
    with cast.scope():
        box = make_box(cast, votes_each=votes_each)
        return cast, [make_idea(box, cast.member, f"Idea number {n}") for n in range(ideas)]


def give(cast: Cast, thread: Thread, by: Membership) -> bool:
    with community_scope(cast.community):
        return vote_for(fresh(thread), by=Membership.objects.get(pk=by.pk))


def test_the_last_vote_of_a_budget_is_given_once() -> None:
    cast, ideas = cast_with(3, votes_each=2)
    give(cast, ideas[2], cast.ambassador)
    answers = at_once(2, lambda n: give(cast, ideas[n], cast.ambassador))
    assert sum(answer is True for answer in answers) == 1, answers
    assert sum(isinstance(answer, VotesSpent) for answer in answers) == 1, answers
    with cast.scope():
        places = Vote.objects.filter(voter=cast.ambassador).values_list("place", flat=True)
        assert sorted(places) == [1, 2]
        assert sum(Idea.objects.values_list("votes", flat=True)) == 2


def test_two_votes_at_once_within_the_budget_are_both_given() -> None:
    """Both find the same place free, and whoever comes second takes the next."""
    cast, ideas = cast_with(2, votes_each=2)
    assert at_once(2, lambda n: give(cast, ideas[n], cast.ambassador)) == [True, True]


def test_one_idea_pressed_twice_at_once_has_one_vote() -> None:
    cast, ideas = cast_with(1, votes_each=3)
    assert sorted(at_once(2, lambda _n: give(cast, ideas[0], cast.ambassador))) == [False, True]
    with cast.scope():
        assert (Idea.objects.get().votes, Vote.objects.count()) == (1, 1)


def test_a_vote_comes_before_a_merging_or_after_it() -> None:
    cast, (source, target) = cast_with(2, votes_each=3)

    def act(number: int) -> object:
        if number:
            return give(cast, source, cast.ambassador)
        with community_scope(cast.community):
            manager = Membership.objects.get(pk=cast.manager.pk)
            return merge_ideas(fresh(source), fresh(target), by=manager).pk

    _merged, voted = at_once(2, act)
    assert voted is True or isinstance(voted, (IdeaJoined, NotAllowed)), voted
    with cast.scope():
        votes = int(voted is True)
        assert Idea.objects.get(pk=target.pk).votes == Vote.objects.filter(idea=target.pk).count() == votes
        assert not Vote.objects.filter(idea=source.pk).exists()


def test_a_box_is_edited_while_somebody_votes() -> None:
    """Whoever edits waits for the vote, which refers to the community that the editor holds: neither fails."""
    cast, ideas = cast_with(1, votes_each=2)
    cast_already = threading.Event()

    def waits_for_a_lock() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("select exists (select 1 from pg_locks where not granted)")
            return bool(cursor.fetchone()[0])

    def act(number: int) -> object:
        if number:
            assert cast_already.wait(timeout=60)
            with community_scope(cast.community):
                manager = Membership.objects.get(pk=cast.manager.pk)
                return edit_box(ideas[0].space, Wishes(votes_each=1), by=manager).votes_each
        with community_scope(cast.community), transaction.atomic():
            voter = Membership.objects.get(pk=cast.ambassador.pk)
            voted = vote_for(fresh(ideas[0]), by=voter)
            cast_already.set()
            wait_until(waits_for_a_lock, seconds=60)
            return voted

    assert at_once(2, act) == [True, 1]


def test_control_without_a_place_the_budget_is_exceeded() -> None:
    """Both count one vote of two before either has written: nothing but the key of places keeps them apart."""
    cast, ideas = cast_with(3, votes_each=2)
    give(cast, ideas[2], cast.ambassador)
    counted = threading.Barrier(2)

    def exceed(number: int) -> int:
        with community_scope(cast.community):
            mine = Vote.objects.filter(voter=cast.ambassador)
            assert mine.count() < 2
            counted.wait(timeout=60)
            idea = ideas[number]
            Vote.objects.create(box_id=idea.space_id, idea_id=idea.pk, voter=cast.ambassador, place=None)
            return 1

    assert at_once(2, exceed) == [1, 1]
    with cast.scope():
        assert Vote.objects.filter(voter=cast.ambassador).count() == 3

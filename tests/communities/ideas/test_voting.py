"""Votes: within the budget of a box, in its phase, each counted once; and what becomes of them."""

from __future__ import annotations

import datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from communities.content.models import State
from communities.content.services.judging import reinstate_post, withdraw_post
from communities.content.services.moving import begin_move, move_some
from communities.exceptions import NotAllowed
from communities.ideas.answering import answer_idea
from communities.ideas.exceptions import IdeaDecided, IdeaJoined, NotMerged, NotThisPhase, VotesSpent
from communities.ideas.joining import merge_ideas, sums_of
from communities.ideas.models import Box, Idea, Vote
from communities.ideas.one_person import move_votes
from communities.ideas.phases import Phase, phase_at
from communities.ideas.portable import documents_there
from communities.ideas.queries import purse_of
from communities.ideas.services import submit_idea, take_vote_back, vote_for
from tests.communities.ideas.making import IN_PHASE, counted, fresh, make_box, make_idea, set_phase
from tests.conftest import Cast


def test_a_vote_counts_once_and_can_be_taken_back(here: Cast) -> None:
    with here.scope():
        idea = make_idea(make_box(here), here.member)
        assert vote_for(idea, by=here.ambassador) is True
        assert vote_for(idea, by=here.ambassador) is False
        vote_for(idea, by=here.manager)
        assert counted(idea) == (2, 2)
        assert take_vote_back(idea, by=here.ambassador) is True
        assert take_vote_back(idea, by=here.ambassador) is False
        assert counted(idea) == (1, 1)


def test_the_budget_of_a_box_is_all_that_one_has(here: Cast) -> None:
    with here.scope():
        box = make_box(here, votes_each=2)
        first, second, third = [make_idea(box, here.member, f"Idea {n}") for n in range(3)]
        for idea in (first, second):
            vote_for(idea, by=here.ambassador)
        with pytest.raises(VotesSpent, match="You have used your 2 votes"):
            vote_for(third, by=here.ambassador)
        assert counted(third) == (0, 0)
        take_vote_back(first, by=here.ambassador)
        vote_for(third, by=here.ambassador)
        # Another box has a budget of its own, and a smaller one takes nothing away.
        vote_for(make_idea(make_box(here, slug="other"), here.member), by=here.ambassador)
        set_phase(box, here, "", votes_each=1)
        assert Vote.objects.spent(box.pk, here.ambassador.pk).count() == 2


def test_what_is_decided_holds_no_vote_back(here: Cast) -> None:
    with here.scope():
        box = make_box(here, votes_each=1)
        done, other = make_idea(box, here.member), make_idea(box, here.member, "Another")
        vote_for(done, by=here.ambassador)
        answer_idea(done, status="delivered", body="<p>Done.</p>", by=here.manager)
        assert vote_for(other, by=here.ambassador)
        assert counted(done) == (1, 1)
        with pytest.raises(IdeaDecided):
            vote_for(fresh(done), by=here.owner)


def test_what_is_withdrawn_holds_no_vote_back(here: Cast) -> None:
    """Nobody could take it back from where it cannot be read; it counts again when that comes back."""
    with here.scope():
        space = make_box(here, votes_each=2)
        gone, first, second, third = [make_idea(space, here.member, f"Idea {n}") for n in range(4)]
        box = Box.objects.get(pk=space.pk)
        for idea in (gone, first):
            vote_for(idea, by=here.ambassador)
        assert purse_of(box, here.ambassador).left == 0
        withdraw_post(gone.opening(), to=State.REMOVED, by=here.manager)
        assert purse_of(box, here.ambassador).left == 1
        assert vote_for(second, by=here.ambassador)
        with pytest.raises(VotesSpent):
            vote_for(third, by=here.ambassador)
        reinstate_post(gone.opening(), by=here.manager)
        assert counted(gone) == counted(second) == (1, 1)
        assert purse_of(box, here.ambassador).left == 0
        # Not used meanwhile, it is what it was.
        withdraw_post(first.opening(), to=State.HIDDEN, by=here.manager)
        reinstate_post(first.opening(), by=here.manager)
        with pytest.raises(VotesSpent):
            vote_for(third, by=here.ambassador)


def test_what_joins_a_decided_idea_holds_no_vote_back(here: Cast) -> None:
    with here.scope():
        box = make_box(here, votes_each=1)
        source, done, other = [make_idea(box, here.member, f"Idea {n}") for n in range(3)]
        vote_for(source, by=here.ambassador)
        answer_idea(done, status="delivered", body="<p>Done.</p>", by=here.manager)
        merge_ideas(source, fresh(done), by=here.manager)
        assert vote_for(other, by=here.ambassador)
        assert counted(done) == (1, 1)


def test_an_export_brings_votes_above_a_lowered_budget_back(here: Cast) -> None:
    with here.scope():
        box = make_box(here, votes_each=1)
        idea = make_idea(box, here.member)
        with connection.cursor() as cursor:
            cursor.execute("select set_config('app.as_it_was', 'yes', true)")
            Vote.objects.create(box_id=box.pk, idea_id=idea.pk, voter=here.ambassador, place=2)
            cursor.execute("select set_config('app.as_it_was', '', true)")
        assert Vote.objects.spent(box.pk, here.ambassador.pk).count() == 1


def test_an_export_brings_no_link_that_runs() -> None:
    documents = [
        {"title": "Plan", "url": url}
        for url in ("javascript:alert(1)", "//evil.example", "/p/", "https://x.example/")
    ]
    brought = documents_there(documents, {}, lambda _model, number: number)
    assert [one["url"] for one in brought] == ["/p/", "https://x.example/"]


def test_the_database_refuses_what_is_above_the_budget(here: Cast) -> None:
    with here.scope():
        box = make_box(here, votes_each=1)
        idea, other = make_idea(box, here.member), make_idea(box, here.member, "Another")
        mine = {"box_id": box.pk, "voter": here.ambassador}
        Vote.objects.create(idea_id=idea.pk, place=1, **mine)
        for place in (1, 2, 0):
            with pytest.raises(IntegrityError), transaction.atomic():
                Vote.objects.create(idea_id=other.pk, place=place, **mine)
        # Only a vote that came along has no place.
        assert Vote.objects.filter(voter=here.ambassador).count() == 1


def test_phases_are_what_the_clock_says() -> None:
    now = timezone.now()
    for name, days in IN_PHASE.items():
        moments = [now + datetime.timedelta(days=n) for n in days]
        assert phase_at(moments, now) == Phase(name)
    assert phase_at([None] * 5, now) == Phase.ALWAYS
    # Each begins with its moment.
    moments = [now + datetime.timedelta(days=n) for n in range(5)]
    assert [phase_at(moments, moment) for moment in moments] == [
        Phase.SUBMIT, Phase.DISCUSS, Phase.VOTE, Phase.COUNT, Phase.RESULT,
    ]  # fmt: skip


@pytest.mark.parametrize("phase", [*IN_PHASE, ""])
def test_what_a_phase_allows(here: Cast, phase: str) -> None:
    with here.scope():
        box = make_box(here)
        idea = make_idea(box, here.member)
        set_phase(box, here, phase)
        said = {"community": here.community, "title": "One more", "body": "<p>Because.</p>"}
        if phase in ("", "submit"):
            assert fresh(submit_idea(box, by=here.member, **said)).idea.votes == 0
        else:
            with pytest.raises(NotThisPhase):
                submit_idea(box, by=here.member, **said)
        if phase in ("", "vote"):
            assert vote_for(idea, by=here.ambassador)
        else:
            with pytest.raises(NotThisPhase):
                vote_for(idea, by=here.ambassador)
            with pytest.raises(NotThisPhase):
                take_vote_back(idea, by=here.ambassador)


def test_merging_adds_votes_once_for_each_person(here: Cast) -> None:
    """The oracle: the people of either, each once."""
    with here.scope():
        box = make_box(here, votes_each=2)
        source, target = make_idea(box, here.member, "Golden rivets"), make_idea(box, here.member)
        for voter in (here.ambassador, here.manager, here.owner):
            vote_for(source, by=voter)
        for voter in (here.ambassador, here.moderator):
            vote_for(target, by=voter)
        sums = sums_of(Idea.objects.get(pk=source.pk), Idea.objects.get(pk=target.pk))
        assert (sums.here, sums.there, sums.both, sums.together) == (3, 2, 1, 4)
        stale = fresh(source)
        merge_ideas(source, target, by=here.manager)
        people = {here.ambassador.pk, here.manager.pk, here.owner.pk, here.moderator.pk}
        assert set(Vote.objects.filter(idea=target.pk).values_list("voter_id", flat=True)) == people
        assert counted(target) == (4, 4)
        # Who had voted for both has one of two again.
        assert Vote.objects.spent(box.pk, here.ambassador.pk).count() == 1
        assert vote_for(make_idea(box, here.member, "A third"), by=here.ambassador)
        with pytest.raises(NotAllowed):
            vote_for(fresh(source), by=here.moderator)
        with pytest.raises(IdeaJoined):
            vote_for(stale, by=here.moderator)


def test_a_chain_of_mergings_ends_where_all_are(here: Cast) -> None:
    with here.scope():
        box = make_box(here)
        first, second, third = [make_idea(box, here.member, f"Idea {n}") for n in range(3)]
        merge_ideas(first, second, by=here.manager)
        merge_ideas(second, third, by=here.manager)
        assert set(Idea.objects.filter(merged_into=third.pk).values_list("pk", flat=True)) == {
            first.pk,
            second.pk,
        }
        for source, target in ((third, third), (third, first), (first, third)):
            with pytest.raises(NotMerged):
                merge_ideas(fresh(source), fresh(target), by=here.manager)
        other = make_idea(make_box(here, slug="other"), here.member)
        with pytest.raises(NotMerged):
            merge_ideas(third, other, by=here.manager)
        with pytest.raises(NotAllowed):
            merge_ideas(third, make_idea(box, here.member, "Late"), by=here.member)


def test_votes_move_with_their_ideas_and_cost_nothing_there(here: Cast) -> None:
    with here.scope():
        box, other = make_box(here, votes_each=1), make_box(here, slug="other", votes_each=1)
        moved, stays = make_idea(box, here.member), make_idea(other, here.member, "Another")
        vote_for(moved, by=here.ambassador)
        vote_for(stays, by=here.ambassador)
        move_some(begin_move(box, other, by=here.manager).pk)
        assert Idea.objects.get(pk=moved.pk).box_id == other.pk
        assert counted(moved) == (1, 1)
        assert Vote.objects.spent(other.pk, here.ambassador.pk).count() == 1


def test_two_memberships_of_one_person_have_one_vote_for_an_idea(here: Cast) -> None:
    with here.scope():
        box = make_box(here, votes_each=1)
        idea, other = make_idea(box, here.member), make_idea(box, here.member, "Another")
        vote_for(idea, by=here.ambassador)
        vote_for(idea, by=here.moderator)
        set_phase(box, here, "", votes_each=2)
        vote_for(other, by=here.moderator)
        move_votes(here.ambassador.pk, here.moderator.pk)
        assert counted(idea) == (1, 1)
        assert counted(other) == (1, 1)
        assert not Vote.objects.filter(voter=here.moderator).exists()


def test_dates_of_a_box_are_in_order_for_the_database(here: Cast) -> None:
    with here.scope():
        box = Box.objects.get(pk=make_box(here).pk)
        now = timezone.now()
        for names in (("opens_at",), ("opens_at", "discusses_at", "votes_at", "closes_at", "result_at")):
            for name in names:
                setattr(box, name, now)
            with pytest.raises(IntegrityError), transaction.atomic():
                box.save()

"""Entering, voting, judging: what is refused, what counts, who wins."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from communities.challenges import services
from communities.challenges.deciding import decide
from communities.challenges.drawing import digest_of, drawn
from communities.challenges.entering import enter_thread, may_be_entered, withdraw_entry
from communities.challenges.exceptions import (
    AllSent,
    DecidedAlready,
    Fixed,
    GoneEntry,
    JuryBusy,
    MarksWrong,
    NoDates,
    NotEntered,
    NotNow,
    OwnEntry,
    RulesChanged,
)
from communities.challenges.figures import figures_of
from communities.challenges.judging import answer_invitation, assess, remove_juror
from communities.challenges.models import Assessment, Challenge, Entry, Juror, Rules, Vote
from communities.challenges.queries import begins_at, entries_on_round, shown_entries
from communities.challenges.voting import take_vote_back, vote_for
from communities.content.models import Space, State, Thread
from communities.content.services.judging import withdraw_post
from communities.content.viewers import viewer_for
from communities.exceptions import NotAllowed
from communities.launch.models import InvitationLink
from communities.launch.ways_in import LinkArrival
from communities.limits import without_limits
from communities.models import Membership
from communities.people.merging import merge_memberships
from communities.people.taking_away import tables_of
from tests.communities.challenges.making import (
    DAY,
    HOUR,
    again,
    enter,
    facts,
    fresh,
    make_challenge,
    make_contests,
    people_of,
    places,
    put_into,
    seat,
)
from tests.conftest import Cast
from tests.factories import make_space, make_thread


@pytest.fixture
def contests(here: Cast) -> Space:
    with here.scope():
        return make_contests()


def test_an_entry_is_a_text_of_ones_own_in_the_version_that_was_read(here: Cast, contests: Space) -> None:
    with here.scope():
        challenge = make_challenge(here, contests, entry_kinds=["topic"], entries_each=2)
        mine = make_thread(here.forum, by=here.member)
        theirs = make_thread(here.forum, by=here.ambassador)
        team = make_thread(
            make_space(kind="forum", slug="attic", name="Attic", audience="team"), by=here.manager
        )
        services.change_rules(challenge.thread, "One each\nNo names", by=here.manager)
        with pytest.raises(RulesChanged):
            enter_thread(fresh(challenge), mine, by=here.member, rules=1)
        for thread, person in ((theirs, here.member), (team, here.manager)):
            with pytest.raises(NotEntered):
                enter_thread(fresh(challenge), thread, by=person, rules=2)
        # Of two circles of one name each lets in its own people.
        shared = {"audience": "roles", "let_in": {"read": {"roles": ["moderator", "manager"]}}}
        Space.objects.filter(pk=contests.pk).update(**shared)
        Space.objects.filter(pk=team.space_id).update(
            audience="roles", let_in={"read": {"roles": ["manager"]}}
        )
        unlike = fresh(challenge), Thread.objects.select_related("space").get(pk=team.pk)
        assert not may_be_entered(*unlike, here.manager)
        Space.objects.filter(pk=team.space_id).update(**shared)
        alike = fresh(challenge), Thread.objects.select_related("space").get(pk=team.pk)
        assert may_be_entered(*alike, here.manager)
        Space.objects.filter(pk=contests.pk).update(audience="public", let_in={})
        [entry] = enter(here, challenge, here.member, thread=mine)
        assert (entry.rules.number, entry.rules.lines) == (2, ["One each", "No names"])
        with pytest.raises(NotEntered):
            enter_thread(fresh(challenge), mine, by=here.member, rules=2)
        [second] = enter(here, challenge, here.member)
        assert [entry.number, second.number] == [1, 2]
        with pytest.raises(AllSent):
            enter(here, challenge, here.member)
        withdraw_entry(again(second), by=here.member)
        assert second.thread.is_published, "the text stays"
        enter(here, challenge, here.member, title="Another")
        put_into(challenge, "vote")
        with pytest.raises(NotNow):
            enter(here, challenge, here.ambassador)


def test_no_draft_is_published_without_dates_and_nobody_else_opens_one(here: Cast, contests: Space) -> None:
    with here.scope():
        with pytest.raises(NotAllowed):
            make_challenge(here, contests, by=here.member)
        draft = make_challenge(here, contests, draft=True)
        Challenge.objects.update(opens_at=timezone.now() - 2 * DAY, closes_at=timezone.now() - DAY)
        with pytest.raises(NoDates):
            services.publish_challenge(draft.thread, by=here.manager)
        Challenge.objects.update(closes_at=timezone.now() + DAY)
        assert services.publish_challenge(draft.thread, by=here.manager)


def test_who_no_longer_looks_after_the_space_publishes_no_challenge(here: Cast, contests: Space) -> None:
    with here.scope():
        draft = make_challenge(here, contests, by=here.moderator, draft=True)
        Membership.objects.filter(pk=here.moderator.pk).update(role="member")
        with pytest.raises(NotAllowed):
            services.publish_challenge(draft.thread, by=Membership.objects.get(pk=here.moderator.pk))


def test_versions_of_rules_stay(here: Cast, contests: Space) -> None:
    with here.scope():
        challenge = make_challenge(here, contests)
        with pytest.raises(DatabaseError), transaction.atomic():
            Rules.objects.filter(challenge=challenge).update(words="Other")
        assert (
            services.change_rules(challenge.thread, "One entry each\nYour own picture", by=here.manager)
            is None
        )
        made = services.change_rules(challenge.thread, "Two entries each", by=here.manager)
        assert made is not None
        assert made.number == 2
        put_into(challenge, "vote")
        with pytest.raises(Fixed):
            services.change_rules(fresh(challenge).thread, "Three", by=here.manager)


def test_what_people_rely_on_cannot_be_changed(here: Cast, contests: Space) -> None:
    with here.scope():
        challenge = make_challenge(here, contests)
        kept = services.stored_facts(challenge)

        def change(**said: object) -> bool:
            wishes = services.Facts(**(kept | said))
            return services.change_challenge(
                fresh(challenge).thread, by=here.manager, title="Knots", tags=None, facts=wishes
            )

        for wrong in (
            {"opens_at": challenge.opens_at - HOUR},
            {"closes_at": timezone.now() - datetime.timedelta(minutes=1)},
        ):
            with pytest.raises(Fixed), transaction.atomic():
                change(**wrong)
        assert change(closes_at=challenge.closes_at + DAY)
        kept = services.stored_facts(fresh(challenge))
        enter(here, challenge, here.member)
        with pytest.raises(Fixed), transaction.atomic():
            change(way="draw", votes_until=None)
        assert change(entries_each=2)
        # Nor while it is no longer public, to be shown again.
        Thread.objects.filter(pk=challenge.pk).update(state=State.RETIRED, retires_at=timezone.now())
        with pytest.raises(Fixed), transaction.atomic():
            change(way="draw", votes_until=None)
        assert services.change_rules(fresh(challenge).thread, "Two each", by=here.manager)
        assert Entry.objects.get().rules.number == 1


def test_each_has_one_vote_that_can_be_moved(here: Cast, contests: Space) -> None:
    with here.scope():
        challenge = make_challenge(here, contests)
        first, second = enter(here, challenge, here.member, here.ambassador)
        with pytest.raises(NotNow):
            vote_for(again(first), by=here.manager)
        put_into(challenge, "vote")
        with pytest.raises(OwnEntry):
            vote_for(again(first), by=here.member)
        assert vote_for(again(first), by=here.manager)
        assert not vote_for(again(first), by=here.manager)
        assert vote_for(again(second), by=here.manager)
        assert Vote.objects.get().entry_id == second.pk
        with pytest.raises(IntegrityError), transaction.atomic():
            Vote.objects.create(challenge=challenge, entry=first, membership=here.manager)
        withdraw_post(second.thread.opening(), by=here.moderator, to=State.REMOVED)
        with pytest.raises(GoneEntry):
            vote_for(again(second), by=here.owner)
        assert take_vote_back(fresh(challenge), by=here.manager)
        assert not take_vote_back(fresh(challenge), by=here.manager)
        put_into(challenge, "jury")
        with pytest.raises(NotNow):
            vote_for(again(first), by=here.manager)


def test_what_is_removed_or_withdrawn_does_not_count_and_ties_share_a_place(
    here: Cast, contests: Space
) -> None:
    with here.scope():
        challenge = make_challenge(here, contests, prizes="2 × a splice\nA towel")
        people = people_of(here, 7)
        with without_limits():
            entries = enter(here, challenge, *people[:5])
            put_into(challenge, "vote")
            votes = {0: (5, 6), 1: (0, 2), 2: (1,), 3: (here.manager, here.owner, here.moderator)}
            for number, voters in votes.items():
                for voter in voters:
                    person = voter if isinstance(voter, Membership) else people[voter]
                    vote_for(again(entries[number]), by=person)
        withdraw_post(entries[3].thread.opening(), by=here.moderator, to=State.REMOVED)
        won = decide(services.held(put_into(challenge, "over")))
        assert [one.pk for one in won] == [entries[0].pk, entries[1].pk, entries[2].pk]
        assert places(challenge) == {
            people[0].pk: 1,
            people[1].pk: 1,
            people[2].pk: 3,
            people[3].pk: None,
            people[4].pk: None,
        }
        assert fresh(challenge).votes_counted == 5
        assert dict(Entry.objects.values_list("pk", "prize"))[entries[2].pk] == 2
        with pytest.raises(DecidedAlready):
            withdraw_entry(again(entries[0]), by=people[0])


def test_the_jury_marks_the_first_of_the_vote(here: Cast, contests: Space) -> None:
    with here.scope():
        challenge = make_challenge(here, contests, way="both", finalists=1, criteria="Held\nTold")
        jurors = seat(challenge, here.ambassador, here.moderator, by=here.manager)
        people = people_of(here, 6)
        with without_limits():
            entries = enter(here, challenge, *people[:2], here.ambassador, people[2])
            more = services.Facts(**services.stored_facts(challenge) | {"finalists": 4})
            with pytest.raises(Fixed), transaction.atomic():
                services.change_challenge(
                    challenge.thread, by=here.manager, title="Knots", tags=None, facts=more
                )
            put_into(challenge, "vote")
            for entry, voter in zip(entries[:3], people[3:], strict=True):
                vote_for(again(entry), by=voter)
        first, second, own, unvoted = entries
        with pytest.raises(NotNow):
            assess(jurors[0], again(first), by=here.ambassador, marks=[5, 5])
        put_into(challenge, "jury")
        for marks in ([5], [5, 11], [0, 5]):
            with pytest.raises(MarksWrong):
                assess(jurors[0], again(first), by=here.ambassador, marks=marks)
        with pytest.raises(OwnEntry):
            assess(jurors[0], again(own), by=here.ambassador, marks=[10, 10])
        with pytest.raises(GoneEntry):
            assess(jurors[0], again(unvoted), by=here.ambassador, marks=[5, 5])
        with pytest.raises(NotAllowed):
            assess(jurors[0], again(first), by=here.moderator, marks=[5, 5])
        assess(jurors[0], again(first), by=here.ambassador, marks=[9, 8])
        assess(jurors[1], again(first), by=here.moderator, marks=[8, 8])
        assess(jurors[0], again(second), by=here.ambassador, marks=[7, 8])
        assess(jurors[1], again(second), by=here.moderator, abstains=True)
        assess(jurors[1], again(own), by=here.moderator, marks=[10, 6])
        with pytest.raises(JuryBusy):
            remove_juror(jurors[1], by=here.manager)
        with pytest.raises(IntegrityError), transaction.atomic():
            Assessment.objects.filter(entry=first, juror=jurors[0]).update(marks=[11])
        taken = dict(tables_of(here.ambassador))["challenge_marks"]
        given = [(one["entry"], one["marks"], one["criteria"]) for one in taken]
        numbers = [again(one).number for one in (first, second)]
        assert given == [(numbers[0], [9, 8], ["Held", "Told"]), (numbers[1], [7, 8], ["Held", "Told"])]
        decide(services.held(put_into(challenge, "over")))
        told = {
            entry.pk: (entry.place, entry.mean, entry.judged_by, entry.votes) for entry in Entry.objects.all()
        }
        assert told == {
            first.pk: (1, Decimal("8.25"), 2, 1),
            own.pk: (2, Decimal("8.00"), 1, 1),
            second.pk: (3, Decimal("7.50"), 1, 1),
            unvoted.pk: (None, None, 0, 0),
        }


def test_a_juror_who_declines_takes_their_marks_along(here: Cast, contests: Space) -> None:
    with here.scope():
        challenge = make_challenge(here, contests, way="jury")
        [juror] = seat(challenge, here.ambassador, by=here.manager)
        [entry] = enter(here, challenge, here.member)
        put_into(challenge, "jury")
        assess(juror, again(entry), by=here.ambassador, marks=[4])
        answer_invitation(juror, by=here.ambassador, accepts=False)
        assert not Juror.objects.exists()
        assert not Assessment.objects.exists()


def test_a_draw_is_what_its_seed_and_list_say(here: Cast, contests: Space) -> None:
    with here.scope():
        challenge = make_challenge(here, contests, way="draw")
        assert digest_of(challenge.seed) == challenge.seed_digest
        people = people_of(here, 5)
        with without_limits():
            entries = enter(here, challenge, *people)
        withdraw_entry(again(entries[1]), by=people[1])
        won = decide(services.held(put_into(challenge, "over")))
        found = fresh(challenge)
        order = drawn(found.seed, found.drawn_from)
        assert [line.split()[0] for line in found.drawn_from.splitlines()] == ["1", "3", "4", "5"]
        assert [one.number for one in won] == order[:2]
        assert [entry.place for entry in Entry.objects.order_by("place")] == [1, 2, 3, 4]


def test_everybody_begins_elsewhere_and_sees_all(here: Cast, contests: Space) -> None:
    with here.scope():
        challenge = make_challenge(here, contests)
        people = people_of(here, 30)
        with without_limits():
            enter(here, challenge, *people)
        entries = shown_entries(viewer_for(here.community, here.member), challenge)
        spots = list(Entry.objects.order_by("spot", "pk").values_list("pk", flat=True))
        for reader in (None, here.member, here.manager):
            begin = begins_at(reader, challenge, datetime.date(2030, 1, 1))
            seen: list[int] = []
            after = ""
            while True:
                page = entries_on_round(entries, begin, after=after)
                seen += [one.pk for one in page.rows]
                after = page.older
                if not after:
                    break
            assert sorted(seen) == sorted(spots)
            start = spots.index(seen[0])
            assert seen == spots[start:] + spots[:start]
        begins = {begins_at(person, challenge, datetime.date(2030, 1, 1)) for person in people}
        assert len(begins) == len(people)


def test_figures_say_how_votes_came_in(here: Cast, contests: Space) -> None:
    with here.scope():
        challenge = make_challenge(here, contests)
        first, second = enter(here, challenge, here.member, here.ambassador)
        people = people_of(here, 8)
        put_into(challenge, "vote")
        Membership.objects.filter(pk__in=[one.pk for one in people]).update(
            joined_at=timezone.now() - 300 * DAY
        )
        new = [one.pk for one in people[:5]]
        Membership.objects.filter(pk__in=new).update(joined_at=timezone.now() - 2 * DAY)
        Membership.objects.filter(pk=people[0].pk).update(joined_at=timezone.now())
        link = InvitationLink.objects.create(made_by=here.ambassador, name="Rope")
        for person in people[:4]:
            LinkArrival.objects.create(link=link, membership=person)
        for person in people[:6]:
            vote_for(again(first), by=Membership.objects.get(pk=person.pk))
        vote_for(again(second), by=people[6])
        figures = figures_of(fresh(challenge))
        assert (figures.votes, figures.new, figures.soon) == (7, 5, 1)
        top, other = figures.rows
        assert (top.votes, top.new, top.soon, top.one_way, top.stands_out) == (6, 5, 1, 4, True)
        assert (other.votes, other.is_told, other.stands_out) == (1, False, False)
        Membership.objects.filter(pk=people[5].pk).update(status="suspended")
        assert figures_of(fresh(challenge)).votes == 6


def test_two_memberships_of_one_person_have_one_vote(here: Cast, contests: Space) -> None:
    with here.scope():
        challenge = make_challenge(here, contests)
        [entry] = enter(here, challenge, here.ambassador)
        put_into(challenge, "vote")
        [twin] = people_of(here, 1)
        vote_for(again(entry), by=here.member)
        vote_for(again(entry), by=twin)
        merge_memberships(here.member, twin, by=here.manager)
        assert list(Vote.objects.values_list("membership_id", flat=True)) == [here.member.pk]


def test_a_draft_of_facts_keeps_the_database_consistent(here: Cast, contests: Space) -> None:
    with here.scope():
        challenge = make_challenge(here, contests)
        rows = Challenge.objects.filter(pk=challenge.pk)
        for wrong in (
            {"closes_at": challenge.opens_at},
            {"votes_until": None},
            {"way": "jury"},
            {"result_at": challenge.closes_at},
            {"cancel_reason": "Ice"},
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                rows.update(**wrong)
        assert facts().closes_at > facts().opens_at
        assert Thread.objects.filter(pk=challenge.pk).exists()

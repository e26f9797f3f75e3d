"""Joining, naming and accepting at once: real connections, and a control where there is something to switch off."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import IntegrityError
from django.utils import timezone

from communities.forums.exceptions import AlreadySolved
from communities.forums.models import Question
from communities.forums.services import accept_answer
from communities.launch.exceptions import CannotJoin, HandleTaken
from communities.launch.services import join_community
from communities.models import Community, Membership
from communities.people import entrusting
from communities.people.entrusting import lay_down_role, offer_ownership
from communities.people.exceptions import LastOwner
from communities.people.models import OwnershipOffer
from communities.people.services import edit_profile, leave_community
from communities.roles import give_role, is_last_owner
from communities.scoping import community_scope
from tests.communities.content.test_races import at_once
from tests.conftest import make_cast
from tests.factories import make_membership, make_person, make_reply, make_thread

pytestmark = pytest.mark.django_db(transaction=True)


def test_joining_twice_at_once_is_one_membership() -> None:
    cast, person = make_cast(), make_person()
    before = Community.objects.get(pk=cast.community.pk).member_count

    def join(_number: int) -> int:
        with community_scope(cast.community):
            return join_community(cast.community, person=person, display_name="Ines Leroux").pk

    answers = at_once(4, join)
    with cast.scope():
        rows = list(Membership.objects.filter(member=person).values_list("pk", flat=True))
    assert len(rows) == 1
    assert set(answers) == set(rows), answers
    assert Community.objects.get(pk=cast.community.pk).member_count == before + 1


def test_of_two_newcomers_with_one_handle_one_is_told() -> None:
    cast, people = make_cast(), [make_person() for _number in range(3)]

    def join(number: int) -> str:
        with community_scope(cast.community):
            return join_community(
                cast.community, person=people[number], display_name=f"Name {number}", handle="skipper"
            ).handle

    answers = at_once(3, join)
    assert answers.count("skipper") == 1
    assert sum(isinstance(answer, HandleTaken) for answer in answers) == 2, answers


def test_of_two_members_who_take_one_handle_one_is_told() -> None:
    cast = make_cast()
    with cast.scope():
        people = [make_membership(), make_membership()]

    def rename(number: int) -> str:
        with community_scope(cast.community):
            me = Membership.objects.get(pk=people[number].pk)
            return edit_profile(me, by=me, handle="Skipper", display_name=me.display_name).handle

    answers = at_once(2, rename)
    assert answers.count("Skipper") == 1
    assert sum(isinstance(answer, HandleTaken) for answer in answers) == 1, answers


def test_control_asking_first_does_not_keep_a_handle_free() -> None:
    """Both see that the handle is free; only the unique key refuses the second."""
    cast = make_cast()
    asked = threading.Barrier(2)

    def join(_number: int) -> int:
        with community_scope(cast.community):
            assert not Membership.objects.filter(handle_key="skipper").exists()
            asked.wait(timeout=60)
            return make_membership(handle="skipper").pk

    answers = at_once(2, join)
    assert sum(isinstance(answer, IntegrityError) for answer in answers) == 1, answers


def test_of_two_owners_who_offer_at_once_one_offer_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = make_cast()
    # What the first has offered is not committed yet when the second looks.
    monkeypatch.setattr(entrusting, "tell", lambda *_told: time.sleep(0.3))
    with cast.scope():
        owners = [cast.owner, make_membership(role="owner")]

    def offer(number: int) -> int:
        with community_scope(cast.community):
            by = Membership.objects.get(pk=owners[number].pk)
            return offer_ownership(cast.member, by=by).pk

    answers = at_once(2, offer)
    assert all(isinstance(answer, int) for answer in answers), answers
    with cast.scope():
        assert OwnershipOffer.objects.open().count() == 1


def test_control_looking_for_an_offer_first_fails_the_second() -> None:
    """Each sees none to withdraw; without taking turns, only the unique key refuses the second."""
    cast = make_cast()
    with cast.scope():
        owners = [cast.owner, make_membership(role="owner")]
    asked = threading.Barrier(2)

    def offer(number: int) -> int:
        with community_scope(cast.community):
            assert not OwnershipOffer.objects.open().exists()
            asked.wait(timeout=60)
            until = timezone.now() + OwnershipOffer.LIVES
            return OwnershipOffer.objects.create(by=owners[number], to=cast.member, expires_at=until).pk

    answers = at_once(2, offer)
    assert sum(isinstance(answer, IntegrityError) for answer in answers) == 1, answers


@pytest.mark.parametrize("ways", [("lay down", "lay down"), ("lay down", "leave")])
def test_of_two_owners_who_go_at_once_one_stays(ways: tuple[str, str]) -> None:
    cast = make_cast()
    with cast.scope():
        owners = [cast.owner, make_membership(role="owner")]
    acts = {"lay down": lay_down_role, "leave": leave_community}

    def go(number: int) -> bool:
        with community_scope(cast.community):
            me = Membership.objects.get(pk=owners[number].pk)
            return acts[ways[number]](me, by=me)

    answers = at_once(2, go)
    assert answers.count(True) == 1, answers
    assert sum(isinstance(answer, LastOwner) for answer in answers) == 1, answers
    with cast.scope():
        assert Membership.objects.active().in_role("owner").count() == 1


def test_control_asking_for_another_owner_first_leaves_none() -> None:
    """Each sees the other; only the lock of the community makes them take turns."""
    cast = make_cast()
    with cast.scope():
        owners = [cast.owner, make_membership(role="owner")]
    asked = threading.Barrier(2)

    def go(number: int) -> None:
        with community_scope(cast.community):
            me = Membership.objects.select_for_update(of=("self",)).get(pk=owners[number].pk)
            assert not is_last_owner(me)
            asked.wait(timeout=60)
            give_role(me, "member")

    at_once(2, go)
    with cast.scope():
        assert not Membership.objects.active().in_role("owner").exists()


def test_the_last_place_of_a_full_community_is_given_once() -> None:
    cast, people = make_cast(), [make_person() for _number in range(4)]
    members = Community.objects.get(pk=cast.community.pk).member_count
    Community.objects.filter(pk=cast.community.pk).update(quotas={"members": members + 1})
    seen = Community.objects.get(pk=cast.community.pk)

    def join(number: int) -> bool:
        with community_scope(cast.community):
            return join_community(seen, person=people[number], display_name=f"Name {number}").is_active

    answers = at_once(4, join)
    assert answers.count(True) == 1, answers
    assert sum(isinstance(answer, CannotJoin) for answer in answers) == 3, answers
    assert Community.objects.get(pk=cast.community.pk).member_count == members + 1


def test_of_two_accepted_answers_one_stands() -> None:
    cast = make_cast()
    with cast.scope():
        question = make_thread(cast.forum, by=cast.member, kind="question")
        answers = [make_reply(question), make_reply(question)]
    judges = [cast.member, cast.moderator]

    def accept(number: int) -> bool:
        with community_scope(cast.community):
            return accept_answer(question, post=answers[number], by=judges[number])

    said = at_once(2, accept)
    assert said.count(True) == 1
    assert sum(isinstance(answer, AlreadySolved) for answer in said) == 1, said
    with cast.scope():
        question.refresh_from_db()
        assert question.solved
        assert Question.objects.get(thread=question).accepted_id == answers[said.index(True)].pk


def test_accepting_one_answer_twice_at_once_is_one_acceptance() -> None:
    cast = make_cast()
    with cast.scope():
        question = make_thread(cast.forum, by=cast.member, kind="question")
        answer = make_reply(question)

    def accept(_number: int) -> bool:
        with community_scope(cast.community):
            return accept_answer(question, post=answer, by=cast.member)

    assert sorted(at_once(2, accept)) == [False, True]

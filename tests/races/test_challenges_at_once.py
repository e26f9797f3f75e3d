"""One vote and one’s last entry, pressed twice at once; a text that is taken out of one challenge and put into another
one: real connections, and the control with the locks off."""

from __future__ import annotations

import threading

import pytest
from django.db import IntegrityError, connection, transaction

from communities.challenges.exceptions import AllSent
from communities.challenges.models import Challenge, Entry, Rules, Vote
from communities.challenges.services import locked_thread
from communities.challenges.telling import look_after_one
from communities.challenges.voting import vote_for
from communities.content.models import Thread
from communities.models import Membership
from communities.notifications.models import Notification
from communities.scoping import community_scope
from tests.communities.challenges.making import again, enter, make_challenge, make_contests, put_into
from tests.communities.content.test_races import at_once
from tests.conftest import Cast, make_cast

pytestmark = pytest.mark.django_db(transaction=True)


def cast_with_two_entries() -> tuple[Cast, list[Entry]]:
    cast = make_cast()
    with cast.scope():
        challenge = make_challenge(cast, make_contests())
        entries = enter(cast, challenge, cast.member, cast.ambassador)
        put_into(challenge, "vote")
    return cast, entries


def test_a_vote_pressed_at_two_entries_at_once_is_one() -> None:
    cast, entries = cast_with_two_entries()

    def act(number: int) -> object:
        with community_scope(cast.community):
            me = Membership.objects.get(pk=cast.manager.pk)
            return vote_for(again(entries[number % 2]), by=me)

    answers = at_once(4, act)
    assert all(isinstance(answer, bool) for answer in answers), answers
    with cast.scope():
        assert Vote.objects.filter(membership=cast.manager).count() == 1


def test_control_without_the_lock_the_database_refuses_the_second_vote() -> None:
    cast, entries = cast_with_two_entries()
    looked = threading.Barrier(2)

    def act(number: int) -> object:
        with community_scope(cast.community):
            entry = Entry.objects.get(pk=entries[number].pk)
            assert not Vote.objects.filter(membership=cast.manager).exists()
            looked.wait(timeout=60)
            vote = {"challenge_id": entry.challenge_id, "entry": entry, "membership": cast.manager}
            return Vote.objects.create(**vote).pk

    answers = at_once(2, act)
    assert sum(isinstance(answer, int) for answer in answers) == 1, answers
    assert sum(isinstance(answer, IntegrityError) for answer in answers) == 1, answers


def test_the_clock_tells_people_while_somebody_changes_the_challenge() -> None:
    """Else each would wait for what the other holds: the job the challenge, the change the thread."""
    cast, entries = cast_with_two_entries()

    def act(_number: int) -> object:
        with community_scope(cast.community), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("set local lock_timeout = '5s'")
            return look_after_one(entries[0].challenge_id, cast.community)

    with cast.scope(), transaction.atomic():
        locked_thread(again(entries[0]).challenge.thread, cast.manager)
        assert at_once(1, act) == [1]
    with cast.scope():
        assert Notification.objects.filter(kind="challenge_vote").count() == 2


def test_the_last_entry_of_a_member_is_one() -> None:
    cast = make_cast()
    with cast.scope():
        challenge = make_challenge(cast, make_contests())

    def act(number: int) -> object:
        with community_scope(cast.community):
            me = Membership.objects.get(pk=cast.member.pk)
            found = Challenge.objects.get(pk=challenge.pk)
            return enter(cast, found, me, title=f"Knot {number}")[0].pk

    answers = at_once(3, act)
    assert sum(isinstance(answer, int) for answer in answers) == 1, answers
    assert sum(isinstance(answer, AllSent) for answer in answers) == 2, answers
    with cast.scope():
        assert Entry.objects.count() == 1


def test_control_without_the_lock_the_database_refuses_the_second_entry() -> None:
    cast, entries = cast_with_two_entries()
    looked = threading.Barrier(2)

    def act(number: int) -> object:
        with community_scope(cast.community):
            known = entries[number]
            rules = Rules.objects.get(challenge=known.challenge_id)
            looked.wait(timeout=60)
            made = Entry.objects.create(
                challenge_id=known.challenge_id,
                thread_id=known.thread_id,
                membership=cast.manager,
                rules=rules,
                slot=1,
                number=10 + number,
            )
            return made.pk

    with cast.scope():
        Entry.objects.all().delete()
    answers = at_once(2, act)
    assert sum(isinstance(answer, int) for answer in answers) == 1, answers
    assert sum(isinstance(answer, IntegrityError) for answer in answers) == 1, answers


@pytest.mark.parametrize("first", ["out", "in"])
def test_a_text_out_of_one_challenge_and_into_another_one_takes_part(first: str) -> None:
    cast, entries = cast_with_two_entries()
    with cast.scope():
        other = make_challenge(cast, make_contests(slug="others", name="Others"))
        rules = Rules.objects.get(challenge=other.pk)
    done, other_done = threading.Event(), threading.Event()

    def act(number: int) -> object:
        with community_scope(cast.community), transaction.atomic():
            is_first = (first == "out") == (number == 0)
            if not is_first:
                assert done.wait(timeout=60)
            if number == 0:
                Entry.objects.filter(pk=entries[0].pk).delete()
            else:
                Entry.objects.create(
                    challenge_id=other.pk,
                    thread_id=entries[0].thread_id,
                    membership=cast.member,
                    rules=rules,
                    slot=1,
                    number=1,
                )
            if is_first:
                done.set()
                # The other one has to wait for this; without a lock it does not, and sees half of it.
                other_done.wait(timeout=2)
            else:
                other_done.set()
        return True

    assert at_once(2, act) == [True, True]
    with cast.scope():
        assert Entry.objects.filter(thread=entries[0].thread_id).count() == 1
        assert Thread.objects.get(pk=entries[0].thread_id).takes_part

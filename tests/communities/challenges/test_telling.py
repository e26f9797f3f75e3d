"""What people hear of challenges, each of it once, and what the clock does."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from communities.archive.going.numbering import portable_tables
from communities.challenges import services
from communities.challenges.drawing import digest_of
from communities.challenges.judging import invite_juror
from communities.challenges.models import Challenge, Entry, Juror
from communities.challenges.models.challenges import CLOSING
from communities.challenges.tasks import look_after_challenges
from communities.challenges.voting import vote_for
from communities.content.models import Space, State
from communities.content.services.following import refollow_thread
from communities.content.services.judging import withdraw_post
from communities.memory import forget_all
from communities.notifications.models import Notification
from tests.communities.challenges.making import (
    DAY,
    again,
    enter,
    fresh,
    make_challenge,
    make_contests,
    put_into,
    seat,
)
from tests.conftest import Cast


@pytest.fixture
def contests(here: Cast) -> Space:
    with here.scope():
        return make_contests()


def told(here: Cast) -> list[tuple[str, int]]:
    """Whom the job has told of what since the last time, in order."""
    look_after_challenges()
    with here.scope():
        rows = Notification.objects.filter(kind__startswith="challenge").order_by("kind", "membership_id")
        found = [(row.kind, row.membership_id) for row in rows]
        rows.delete()
    return found


def test_phases_open_and_close_by_themselves(here: Cast, contests: Space) -> None:
    now = timezone.now()
    with here.scope():
        challenge = make_challenge(here, contests, opens_at=now + DAY)
        refollow_thread(challenge.thread, by=here.ambassador)
    assert told(here) == []
    with here.scope():
        Challenge.objects.update(opens_at=timezone.now(), next_at=timezone.now())
    assert told(here) == [("challenge_opened", here.ambassador.pk)]
    assert told(here) == []
    with here.scope():
        [entry] = enter(here, challenge, here.member)
        refollow_thread(challenge.thread, by=here.member)
        near = timezone.now() + DAY
        Challenge.objects.update(opens_at=now - 5 * DAY, closes_at=near, next_at=timezone.now())
    assert told(here) == [("challenge_closing", here.ambassador.pk)], "who has entered knows"
    with here.scope():
        put_into(challenge, "vote")
    both = sorted([here.ambassador.pk, here.member.pk])
    assert told(here) == [("challenge_vote", pk) for pk in both]
    with here.scope():
        vote_for(again(entry), by=here.moderator)
        put_into(challenge, "over")
    assert told(here) == [
        *(("challenge_result", pk) for pk in sorted([here.ambassador.pk, here.moderator.pk])),
        ("challenge_won", here.member.pk),
    ]
    assert told(here) == []
    with here.scope():
        found = fresh(challenge)
        assert (found.is_decided, found.next_at, found.phase) == (True, None, "result")
        assert Entry.objects.get().place == 1


def test_new_rules_and_an_end_are_told_to_those_who_entered(here: Cast, contests: Space) -> None:
    with here.scope():
        challenge = make_challenge(here, contests)
        services.change_rules(challenge.thread, "None yet", by=here.manager)
    assert told(here) == []
    with here.scope():
        enter(here, challenge, here.member)
        services.change_rules(challenge.thread, "One each", by=here.manager)
        enter(here, challenge, here.ambassador)
    assert told(here) == [("challenge_rules", here.member.pk)], "who agreed to the new ones knows them"
    assert told(here) == []
    with here.scope():
        services.cancel_challenge(fresh(challenge).thread, by=here.manager, reason="Ice")
    both = sorted([here.ambassador.pk, here.member.pk])
    assert told(here) == [("challenge_cancelled", pk) for pk in both]
    assert told(here) == []


def test_jurors_are_asked_and_told_when_they_begin(here: Cast, contests: Space) -> None:
    with here.scope():
        challenge = make_challenge(here, contests, way="jury")
        invite_juror(challenge, here.ambassador, by=here.manager)
        # A change right after it does not put off that they are told.
        moved = services.stored_facts(fresh(challenge)) | {"result_at": challenge.result_at + DAY}
        services.change_challenge(
            fresh(challenge).thread, by=here.manager, title="Knots", tags=None, facts=services.Facts(**moved)
        )
    assert told(here) == [("challenge_jury", here.ambassador.pk)]
    with here.scope():
        seat(challenge, here.moderator, by=here.manager)
        assert Juror.objects.sitting().count() == 1
        put_into(challenge, "jury")
    found = told(here)
    assert ("challenge_marks", here.moderator.pk) in found
    assert ("challenge_marks", here.ambassador.pk) not in found, "who has not answered is not on it"


def test_a_draw_that_arrives_without_its_seed_gets_another_one(here: Cast, contests: Space) -> None:
    numbers = next(one for one in portable_tables() if one.model is Challenge).numbers
    row = {"decided_at": None, "way": "draw", "opens_at": "open", "next_at": "later"}

    def travels(name: str, value: str, **more: object) -> object:
        return numbers[name](value, row | more, lambda model, number: number)

    with here.scope():
        challenge = make_challenge(here, contests, way="draw")
        assert [travels("seed", challenge.seed), travels("seed_digest", challenge.seed_digest)] == ["", ""]
        assert travels("seed", challenge.seed, decided_at="then") == challenge.seed
        assert [travels("next_at", "later"), travels("next_at", "later", way="vote")] == ["open", "later"]
        Challenge.objects.filter(pk=challenge.pk).update(
            seed="", seed_digest="", stage=Challenge.Stage.OPENED, next_at=challenge.opens_at
        )
    look_after_challenges()
    with here.scope():
        found = fresh(challenge)
    assert found.seed != challenge.seed
    assert digest_of(found.seed) == found.seed_digest
    assert found.next_at == challenge.closes_at - CLOSING


def test_what_nobody_can_read_is_not_told_and_waits(here: Cast, contests: Space) -> None:
    with here.scope():
        challenge = make_challenge(here, contests)
        [entry] = enter(here, challenge, here.member)
        put_into(challenge, "vote")
        vote_for(again(entry), by=here.ambassador)
        put_into(challenge, "over")
        withdraw_post(challenge.thread.opening(), by=here.moderator, to=State.HIDDEN)
    assert told(here) == []
    with here.scope():
        assert not fresh(challenge).is_decided


def test_what_is_said_holds_as_long_as_it_is_true(here: Cast, contests: Space) -> None:
    with here.scope():
        challenge = make_challenge(here, contests)
        [entry] = enter(here, challenge, here.member)
        put_into(challenge, "vote")
        vote_for(again(entry), by=here.ambassador)
        put_into(challenge, "over")
    look_after_challenges()
    forget_all()
    client: Any = here.sign_in(here.member)
    bell = client.get(here.url("/notifications/")).content.decode()
    assert "You have won something: Knots that held" in bell
    with here.scope():
        withdraw_post(challenge.thread.opening(), by=here.moderator, to=State.HIDDEN)
    forget_all()
    assert "Knots that held" not in client.get(here.url("/notifications/")).content.decode()

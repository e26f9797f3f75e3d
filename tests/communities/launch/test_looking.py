"""A plan is looked at when there is something to see: by its dates, and soon after a gauge may have moved."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from communities.launch.models import Stage, StageOpening
from communities.launch.services import look_at_plan, look_soon, open_due_stages
from communities.launch.services.looking import LONGEST, NEAR_PAUSE, STUCK_PAUSE, next_look
from communities.launch.services.planning import LOOKED_AT_WITHIN, lock_plan, put_in_force
from communities.launch.tasks import look_at_plans
from communities.notifications.tasks import notify_of_post
from communities.signals import member_joined
from tests.conftest import Cast
from tests.factories import make_thread

HOUR = datetime.timedelta(hours=1)


def stage(**fields: Any) -> Stage:
    place = Stage.objects.count() + 1
    made: Stage = Stage.objects.create(place=place, name=f"Stage {place}", features=["forums"], **fields)
    return made


def waits_for(threads: int, **fields: Any) -> Stage:
    return stage(opening="criteria", criteria={"threads": threads}, **fields)


def test_dates_say_when_and_gauges_how_near(here: Cast) -> None:
    now = datetime.datetime(2026, 11, 10, 11, tzinfo=datetime.UTC)
    with here.scope():
        dated = stage(opening="date", planned_for=now + 100 * HOUR)
        assert next_look(dated, here.community, now) == now + LONGEST
        dated.planned_for = now + 46 * HOUR
        # The twelfth in Paris, whose eve begins at eleven in the evening of the tenth by UTC.
        assert next_look(dated, here.community, now) == now + 12 * HOUR
        dated.planned_for = now + HOUR / 2
        assert next_look(dated, here.community, now) == dated.planned_for
        dated.planned_for = now - HOUR
        assert next_look(dated, here.community, now) == now + STUCK_PAUSE
        for _thread in range(8):
            make_thread(here.forum, by=here.member)
        near, far = waits_for(10), waits_for(11)
        assert next_look(near, here.community, now) <= now + 1.25 * NEAR_PAUSE
        assert now + 4 * HOUR < next_look(far, here.community, now) < now + 8 * HOUR
        by_hand = stage(opening="hand")
        assert next_look(by_hand, here.community, now) == now + LONGEST


def test_a_plan_that_was_looked_at_rests_until_something_moves(here: Cast) -> None:
    with here.scope():
        waiting = waits_for(1000)
        put_in_force(lock_plan())
        assert Stage.objects.get(pk=waiting.pk).look_at <= timezone.now()
    look_at_plans()
    with here.scope():
        rests = Stage.objects.get(pk=waiting.pk).look_at
        assert rests > timezone.now() + 4 * HOUR
        post = make_thread(here.forum, by=here.member).opening()
    notify_of_post(community_id=here.community.pk, post_id=post.pk)
    with here.scope():
        soon = Stage.objects.get(pk=waiting.pk).look_at
        assert timezone.now() < soon <= timezone.now() + LOOKED_AT_WITHIN
        look_soon()
        assert Stage.objects.get(pk=waiting.pk).look_at == soon, "each further one puts nothing off"
        Stage.objects.update(look_at=rests)
        member_joined.send(sender=type(here.member), membership=here.member)
        assert Stage.objects.get(pk=waiting.pk).look_at < rests


def test_a_look_that_is_asked_for_during_another_is_not_lost(
    here: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = timezone.now() - HOUR

    def edited_meanwhile(waiting: Stage, _community: Any, moment: datetime.datetime) -> datetime.datetime:
        Stage.objects.filter(pk=waiting.pk).update(look_at=asked)
        return moment + LONGEST

    monkeypatch.setattr("communities.launch.services.looking.next_look", edited_meanwhile)
    with here.scope():
        waiting = waits_for(1000)
        look_at_plan(here.community)
        assert Stage.objects.get(pk=waiting.pk).look_at == asked


@pytest.mark.parametrize("state", ["open", "paused", "rolled_back"])
def test_what_does_not_wait_is_not_looked_at(here: Cast, state: str) -> None:
    with here.scope():
        other = stage(state=state, opening="criteria", criteria={"threads": 1})
        at = other.look_at
        look_at_plan(here.community)
        other.refresh_from_db()
        assert (other.state, other.look_at) == (state, at)


@pytest.mark.parametrize(
    "meanwhile",
    [
        {"planned_for": timezone.now() + 48 * HOUR},
        {"opening": "hand"},
        {"opening": "criteria", "criteria": {"threads": 1000}},
        {"state": Stage.State.PAUSED},
        {"state": Stage.State.ROLLED_BACK},
        None,
    ],
)
def test_who_puts_a_stage_off_after_its_plan_was_read_is_heeded(
    here: Cast, meanwhile: dict[str, Any] | None
) -> None:
    with here.scope():
        due, other = (stage(opening="date", planned_for=timezone.now() - HOUR) for _stage in range(2))
        plan = list(Stage.objects.in_order())
        changed = Stage.objects.filter(pk=other.pk)
        if meanwhile is None:
            changed.delete()
        else:
            changed.update(**meanwhile)
        assert open_due_stages(plan=plan) == 1
        assert [opening.stage_id for opening in StageOpening.objects.all()] == [due.pk]

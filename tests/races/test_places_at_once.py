"""The last place, and the place that becomes free: real connections, and the control with the lock off."""

from __future__ import annotations

import threading

import pytest
from django.utils import timezone

from communities.events.exceptions import AllTaken, TeamFull
from communities.events.models import Event, Registration
from communities.events.queries import attendance_of
from communities.events.registering import check_in, free_places, register, unregister
from communities.events.teaming import TeamWish
from communities.events.teams import Team
from communities.models import Membership
from communities.scoping import community_scope
from tests.communities.content.test_races import at_once
from tests.communities.events.making import come, fresh, line, make_calendar, make_event
from tests.conftest import Cast, make_cast

pytestmark = pytest.mark.django_db(transaction=True)


def cast_with(capacity: int) -> tuple[Cast, Event]:
    cast = make_cast()
    with cast.scope():
        return cast, make_event(cast, make_calendar(), by=cast.owner, capacity=capacity)


def people_of(cast: Cast) -> list[Membership]:
    return [cast.member, cast.manager, cast.moderator, cast.ambassador]


def test_the_last_place_goes_to_one() -> None:
    cast, event = cast_with(1)
    people = people_of(cast)

    def act(number: int) -> object:
        with community_scope(cast.community):
            return register(fresh(event), by=Membership.objects.get(pk=people[number].pk)).pk

    answers = at_once(4, act)
    assert sum(isinstance(answer, int) for answer in answers) == 1, answers
    assert sum(isinstance(answer, AllTaken) for answer in answers) == 3, answers
    with cast.scope():
        assert Registration.objects.count() == 1


def test_a_freed_place_goes_to_the_first_in_line_whoever_comes_at_the_same_moment() -> None:
    cast, event = cast_with(1)
    people = people_of(cast)
    with cast.scope():
        come(event, cast.member, cast.manager)

    def act(number: int) -> object:
        with community_scope(cast.community):
            me = Membership.objects.get(pk=people[number * 2].pk)
            if number:
                return register(fresh(event), by=me, wait=True).pk
            return unregister(event, by=me)

    gone, _number = at_once(2, act)
    assert gone is True
    with cast.scope():
        assert line(event) == {"coming": [cast.manager.pk], "waiting": [cast.moderator.pk]}


def test_two_organisers_who_scan_one_code_check_in_one() -> None:
    cast, event = cast_with(3)
    with cast.scope():
        (row,) = come(event, cast.member)

    def act(number: int) -> object:
        with community_scope(cast.community):
            by = Membership.objects.get(pk=(cast.owner.pk, cast.manager.pk)[number])
            return check_in(Registration.objects.get(pk=row.pk), by=by, here=True)

    assert sorted(at_once(2, act)) == [False, True]
    with cast.scope():
        assert attendance_of(event, None).here == 1


def test_control_without_the_lock_one_code_checks_in_twice() -> None:
    cast, event = cast_with(3)
    with cast.scope():
        (row,) = come(event, cast.member)
    read = threading.Barrier(2)

    def act(_number: int) -> bool:
        with community_scope(cast.community):
            mine = Registration.objects.get(pk=row.pk)
            read.wait(timeout=60)
            is_new = mine.here_at is None
            mine.here_at = timezone.now()
            mine.save(update_fields=["here_at"])
            return is_new

    assert at_once(2, act) == [True, True]


def test_the_last_place_of_teams_and_the_last_in_a_team_go_to_one() -> None:
    cast = make_cast()
    with cast.scope():
        event = make_event(cast, make_calendar(), by=cast.owner, capacity=1, team_size=2)
    people = people_of(cast)

    def act(number: int, wish: TeamWish) -> object:
        with community_scope(cast.community):
            return register(fresh(event), by=Membership.objects.get(pk=people[number].pk), team=wish).pk

    founded = at_once(2, lambda number: act(number, TeamWish(name=f"Team {number}")))
    assert sorted(isinstance(one, AllTaken) for one in founded) == [False, True], founded
    with cast.scope():
        team = Team.objects.get()
    joined = at_once(2, lambda number: act(number + 2, TeamWish(team.pk)))
    assert sorted(isinstance(one, TeamFull) for one in joined) == [False, True], joined
    with cast.scope():
        assert team.registrations.count() == 2


def test_control_without_the_lock_the_last_place_is_given_twice() -> None:
    cast, event = cast_with(1)
    people, read = people_of(cast), threading.Barrier(2)

    def lose(number: int) -> int | None:
        with community_scope(cast.community):
            free = free_places(Event.objects.get(pk=event.pk))
            read.wait(timeout=60)
            Registration.objects.create(event=event, membership=people[number], state="coming")
            return free

    assert at_once(2, lose) == [1, 1]
    with cast.scope():
        assert len(line(event)["coming"]) == 2

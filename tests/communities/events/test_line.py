"""Who comes, who waits, who moves up; against a reckoning of its own."""

from __future__ import annotations

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from communities.content.models import Space
from communities.content.viewers import viewer_for
from communities.events import services
from communities.events.exceptions import (
    AllTaken,
    CancelledAlready,
    EventBegun,
    FewerThanTaken,
    NoRoomForGuests,
    OverAlready,
    RegistrationOver,
    TooManyGuests,
)
from communities.events.models import LONGEST, Event, Registration
from communities.events.queries import events_of, own_events
from communities.events.registering import check_in, register, unregister
from communities.events.services import change_event
from communities.exceptions import NotAllowed
from communities.models import Membership
from tests.communities.events.making import (
    HOUR,
    come,
    facts,
    fresh,
    line,
    make_calendar,
    make_event,
)
from tests.communities.people.leaving import leave_wholly
from tests.conftest import Cast
from tests.factories import make_memberships


@pytest.fixture
def calendar(here: Cast) -> Space:
    with here.scope():
        return make_calendar()


def began(event: Event, ago: datetime.timedelta) -> Event:
    start = timezone.now() - ago
    Event.objects.filter(pk=event.pk).update(starts_at=start, ends_at=start + 2 * HOUR)
    return fresh(event)


def test_the_last_place_and_who_waits_for_it(here: Cast, calendar: Space) -> None:
    with here.scope():
        event = make_event(here, calendar, capacity=2)
        come(event, here.member, here.ambassador)
        with pytest.raises(AllTaken):
            register(fresh(event), by=here.manager)
        assert not Registration.objects.filter(membership=here.manager).exists()
        come(event, here.manager, here.owner)
        waiting = [here.manager.pk, here.owner.pk]
        assert line(event) == {"coming": [here.member.pk, here.ambassador.pk], "waiting": waiting}
        assert unregister(event, by=here.member)
        assert not unregister(event, by=here.member)
        assert line(event) == {"coming": [here.ambassador.pk, here.manager.pk], "waiting": [here.owner.pk]}


def test_places_go_to_each_whose_party_fits(here: Cast, calendar: Space) -> None:
    with here.scope():
        event = make_event(here, calendar, capacity=3, guests_each=2)
        come(event, here.member, guests=2)
        come(event, here.ambassador, guests=2)
        come(event, here.manager)
        register(fresh(event), by=here.member, guests=0)
        assert line(event) == {"coming": [here.member.pk, here.manager.pk], "waiting": [here.ambassador.pk]}
        with pytest.raises(NoRoomForGuests):
            register(fresh(event), by=here.manager, guests=2)
        with pytest.raises(TooManyGuests):
            register(fresh(event), by=here.manager, guests=3)
        assert Registration.objects.get(membership=here.manager).guests == 0
        register(fresh(event), by=here.ambassador, guests=0)
        assert line(event)["waiting"] == []


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.integers(1, 6),
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2)), min_size=1, max_size=9),
)
def test_any_history_ends_where_the_rule_says(
    crowd: tuple[Cast, Space, list[Membership]], capacity: int, deeds: list[tuple[int, int]]
) -> None:
    """The second time that somebody is named they unregister. The rule, reckoned with lists."""
    here, calendar, people = crowd
    with transaction.atomic(), here.scope():
        event = make_event(here, calendar, capacity=capacity, guests_each=2)
        order: list[int] = []
        party: dict[int, int] = {}
        comes: set[int] = set()
        for who, guests in deeds:
            if who in order:
                unregister(event, by=people[who])
                order.remove(who)
                comes.discard(who)
            else:
                come(event, people[who], guests=guests)
                order.append(who)
                party[who] = guests + 1
            for one in order:
                if one not in comes and sum(party[each] for each in comes) + party[one] <= capacity:
                    comes.add(one)
        found = line(event)
        assert found["coming"] == [people[who].pk for who in order if who in comes]
        assert found["waiting"] == [people[who].pk for who in order if who not in comes]
        transaction.set_rollback(True)


@pytest.fixture
def crowd(
    here: Cast, calendar: Space, monkeypatch: pytest.MonkeyPatch
) -> tuple[Cast, Space, list[Membership]]:
    monkeypatch.setattr("communities.events.registering.count_act", lambda *_given: None)
    monkeypatch.setattr("communities.content.services.writing.count_act", lambda *_given: None)
    with here.scope():
        return here, calendar, make_memberships(*({} for _number in range(5)))


def test_hours_close_the_list(here: Cast, calendar: Space) -> None:
    with here.scope():
        event = make_event(here, calendar)
        come(event, here.member)
        Event.objects.update(registers_until=timezone.now() - HOUR)
        with pytest.raises(RegistrationOver):
            register(fresh(event), by=here.manager)
        assert unregister(event, by=here.member), "whoever cannot come says so until it begins"
        Event.objects.update(registers_until=None)
        come(event, here.member)
        running = began(event, HOUR)
        with pytest.raises(RegistrationOver):
            register(running, by=here.manager)
        with pytest.raises(EventBegun):
            unregister(running, by=here.member)


def test_more_places_and_fewer(here: Cast, calendar: Space) -> None:
    with here.scope():
        event = make_event(here, calendar, capacity=1)
        come(event, here.member, here.ambassador)
        said = {"title": event.thread.title, "tags": None}
        with pytest.raises(NotAllowed):
            services.change_event(event.thread, by=here.ambassador, facts=facts(capacity=5), **said)
        services.change_event(event.thread, by=here.member, facts=facts(capacity=2), **said)
        assert line(event)["waiting"] == []
        with pytest.raises(FewerThanTaken, match="2 places are taken"):
            services.change_event(event.thread, by=here.member, facts=facts(capacity=1), **said)
        assert fresh(event).capacity == 2


def test_cancelling_is_final(here: Cast, calendar: Space) -> None:
    with here.scope():
        event = make_event(here, calendar, capacity=1)
        come(event, here.member, here.ambassador)
        with pytest.raises(NotAllowed):
            services.cancel_event(event.thread, by=here.ambassador)
        services.cancel_event(event.thread, by=here.member, reason="  Ice \n everywhere ")
        row = fresh(event)
        assert (row.cancel_reason, row.sequence, row.news) == ("Ice everywhere", 1, "cancelled")
        with pytest.raises(CancelledAlready):
            services.cancel_event(event.thread, by=here.member)
        with pytest.raises(CancelledAlready):
            services.change_event(event.thread, by=here.member, title="New", tags=None, facts=facts())
        with pytest.raises(RegistrationOver):
            register(row, by=here.manager)
        assert unregister(row, by=here.member)
        assert line(event)["waiting"] == [here.ambassador.pk], "nobody moves up to what does not take place"
        over = began(make_event(here, calendar), 5 * HOUR)
        with pytest.raises(OverAlready):
            services.cancel_event(over.thread, by=here.member)


def test_arrivals_are_told_by_organisers(here: Cast, calendar: Space) -> None:
    with here.scope():
        event = make_event(here, calendar, capacity=1)
        coming, waiting = come(event, here.ambassador, here.manager)
        with pytest.raises(NotAllowed):
            check_in(coming, by=here.ambassador, here=True)
        assert check_in(coming, by=here.member, here=True)
        assert not check_in(coming, by=here.moderator, here=True)
        with pytest.raises(NotAllowed):
            check_in(waiting, by=here.member, here=True)
        assert check_in(coming, by=here.moderator, here=False)
        assert Registration.objects.get(pk=coming.pk).here_at is None


def test_who_leaves_gives_their_place_back(here: Cast, calendar: Space) -> None:
    with here.scope():
        event = make_event(here, calendar, by=here.moderator, capacity=1)
        come(event, here.member, here.ambassador)
        leave_wholly(here.member)
        assert line(event) == {"coming": [here.ambassador.pk], "waiting": []}


def test_the_table_refuses_what_the_rules_do(here: Cast, calendar: Space) -> None:
    with here.scope():
        event = make_event(here, calendar)
        begins = event.starts_at
        for wrong in (
            {"ends_at": begins},
            {"ends_at": begins + LONGEST + HOUR},
            {"capacity": 0},
            {"guests_each": 11},
            {"news": "cancelled"},
            {"cancel_reason": "Ice"},
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                Event.objects.filter(pk=event.pk).update(**wrong)
        (row,) = come(event, here.member)
        for twice in ({"state": "maybe"}, {"state": "waiting", "here_at": timezone.now()}, {"guests": 11}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Registration.objects.filter(pk=row.pk).update(**twice)
        with pytest.raises(IntegrityError), transaction.atomic():
            Registration.objects.create(event=event, membership=here.member)


def test_where_somebody_goes_follows_the_event(here: Cast) -> None:
    """Each registration has the hour of its event, also one that comes to another event."""

    def hours() -> set[bool]:
        return {row.starts_at == row.event.starts_at for row in Registration.objects.select_related("event")}

    with here.scope():
        calendar = make_calendar()
        early, late = (make_event(here, calendar, starts=days * 24 * HOUR) for days in (2, 9))
        come(early, here.ambassador, here.member)
        come(late, here.member)
        assert hours() == {True}
        told = facts(starts=12 * 24 * HOUR)
        change_event(early.thread, by=here.member, title="Later", tags=None, facts=told)
        Registration.objects.filter(event=early, membership=here.ambassador).update(event=late)
        assert hours() == {True}
        viewer = viewer_for(here.community, here.member)
        assert [thread.pk for thread in own_events(here.member, viewer).threads] == [late.pk, early.pk]
        own = [thread.pk for thread in events_of(here.member, viewer, timezone.now())]
        assert own == [late.pk, early.pk]

"""Gauges say when they will be reached, and no more than is known."""

from __future__ import annotations

import datetime
import random

from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from communities.animation.models import Welcome
from communities.animation.newcomers.gauge import greeted
from communities.calendar import day_of
from communities.launch.forecasting import DAYS_NEEDED, forecast
from communities.launch.gauges import GAUGES, Reading, gauges_here, read_gauges
from communities.launch.models import GaugeDay, Stage
from communities.launch.paces import with_forecasts
from communities.launch.services import look_at_plan
from communities.memory import forget_all
from communities.models import Membership
from tests.communities.launch.conftest import Plan
from tests.conftest import Cast
from tests.factories import make_membership, make_reply, make_thread

TODAY = datetime.date(2026, 11, 29)
DAY = datetime.timedelta(days=1)


def course(*values: float) -> list[tuple[datetime.date, float]]:
    """Measured daily, the last one today."""
    return [(TODAY - (len(values) - 1 - n) * DAY, value) for n, value in enumerate(values)]


def test_an_even_pace_says_one_day() -> None:
    found = forecast(course(10, 12, 14, 16, 18), 24)
    assert found is not None
    assert found.likely == found.soonest == found.latest == TODAY + 3 * DAY
    with translation.override("en"):
        assert "on 2 December" in found.said()


def test_too_few_days_and_what_is_reached_have_no_date() -> None:
    assert forecast(course(*[1.0] * (DAYS_NEEDED - 1)), 24) is None
    assert forecast(course(20, 21, 22, 23, 24), 24) is None
    assert forecast([], 24) is None


def test_what_does_not_move_or_falls_is_not_promised() -> None:
    still, falling = forecast(course(5, 5, 5, 5, 5), 24), forecast(course(9, 8, 7, 6, 5), 24)
    assert still is not None
    assert falling is not None
    assert (still.likely, still.soonest) == (None, None) == (falling.likely, falling.soonest)
    with translation.override("en"):
        assert "not within a year" in still.said()


def test_old_days_do_not_count() -> None:
    old = [(TODAY - 60 * DAY + n * DAY, 100.0 * n) for n in range(10)]
    assert forecast(old + course(1, 1, 1), 24) is None


@given(st.lists(st.integers(0, 40), min_size=DAYS_NEEDED, max_size=22), st.integers(1, 60))
def test_the_range_holds_the_likely_day_and_never_begins_today(values: list[int], goal: int) -> None:
    found = forecast(course(*values), goal)
    if found is None:
        assert values[-1] >= goal
        return
    far = datetime.date.max
    soonest, likely, latest = found.soonest or far, found.likely or far, found.latest or far
    assert TODAY < soonest <= likely <= latest


def test_four_of_five_courses_end_within_the_range() -> None:
    """Courses of the kind that is supposed, with a known seed: the range is neither a promise nor a shrug."""
    chance, inside, told = random.Random(67), 0, 0
    for _course in range(400):
        value, values = 0.0, [0.0]
        for _day in range(15):
            value += chance.gauss(2, 2)
            values.append(value)
        goal = value + 30
        found = forecast(course(*values), goal)
        assert found is not None
        ahead = 0
        while value < goal and ahead < 365:
            value += chance.gauss(2, 2)
            ahead += 1
        told += 1
        day = TODAY + ahead * DAY
        inside += (found.soonest or datetime.date.max) <= day <= (found.latest or datetime.date.max)
    assert 0.7 < inside / told < 0.95


def test_green_amber_red(here: Cast) -> None:
    gauge = GAUGES["members"]
    assert [Reading(gauge, value, 10).state for value in (10, 9, 5, 4)] == ["good", "warn", "warn", "bad"]
    late = forecast(course(5, 5.5, 6, 6.5, 7), 10)
    in_time, too_late = TODAY + 20 * DAY, TODAY + 2 * DAY
    assert Reading(gauge, 7, 10, late, 5, in_time).state == "warn"
    red = Reading(gauge, 7, 10, late, 5, too_late)
    assert red.state == "bad"
    with translation.override("en"):
        assert red.verdict.endswith(": too late")


def test_each_look_keeps_the_day(here: Cast) -> None:
    with here.scope():
        Stage.objects.create(place=1, name="S", features=[], opening="hand", criteria={"members": 50})
        old = GaugeDay.objects.create(gauge="members", day=TODAY - datetime.timedelta(days=400), value=1)
        look_at_plan(here.community)
        first = GaugeDay.objects.exclude(pk=old.pk).get()
        assert first.day == day_of(timezone.now(), here.community)
        assert not GaugeDay.objects.filter(pk=old.pk).exists()
        make_membership()
        look_at_plan(here.community)
        again = GaugeDay.objects.get()
        assert again.value == first.value + 1


def test_the_plan_says_the_date(here: Cast, plan: Plan) -> None:
    (stage,) = plan(("everyone", ["forums"]), criteria={"members": 100.0})
    with here.scope():
        now, today = timezone.now(), day_of(timezone.now(), here.community)
        members = read_gauges(stage)[0].value
        for back in range(1, 8):
            GaugeDay.objects.create(gauge="members", day=today - back * DAY, value=members - back)
        (reading,) = with_forecasts(read_gauges(stage), stage, here.community, now)
        assert reading.forecast is not None
        assert reading.forecast.likely == today + (100 - int(members)) * DAY
        assert reading.days == 8
    page = here.sign_in(here.manager).get(here.url("/manage/launch/")).content.decode()
    assert "at this pace on" in page


def test_texts_in_a_space_are_a_gauge_that_survives_its_name(here: Cast) -> None:
    with here.scope():
        name = f"texts_in_{here.forum.pk}"
        stage = Stage.objects.create(place=1, name="S", features=[], criteria={name: 3})
        thread = make_thread(here.forum, by=here.member)
        make_reply(thread, by=here.ambassador)
        here.forum.name = "Rigging"
        here.forum.save(update_fields=["name"])
        forget_all()
        (reading,) = read_gauges(stage)
        assert (reading.value, str(reading.gauge.label)) == (2, "Texts in Rigging")
        here.forum.archived = True
        here.forum.save(update_fields=["archived"])
        assert name not in gauges_here()
    with here.scope():
        assert read_gauges(stage) == []


def test_greeted_within_a_day(here: Cast) -> None:
    now = timezone.now()
    with here.scope():
        people = [make_membership() for _n in range(4)]
        for person, hours in zip(people, (3, 30, None, None), strict=True):
            Membership.objects.filter(pk=person.pk).update(joined_at=now - 3 * DAY, came_by="invitation")
            if hours:
                at = now - 3 * DAY + datetime.timedelta(hours=hours)
                Welcome.objects.create(membership=person, greeted_at=at, greeted_by=here.manager)
        others = Membership.objects.exclude(pk__in=[person.pk for person in people])
        others.update(joined_at=now - datetime.timedelta(days=60))
        assert greeted() == 25
        Membership.objects.filter(pk=people[3].pk).update(joined_at=now)
        assert round(greeted(), 1) == 33.3
        Membership.objects.update(joined_at=now)
        assert greeted() == 0

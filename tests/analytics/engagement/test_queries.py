"""Engagement as others publish it: the same people give the same figures."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest

from analytics.engagement.models import MemberDay
from analytics.engagement.queries import (
    Active,
    Cohort,
    Grain,
    Mode,
    activation,
    activity,
    activity_by_day,
    lifecycle,
    members_active,
    participation,
    retention,
)
from communities.models import Membership
from tests.conftest import Cast

JAN = datetime.date(2020, 1, 1)
DAY = datetime.timedelta(days=1)
Was = Callable[..., Membership]


def january(*days: int) -> list[datetime.date]:
    return [datetime.date(2020, 1, day) for day in days]


def test_lifecycle_of_one(here: Cast, was: Was) -> None:
    with here.scope():
        was(january(9, 11, 12, 13, 15, 17, 18, 19))
        stages = lifecycle(*january(9, 19))
    assert [stage.new for stage in stages] == [1] + [0] * 10
    assert [stage.returning for stage in stages] == [0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1]
    assert [stage.resurrecting for stage in stages] == [0, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0]
    assert [stage.dormant for stage in stages] == [0, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0]


def test_lifecycle_of_several(here: Cast, was: Was) -> None:
    with here.scope():
        was(january(11, 12, 13, 15, 17, 19))
        was(january(9, 12))
        was(january(12))
        was(january(15, 18))
        stages = lifecycle(*january(9, 19))
    assert [stage.new for stage in stages] == [1, 0, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    assert [stage.returning for stage in stages] == [0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0]
    assert [stage.resurrecting for stage in stages] == [0, 0, 0, 1, 0, 0, 1, 0, 1, 1, 1]
    assert [stage.dormant for stage in stages] == [0, 1, 0, 0, 2, 1, 0, 2, 0, 1, 1]
    people = [1, 0, 1, 3, 1, 0, 2, 0, 1, 1, 1]
    for stage, there, before in zip(stages, people, [0, *people], strict=False):
        assert stage.new + stage.returning + stage.resurrecting == there
        assert stage.returning + stage.dormant == before


def test_retention_by_day_with_recurring_cohorts(here: Cast, was: Was) -> None:
    with here.scope():
        was([JAN + DAY * number for number in (0, 1, 2, 5, 5, 6)])
        was([JAN + DAY * number for number in (1, 2, 3, 6)])
        rows = retention(JAN, JAN + DAY * 10, grain=Grain.DAY, cohort=Cohort.RECURRING)
    assert [row.counts for row in rows] == [
        [1, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0],
        [2, 2, 1, 0, 1, 2, 0, 0, 0, 0],
        [2, 1, 0, 1, 2, 0, 0, 0, 0],
        [1, 0, 0, 1, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0, 0],
        [1, 1, 0, 0, 0, 0],
        [2, 0, 0, 0, 0],
        [0, 0, 0, 0],
        [0, 0, 0],
        [0, 0],
        [0],
    ]


def test_rolling_retention_of_joined_cohorts(here: Cast, was: Was) -> None:
    """Who was last active when, by month of joining; what lies ahead has no cell."""
    last_seen = {
        (2025, 10): [(26, 1), (26, 4), (25, 11), (26, 4), (26, 2)],
        (2025, 11): [(26, 4), (25, 12), (26, 4), (26, 4)],
        (2025, 12): [(26, 4), (26, 2), (26, 4), (26, 4)],
        (2026, 1): [(26, 4), (26, 4), (26, 2), (26, 4)],
    }
    with here.scope():
        for (year, month), seen in last_seen.items():
            for late_year, late_month in seen:
                joined = datetime.date(year, month, 10)
                was([datetime.date(2000 + late_year, late_month, 20)], joined=joined)
        rows = retention(
            datetime.date(2025, 10, 1), datetime.date(2026, 4, 30), grain=Grain.MONTH, mode=Mode.ROLLING
        )
    assert [row.counts for row in rows[:4]] == [
        [5, 5, 4, 4, 3, 2, 2],
        [4, 4, 3, 3, 3, 3],
        [4, 4, 4, 3, 3],
        [4, 4, 3, 3],
    ]
    shares = [rows[0].share(month) for month in range(7)]
    assert [round((share.rate or 0) * 100) for share in shares if share] == [100, 100, 80, 80, 60, 40, 40]
    assert rows[0].share(7) is None
    assert all(row.size == 0 for row in rows[4:])


def test_a_week_that_is_not_over_has_no_cell(here: Cast, was: Was) -> None:
    monday = datetime.date(2020, 1, 6)
    with here.scope():
        was([monday, monday + DAY * 8])
        assert [row.counts for row in retention(monday, monday + DAY * 12, grain=Grain.WEEK)] == [[1]]
        assert [row.counts for row in retention(monday, monday + DAY * 13)] == [[1, 1], [0]]


def test_active_people_and_stickiness(here: Cast, was: Was) -> None:
    end = datetime.date(2020, 1, 28)
    with here.scope():
        was(january(*range(1, 29)))
        was(january(28))
        was(january(2), contributions=1)
        found = activity(end)
        assert (found.daily, found.weekly, found.monthly) == (2, 2, 3)
        assert found.stickiness == pytest.approx((28 + 1 + 1) / 28 / 3)
        assert found.weekly_stickiness == pytest.approx(2 / 3)
        assert members_active(end, active=Active.CONTRIBUTION) == 1
        assert dict(activity_by_day(*january(1, 3))) == dict(zip(january(1, 2, 3), (1, 2, 1), strict=True))
        assert activity(datetime.date(2019, 1, 1)).stickiness is None


def test_the_team_and_those_shut_out_are_left_out(here: Cast, was: Was) -> None:
    with here.scope():
        for membership in (here.manager, here.moderator, here.marketing, here.owner):
            MemberDay.objects.create(day=JAN, person=membership.pk, views=3)
        shut_out = was([JAN])
        Membership.objects.filter(pk=shut_out.pk).update(status=Membership.Status.SUSPENDED)
        gone = was([JAN])
        Membership.objects.filter(pk=gone.pk).update(status=Membership.Status.LEFT)
        MemberDay.objects.create(day=JAN, person=-77, views=1)
        assert members_active(JAN) == 2, "who left and who was forgotten stay in the past"


def test_other_communities_do_not_count(here: Cast, elsewhere: Cast, was: Was) -> None:
    with here.scope():
        was([JAN])
    with elsewhere.scope():
        assert members_active(JAN) == 0


def test_participation(here: Cast, was: Was) -> None:
    with here.scope():
        assert participation(JAN, JAN).gini is None
        for contributions in (40, 30, 20, 10):
            was([JAN], contributions=contributions)
        found = participation(JAN, JAN)
    assert found.gini == pytest.approx(0.25)
    assert (found.members, found.contributors, found.contributions) == (4, 4, 100)
    assert (found.median, found.p90) == (25, pytest.approx(37))
    assert (found.silent.hits, found.silent.rate, found.silent.too_small) == (0, 0, True)


def test_ninety_nine_and_one(here: Cast, was: Was) -> None:
    with here.scope():
        for number in range(100):
            was([JAN], contributions=80 if number == 0 else 2 if number < 10 else 0)
        found = participation(JAN, JAN)
    assert found.silent.rate == pytest.approx(0.90)
    assert found.top_share == pytest.approx(80 / 98)
    assert found.next_share == pytest.approx(18 / 98)


def test_activation(here: Cast, was: Was) -> None:
    with here.scope():
        was([JAN + DAY * 7], contributions=1, joined=JAN)
        was([JAN + DAY * 8], contributions=1, joined=JAN)
        was([JAN + DAY], joined=JAN)
        found = activation(JAN, JAN)
    assert (found.hits, found.of) == (1, 3)

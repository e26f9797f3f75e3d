"""What is counted equals what is stored, however late, often or disorderly it arrives."""

from __future__ import annotations

import datetime
import random
from typing import Any

import pytest
from django.utils import timezone

from analytics.capture import tasks
from analytics.capture.channels import Channel
from analytics.capture.models import AudienceDay, AudienceHour, Dimension, DirtyHour, Event, Kind
from analytics.capture.queries import audience, audience_by_day
from analytics.capture.recording import Hit
from analytics.capture.rollups import days_of, roll_up
from analytics.capture.storing import store_hits
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
NOON = datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)


def hit(here: Cast, at: datetime.datetime, visitor: int = 1, **more: Any) -> Hit:
    uid = more.pop("uid", None) or f"{random.getrandbits(128):032x}"
    fields = {"path": "/", "referrer": "", "query": ""} | more
    return Hit(here.community.pk, at.timestamp(), uid, Kind.PAGE_VIEW, visitor, 0, **fields)


def store(here: Cast, *hits: Hit) -> None:
    with here.scope():
        store_hits(here.community, list(hits))


def test_a_roll_up_repeated_changes_nothing(here: Cast) -> None:
    store(here, hit(here, NOON), hit(here, NOON + datetime.timedelta(minutes=10)))
    assert roll_up(here.community) > 0
    assert roll_up(here.community) == 0, "nothing is dirty"
    with here.scope():
        before = list(AudienceDay.objects.order_by("dimension", "key").values())
        DirtyHour.objects.create(hour=NOON)
    roll_up(here.community)
    with here.scope():
        assert list(AudienceDay.objects.order_by("dimension", "key").values()) == before


def test_late_repeated_and_disorderly_hits_give_the_same_figures(here: Cast, elsewhere: Cast) -> None:
    dice = random.Random(7)
    stream = [
        (NOON + datetime.timedelta(minutes=dice.randrange(3 * 24 * 60)), dice.randrange(1, 12), f"{n:032x}")
        for n in range(300)
    ]
    ordered = sorted(stream)
    disorderly = [*stream, *dice.sample(stream, 60)]
    dice.shuffle(disorderly)
    for start in range(0, len(ordered), 50):
        store(here, *(hit(here, at, who, uid=uid) for at, who, uid in ordered[start : start + 50]))
    for start in range(0, len(disorderly), 37):
        batch = disorderly[start : start + 37]
        store(elsewhere, *(hit(elsewhere, at, who, uid=uid) for at, who, uid in batch))
        if start % 2:
            roll_up(elsewhere.community)
    for cast in (here, elsewhere):
        roll_up(cast.community)
        with cast.scope():
            assert Event.objects.count() == 300
            assert sum(AudienceHour.objects.values_list("events", flat=True)) == 300
    figures = []
    for cast in (here, elsewhere):
        with cast.scope():
            days = audience_by_day(NOON.date(), NOON.date() + 3 * DAY)
            figures.append([(day, one.page_views, one.visitors_daily) for day, one in days])
    assert figures[0] == figures[1]
    assert sum(views for _day, views, _visitors in figures[0]) == 300


@pytest.mark.parametrize(
    ("zone", "moment", "day"),
    [
        (
            "Europe/Paris",
            datetime.datetime(2026, 3, 1, 23, 30, tzinfo=datetime.UTC),
            datetime.date(2026, 3, 2),
        ),
        (
            "Asia/Kolkata",
            datetime.datetime(2026, 3, 1, 18, 45, tzinfo=datetime.UTC),
            datetime.date(2026, 3, 2),
        ),
        (
            "Asia/Kolkata",
            datetime.datetime(2026, 3, 1, 18, 15, tzinfo=datetime.UTC),
            datetime.date(2026, 3, 1),
        ),
        (
            "America/Lima",
            datetime.datetime(2026, 3, 2, 4, 59, tzinfo=datetime.UTC),
            datetime.date(2026, 3, 1),
        ),
    ],
)
def test_days_are_those_of_the_communitys_zone(
    here: Cast, zone: str, moment: datetime.datetime, day: datetime.date
) -> None:
    here.community.time_zone = zone
    here.community.save()
    here.community.__dict__.pop("zone", None)
    store(here, hit(here, moment))
    roll_up(here.community)
    with here.scope():
        assert AudienceDay.objects.get(dimension=Dimension.ALL).day == day


def test_days_of_23_and_25_hours_lose_nothing(here: Cast) -> None:
    """Paris, 29 March 2026 has 23 hours, 25 October 25."""
    for day in (datetime.date(2026, 3, 29), datetime.date(2026, 10, 25)):
        start = datetime.datetime.combine(day, datetime.time.min, here.community.zone).astimezone(
            datetime.UTC
        )
        end = datetime.datetime.combine(day + DAY, datetime.time.min, here.community.zone)
        hours = round((end - start).total_seconds() / 3600)
        store(
            here,
            *(
                hit(here, start + datetime.timedelta(hours=number, minutes=59), number + 1)
                for number in range(hours)
            ),
        )
        roll_up(here.community)
        with here.scope():
            assert audience(day, day).page_views == hours == (23 if day.month == 3 else 25)


def test_an_hour_may_touch_two_days_where_the_zone_is_off_by_half_an_hour(here: Cast) -> None:
    here.community.time_zone = "Asia/Kolkata"
    hour = datetime.datetime(2026, 3, 1, 18, tzinfo=datetime.UTC)
    here.community.__dict__.pop("zone", None)
    assert days_of(here.community, [hour]) == {datetime.date(2026, 3, 1), datetime.date(2026, 3, 2)}


def test_a_difference_is_found_and_repaired(here: Cast, caplog: pytest.LogCaptureFixture) -> None:
    yesterday = timezone.now().replace(hour=12) - DAY
    store(here, hit(here, yesterday))
    roll_up(here.community)
    tasks.check_rollups()
    assert "did not add up" not in caplog.text
    with here.scope():
        AudienceHour.objects.all().delete()
    assert tasks.check_rollups() == 1
    assert "did not add up" in caplog.text
    tasks.roll_up_audience()
    with here.scope():
        assert AudienceHour.objects.get().events == 1
        AudienceDay.objects.filter(dimension=Dimension.ALL).update(visits=7)
    assert tasks.check_rollups() == 1
    with here.scope():
        assert AudienceDay.objects.get(dimension=Dimension.ALL).visits == 1


def test_one_channel_for_a_visit_whatever_its_later_pages_say(here: Cast) -> None:
    store(
        here,
        hit(here, NOON, referrer="https://www.google.com/"),
        hit(here, NOON + datetime.timedelta(minutes=5), query="utm_source=fb&utm_campaign=c"),
    )
    with here.scope():
        assert set(Event.objects.values_list("channel", "source")) == {(Channel.ORGANIC_SEARCH, "Google")}


def test_forms_sent_in_haste_set_a_visit_apart(here: Cast) -> None:
    second = datetime.timedelta(seconds=1)
    robot = [
        hit(here, NOON),
        hit(here, NOON + second),
        hit(here, NOON + 10 * second),
        hit(here, NOON + 11 * second),
    ]
    robot[1], robot[3] = robot[1]._replace(kind=Kind.ACT), robot[3]._replace(kind=Kind.ACT)
    person = [one._replace(visitor=2, uid=f"{n:032x}") for n, one in enumerate(robot)]
    person[3] = person[3]._replace(at=person[3].at + 60)
    store(here, *robot, *person)
    roll_up(here.community)
    with here.scope():
        assert audience(NOON.date(), NOON.date()).visits == 1
        apart = AudienceDay.objects.get(dimension=Dimension.ROBOTS)
        assert (apart.key, apart.visits, apart.page_views) == ("haste", 1, 2)

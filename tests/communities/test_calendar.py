"""Days and months as a community's clocks show them."""

from __future__ import annotations

import calendar
import datetime
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from communities.calendar import Month, day_of, moment_at, moments, time_zones, today
from communities.dates import MomentField
from communities.models import Community
from tests.conftest import Cast

ZONES = ["UTC", "Europe/Paris", "America/St_Johns", "Asia/Kathmandu", "Pacific/Apia", "Pacific/Kiritimati"]
DAYS = st.dates(datetime.date(2000, 1, 1), datetime.date(2099, 12, 31))


@dataclass(frozen=True)
class Place:
    name: str

    @property
    def zone(self) -> datetime.tzinfo:
        return ZoneInfo(self.name)


PLACES = st.sampled_from(ZONES).map(Place)


@given(day=DAYS, place=PLACES)
def test_a_day_is_what_lies_between_its_moments(day: datetime.date, place: Place) -> None:
    start, end = moments(day, day, place)
    a_second = datetime.timedelta(seconds=1)
    # Apia left out 30 December 2011 altogether.
    if start.astimezone(datetime.UTC) == end.astimezone(datetime.UTC):
        assert (place.name, day) == ("Pacific/Apia", datetime.date(2011, 12, 30))
        return
    assert day_of(start.astimezone(datetime.UTC), place) == day
    assert day_of(end.astimezone(datetime.UTC) - a_second, place) == day
    assert day_of(end.astimezone(datetime.UTC), place) != day


@given(first=DAYS, length=st.integers(0, 400), place=PLACES)
def test_spans_of_days_meet_without_a_gap(first: datetime.date, length: int, place: Place) -> None:
    last = first + datetime.timedelta(days=length)
    assert moments(first, last, place) == (moments(first, first, place)[0], moments(last, last, place)[1])
    assert moments(first, last, place)[1] == moments(last + datetime.timedelta(days=1), last, place)[0]


@pytest.mark.parametrize(("day", "hours"), [((2026, 3, 29), 23), ((2026, 10, 25), 25), ((2026, 11, 28), 24)])
def test_days_last_as_long_as_the_clocks_say(day: tuple[int, int, int], hours: int) -> None:
    start, end = (
        m.astimezone(datetime.UTC)
        for m in moments(datetime.date(*day), datetime.date(*day), Place("Europe/Paris"))
    )
    assert end - start == datetime.timedelta(hours=hours)


def test_today_and_an_hour_are_the_place_s_own() -> None:
    east, west = Place("Pacific/Kiritimati"), Place("America/St_Johns")
    assert today(east) - today(west) in (datetime.timedelta(0), datetime.timedelta(days=1))
    at = moment_at(datetime.date(2026, 7, 1), datetime.time(9, 30), Place("Europe/Paris"))
    assert at.astimezone(datetime.UTC).isoformat() == "2026-07-01T07:30:00+00:00"


@given(day=DAYS, steps=st.integers(-500, 500))
def test_months_are_those_of_the_calendar(day: datetime.date, steps: int) -> None:
    month = Month.of(day)
    assert month.first <= day <= month.last
    assert month.last.day == calendar.monthrange(day.year, day.month)[1]
    assert month.next.before == month
    assert month.later(steps).later(-steps) == month
    assert (month.later(steps) > month) == (steps > 0)
    assert Month.read(str(month)) == month
    assert list(month.up_to(month.later(3).first)) == [month.later(n) for n in range(4)]
    assert list(month.next.up_to(day)) == []


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-13", "2026-00", "1999-12", "2101-01", "2026-1", "2026-01-01", "٢٠٢٦-٠١", "x"]
)
def test_what_is_no_month_is_none(text: str) -> None:
    assert Month.read(text) is None


@pytest.mark.parametrize(
    ("typed", "means"),
    [
        # The clocks of Paris show 2:30 twice on that night: first by those of summer.
        ("2026-10-25T02:30", "2026-10-25T00:30:00+00:00"),
        # They never show 2:30 on this one: it keeps the offset from before.
        ("2026-03-29T02:30", "2026-03-29T01:30:00+00:00"),
        ("2026-06-01T12:00", "2026-06-01T10:00:00+00:00"),
    ],
)
def test_an_hour_that_is_typed_is_read_as_everywhere_else(typed: str, means: str) -> None:
    paris = Place("Europe/Paris")
    with timezone.override(paris.zone):
        read = MomentField().clean(typed)
    assert read is not None
    assert read.astimezone(datetime.UTC).isoformat() == means
    naive = datetime.datetime.fromisoformat(typed)
    assert read == moment_at(naive.date(), naive.time(), paris)


@pytest.mark.parametrize("typed", ["tomorrow", "2026-13-01T10:00", "2026-10-25T25:00"])
def test_what_is_no_hour_is_refused(typed: str) -> None:
    with timezone.override(ZoneInfo("Europe/Paris")), pytest.raises(ValidationError) as refusal:
        MomentField().clean(typed)
    assert refusal.value.code == "invalid"


@pytest.mark.django_db
def test_the_database_knows_each_zone_that_can_be_chosen(here: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select name from pg_timezone_names")
        known = {name for (name,) in cursor.fetchall()}
    assert set(time_zones()) - known == set()
    with pytest.raises(DatabaseError, match="not recognized"):
        Community.objects.filter(pk=here.community.pk).update(time_zone="localtime")

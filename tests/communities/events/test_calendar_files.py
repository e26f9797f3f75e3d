"""Files of calendars, read by libraries that did not write them."""

from __future__ import annotations

import datetime

import icalendar
import pytest
import recurring_ical_events
from django.test import Client
from django.utils import timezone

from communities.content.models import Space, State
from communities.content.services.judging import withdraw_post
from communities.events import feeds, services
from communities.events.models import Event
from communities.events.series import Series
from communities.events.services import Facts, stored_facts
from communities.icalendar import zone_lines
from tests.communities.events.making import ONLINE, come, fresh, make_calendar, make_event
from tests.communities.events.test_series import PARIS, WEEK, dates, weekly
from tests.conftest import Cast

DAY = datetime.timedelta(days=1)


@pytest.fixture
def calendar(here: Cast) -> Space:
    with here.scope():
        return make_calendar()


def read(address: str, client: Client | None = None) -> icalendar.Calendar:
    answer = (client or Client()).get(address)
    assert answer.status_code == 200
    found = icalendar.Calendar.from_ical(answer.content)
    assert isinstance(found, icalendar.Calendar)
    assert not found.errors
    for one in found.walk("VEVENT"):
        assert not one.errors
    return found


def occurrences(found: icalendar.Calendar, days: int) -> list[tuple[datetime.datetime, str, str]]:
    """What a client shows from now on for so many days."""
    now = timezone.now()
    there = recurring_ical_events.of(found).between(now, now + days * DAY)
    rows = [(one["DTSTART"].dt, str(one["SUMMARY"]), str(one["STATUS"])) for one in there]
    return sorted((starts.astimezone(PARIS), title, state) for starts, title, state in rows)


def test_one_event_and_ones_own(here: Cast, calendar: Space) -> None:
    with here.scope():
        event = make_event(here, calendar, title="Löcher, Lücken; und so\\n", online_url=ONLINE)
        come(event, here.ambassador)
        key = feeds.token_of(feeds.make_calendar(by=here.ambassador))
    for address in (f"e/{event.thread.slug}.ics", "calendar.ics", f"mine/{key}.ics"):
        (one,) = read(here.url(f"/events/{address}")).walk("VEVENT")
        assert str(one["SUMMARY"]) == event.thread.title
        assert one["DTSTART"].dt == event.starts_at
        assert one["DTEND"].dt == event.ends_at
        assert (ONLINE in str(one["DESCRIPTION"])) is address.startswith("mine/")


def test_a_series_is_read_as_it_takes_place(here: Cast, calendar: Space) -> None:
    weekly(here, calendar)
    with here.scope():
        made = dates()
        usual = [one.starts_at.astimezone(PARIS) for one in made]
        # One is moved by itself, one cancelled, one out of sight.
        friday = {"starts_at": made[1].starts_at + DAY, "ends_at": made[1].ends_at + DAY}
        moved = Facts(**{**stored_facts(made[1]), **friday})
        services.change_event(made[1].thread, by=here.moderator, title="On Friday", tags=None, facts=moved)
        services.cancel_event(made[2].thread, by=here.moderator)
        withdraw_post(made[3].thread.opening(), to=State.HIDDEN, by=None)
    found = read(here.url("/events/calendar.ics"))
    # 57 dates, from a first one that is up to ten days ahead.
    whole = occurrences(found, 56 * 7 + 11)
    # By the hour of the place, whether clocks have changed or not; beyond what is announced, too.
    expected = [(usual[0] + n * WEEK, "Open workshop", "CONFIRMED") for n in range(57)]
    expected[1] = (usual[1] + DAY, "On Friday", "CONFIRMED")
    expected[2] = (usual[2], "Open workshop", "CANCELLED")
    del expected[3]
    assert [one for one in whole if one[0] <= usual[0] + 56 * WEEK] == expected
    assert {starts.hour for starts, _title, _state in whole} == {18}
    (zone,) = found.walk("VTIMEZONE")
    clock = zone.to_tz()
    for day in range(0, 700, 7):
        there = datetime.datetime(2026, 1, 1, 12) + day * DAY
        assert there.replace(tzinfo=clock).utcoffset() == there.replace(tzinfo=PARIS).utcoffset(), there


def test_a_series_that_was_divided_is_read_without_a_date_too_many(here: Cast, calendar: Space) -> None:
    weekly(here, calendar)
    with here.scope():
        made = dates()
        at_seven = made[2].starts_at.astimezone(PARIS).replace(hour=19)
        client = here.sign_in(here.moderator)
    edit = here.url(f"/events/e/{made[2].thread.slug}/edit/")
    form = {
        "title": "Open workshop", "starts_at": f"{at_seven:%d/%m/%Y %H:%M}", "zone": "Europe/Paris",
        "ends_at": f"{at_seven.replace(hour=21):%d/%m/%Y %H:%M}", "place": "The loft", "scope": "following",
    }  # fmt: skip
    assert client.post(edit, form).status_code == 302
    whole = occurrences(read(here.url("/events/calendar.ics")), 70)
    assert [starts.hour for starts, _title, _state in whole][:4] == [18, 18, 19, 19]
    days = [starts.date() for starts, _title, _state in whole]
    assert days == [days[0] + n * WEEK for n in range(len(days))]
    assert (
        client.post(here.url(f"/events/e/{made[4].thread.slug}/cancel/"), {"scope": "following"}).status_code
        == 302
    )
    left = [one for one in occurrences(read(here.url("/events/calendar.ics")), 400) if one[2] == "CONFIRMED"]
    assert [starts.date() for starts, _title, _state in left] == days[:4]
    with here.scope():
        assert Event.objects.filter(cancelled_at__isnull=False).count() == len(made) - 4
        assert fresh(made[4]).series_id == Series.objects.order_by("pk").last().pk


@pytest.mark.parametrize(
    "zone", ["America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Tokyo"]
)
def test_what_clocks_do_is_read_as_it_was_meant(zone: str) -> None:
    from zoneinfo import ZoneInfo

    text = "\r\n".join(
        ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", *zone_lines(zone, 2025, 2028), "END:VCALENDAR"]
    )
    (found,) = icalendar.Calendar.from_ical(text).walk("VTIMEZONE")
    clock = found.to_tz()
    for hour in range(0, 3 * 365 * 24, 61):
        there = datetime.datetime(2025, 1, 2) + hour * datetime.timedelta(hours=1)
        assert there.replace(tzinfo=clock).utcoffset() == there.replace(tzinfo=ZoneInfo(zone)).utcoffset(), (
            there
        )


def test_what_is_said_of_every_date_leads_to_no_other_one(here: Cast, calendar: Space) -> None:
    """An entry with a rule has one address for all its dates: that of the calendar, where each has its page."""
    weekly(here, calendar)
    with here.scope():
        made = dates()
        services.cancel_event(made[2].thread, by=here.moderator)
        pages = {one.slot: one.thread.get_absolute_url() for one in made}
    assert len(pages) > 3
    found = read(here.url("/events/calendar.ics"))
    now = timezone.now()
    seen = set()
    for one in recurring_ical_events.of(found).between(now, now + 70 * DAY):
        words, url = str(one["DESCRIPTION"]), str(one["URL"])
        named = {slot for slot, page in pages.items() if page in words or url.endswith(page)}
        assert named <= {one["DTSTART"].dt.astimezone(datetime.UTC)}, "the page of another date"
        seen |= named
        if not named:
            assert url.endswith(f"{here.prefix}/events/in/{calendar.slug}/")
            assert words == f"Each date has a page of its own: {url}"
    # The one that is otherwise is an entry by itself, and leads to its own.
    assert seen == {made[2].slot}
    assert Client().get(here.url(f"/events/in/{calendar.slug}/")).status_code == 200

"""Calendars of others: those that real programmes wrote, files that are broken, drafts that are made once."""

from __future__ import annotations

import csv
import datetime
import re
import sys
import time
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from communities.content.models import Space, State, Thread
from communities.content.services import delete_post
from communities.events import foreign
from communities.events.bringing import MOST_AT_ONCE, bring_in, packed, unpacked
from communities.events.exceptions import CalendarUnreadable
from communities.events.foreign import MOST_BYTES, Foreign, read_calendar
from communities.events.models import Event
from communities.events.queries import AHEAD
from communities.exceptions import NotAllowed
from tests.communities.events.making import make_calendar
from tests.communities.transfer.real_data import DATA
from tests.conftest import Cast

CALENDARS = DATA / "ical"
PARIS = ZoneInfo("Europe/Paris")
DAY = datetime.timedelta(days=1)
NOW = datetime.datetime(2026, 12, 1, 12, tzinfo=datetime.UTC)


def file_of(*events: str, before: str = "") -> bytes:
    parts = "".join(f"BEGIN:VEVENT\n{event}\nEND:VEVENT\n" for event in events)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\n{before}{parts}END:VCALENDAR\n".encode()


def read(*events: str, before: str = "", now: datetime.datetime = NOW) -> list[Foreign]:
    return read_calendar(file_of(*events, before=before), zone="Europe/Paris", now=now).events


def told(one: Foreign) -> tuple[str, str]:
    return tuple(f"{at.astimezone(PARIS):%Y-%m-%d %H:%M}" for at in (one.starts_at, one.ends_at))  # type: ignore[return-value]


def test_hours_by_their_clocks() -> None:
    hour = "SUMMARY:A\nUID:1\nDTSTART{}\nDTEND{}"
    (one,) = read(hour.format(":20270110T180000", ":20270110T200000"))
    assert (told(one), one.zone) == (("2027-01-10 18:00", "2027-01-10 20:00"), "Europe/Paris")
    zoned = ";TZID={}:20270110T180000"
    for name, known, shown in (
        ("America/New_York", "America/New_York", "2027-01-11 00:00"),
        ("Eastern Standard Time", "America/New_York", "2027-01-11 00:00"),
        ("W. Europe Standard Time", "Europe/Berlin", "2027-01-10 18:00"),
        ("Somewhere/Else", "Europe/Paris", "2027-01-10 18:00"),
    ):
        (one,) = read(f"UID:1\nSUMMARY:A\nDTSTART{zoned.format(name)}\nDURATION:PT1H")
        assert (told(one)[0], one.zone) == (shown, known)
        assert one.is_guessed is (name == "Somewhere/Else")
    floating = hour.format(":20270110T180000", ":20270110T200000")
    for name, shown, is_guessed in (
        ("America/New_York", "2027-01-11 00:00", False),
        ("Eastern Standard Time", "2027-01-11 00:00", False),
        ("Nowhere", "2027-01-10 18:00", True),
    ):
        (one,) = read(floating, before=f"X-WR-TIMEZONE:{name}\n")
        assert (told(one)[0], one.is_guessed) == (shown, is_guessed)
    (utc,) = read(hour.format(":20270110T180000Z", ":20270110T183000Z"))
    assert (told(utc), utc.zone) == (("2027-01-10 19:00", "2027-01-10 19:30"), "Europe/Paris")
    (day,) = read("UID:1\nSUMMARY:A\nDTSTART;VALUE=DATE:20270110\nDTEND;VALUE=DATE:20270112")
    assert told(day) == ("2027-01-10 00:00", "2027-01-11 23:59")
    (moment,) = read("UID:1\nSUMMARY:A\nDTSTART:20270110T180000")
    assert told(moment) == ("2027-01-10 18:00", "2027-01-10 19:00")


# A name that nobody knows, explained by the file; the next file does not know of it.
OWN_ZONE = (
    "BEGIN:VTIMEZONE\nTZID:Ship\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0500\nTZOFFSETTO:+0500\n"
    "END:STANDARD\nEND:VTIMEZONE\n"
)


def test_a_zone_that_a_file_explains_is_not_for_the_next() -> None:
    entry = "UID:1\nSUMMARY:A\nDTSTART;TZID=Ship:20270110T180000"
    (explained,) = read(entry, before=OWN_ZONE)
    assert (told(explained)[0], explained.is_guessed) == ("2027-01-10 14:00", False)
    (guessed,) = read(entry)
    assert (told(guessed)[0], guessed.is_guessed) == ("2027-01-10 18:00", True)


def test_what_repeats_moves_and_is_called_off() -> None:
    """By hand: five Tuesdays, the second left out, the third moved by a day, the fourth cancelled."""
    series = "UID:s\nSUMMARY:A\nDTSTART;TZID=Europe/Paris:20270316T180000\nDURATION:PT2H"
    rows = read(
        f"{series}\nRRULE:FREQ=WEEKLY;COUNT=5\nEXDATE;TZID=Europe/Paris:20270323T180000",
        "UID:s\nSUMMARY:B\nRECURRENCE-ID;TZID=Europe/Paris:20270330T180000\n"
        "DTSTART;TZID=Europe/Paris:20270331T190000\nDURATION:PT1H",
        "UID:s\nSUMMARY:A\nSTATUS:CANCELLED\nRECURRENCE-ID;TZID=Europe/Paris:20270406T180000\n"
        "DTSTART;TZID=Europe/Paris:20270406T180000\nDURATION:PT2H",
    )
    assert [(told(one)[0], one.title, one.is_cancelled) for one in rows] == [
        ("2027-03-16 18:00", "A", False),
        ("2027-03-31 19:00", "B", False),
        ("2027-04-06 18:00", "A", True),
        ("2027-04-13 18:00", "A", False),
    ]
    plain = read(f"{series}\nRRULE:FREQ=WEEKLY;COUNT=5")
    assert {one.key for one in rows} <= {one.key for one in plain}, "a date that moved is known again"
    (alone,) = read(series)
    (moved,) = read(series.replace("20270316T18", "20270317T09"))
    assert alone.key == moved.key
    over = read(series, now=datetime.datetime(2027, 3, 16, 19, 0, tzinfo=datetime.UTC))
    assert over == []
    assert read(series, now=NOW - AHEAD) == [], "further ahead than a year"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "There is no event in this file."),
        (b"\x89PNG\0\0", "This is not a calendar file"),
        (b"Name;Hour\nA;B\n", "Line 1 is not part of a calendar"),
        (file_of(), "There is no event in this file."),
        (file_of("UID:1\nDTSTART;TZID=Europe:20270110T180000"), "This is not a calendar file"),
        (
            b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nEND:VCALENDAR",
            "Line 4 ends VCALENDAR, but VEVENT of line 2",
        ),
        (b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\n", "The file ends within VEVENT of line 2."),
    ],
)
def test_a_file_that_cannot_be_read_says_in_which_line(data: bytes, said: str) -> None:
    with pytest.raises(CalendarUnreadable) as refusal:
        read_calendar(data, zone="Europe/Paris", now=NOW)
    assert said in str(refusal.value)


def test_an_entry_that_cannot_be_read_is_named_and_the_others_are_there() -> None:
    good = "UID:g\nSUMMARY:Good\nDTSTART:20270110T180000"
    bad = {
        "UID:1\nDTSTART:nonsense": "The entry in line 8 cannot be read",
        "UID:1\nSUMMARY:A": "The entry in line 8 cannot be read",
        "UID:1\nDTSTART:20270110T180000\nRRULE:FREQ=NEVER": "The entry in line 8 cannot be read",
        "UID:1\nDTSTART:20270110T180000\nRRULE:FREQ=SECONDLY": "The entry in line 8 repeats too often",
        "UID:1\nDTSTART:20270110T180000\nRRULE:FREQ=DAILY;BYHOUR=1,2,3,4,5;BYMINUTE=1,2,3,4,5": "too often",
        "UID:1\nDTSTART:00010101T180000\nRRULE:FREQ=DAILY": "or since too long ago",
        "UID:1\nDTSTART:20270110T180000\nRRULE:FREQ=YEARLY;INTERVAL=0": "repeats too often",
        "UID:1\nDTSTART:20270110T180000\nRECURRENCE-ID;RANGE=THISANDFUTURE:19010101T000000": "too long ago",
        "UID:1\nDTSTART:20270110T180000\nno colon": "Line 11 cannot be read",
        # Were its signs read in more than one way, this line would be tried for longer than there is.
        "UID:1\nDTSTART:20270110T180000\nX;" + '"' * 301: "Line 11 cannot be read",
    }
    for entry, said in bad.items():
        found = read_calendar(file_of(good, entry), zone="Europe/Paris", now=NOW)
        assert found.events[0].title == "Good"
        assert len(found.problems) == 1
        assert said in found.problems[0]


A_CHANGE = (
    "BEGIN:STANDARD\nDTSTART:16010101T000000\nTZOFFSETFROM:+0500\nTZOFFSETTO:+0500\n"
    "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH={}\nEND:STANDARD\n"
)
MANY_CHANGES = (
    f"BEGIN:VTIMEZONE\nTZID:Ship\n{''.join(A_CHANGE.format(n % 12 + 1) for n in range(3000))}END:VTIMEZONE\n"
)


# The thirtieth of February is looked for in each year until 9999, by each of them.
NEVER = "".join(f"\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT={n}" for n in range(1, 300))


@pytest.mark.parametrize(
    ("entry", "before"),
    [
        (f"UID:1\nSUMMARY:A\nDTSTART:20000101T180000{NEVER}", ""),
        (
            "UID:1\nSUMMARY:A\nDTSTART:17800101T180000\n"
            f"RRULE:FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS={','.join(['-1'] * 100_000)}",
            "",
        ),
        ("UID:1\nSUMMARY:A\nDTSTART;TZID=Ship:20270110T180000\nRRULE:FREQ=DAILY", MANY_CHANGES),
    ],
    ids=["never", "positions", "zone"],
)
def test_what_can_be_made_to_last_is_broken_off_in_its_midst(
    entry: str, before: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(foreign, "PATIENCE", 0.3)
    began = time.thread_time()
    with pytest.raises(CalendarUnreadable, match="takes too long to read"):
        read(entry, before=before)
    # Seconds of computing; left to itself none of them would be done by then.
    assert time.thread_time() - began < 10
    assert sys.getprofile() is None
    assert read("UID:2\nSUMMARY:B\nDTSTART:20270110T180000"), "the next file is read as ever"


@pytest.mark.parametrize("rule", ["FREQ=SECONDLY", "FREQ=YEARLY;INTERVAL=0", "FREQ=YEARLY;BYHOUR=1,2,3"])
def test_no_zone_changes_its_clocks_all_the_time(rule: str) -> None:
    wild = OWN_ZONE.replace("END:STANDARD", f"RRULE:{rule}\nEND:STANDARD")
    with pytest.raises(CalendarUnreadable, match="Line 9 is not a time zone rule"):
        read("UID:1\nSUMMARY:A\nDTSTART;TZID=Ship:20270110T180000", before=wild)


def test_of_an_entry_that_repeats_all_day_the_next_times_are_offered() -> None:
    hourly = ",".join(map(str, range(24)))
    found = read_calendar(
        file_of(
            f"UID:1\nSUMMARY:A\nDTSTART:20261101T000000\nDURATION:PT1H\nRRULE:FREQ=DAILY;UNTIL=20261220T000000;BYHOUR={hourly}"
        ),
        zone="Europe/Paris",
        now=NOW,
    )
    assert (len(found.events), found.is_cut) == (foreign.MOST_OFFERED, True)
    assert told(found.events[0]) == ("2026-12-01 13:00", "2026-12-01 14:00")


@pytest.mark.skipif(not CALENDARS.is_dir(), reason="the calendars of real programmes are not on this machine")
def test_calendars_of_real_programmes_give_their_occurrences() -> None:
    """As others have counted them; a window of a day, or of more, from which a year is read here."""
    with (CALENDARS / "expected.tsv").open() as table:
        rows = [one for one in csv.DictReader(table, delimiter="\t") if one["file"].endswith(".ics")]
    checked = 0
    for row in rows:
        # Not those whose whole series is counted at once, and what is said of no occurrence.
        if not (row["from"] and row["count"]):
            continue
        start, end = _window(row["from"], row["to"], _zone_of(row["file"]))
        read_from = start - datetime.timedelta(days=40)
        found = read_calendar(
            (CALENDARS / row["file"]).read_bytes(), zone=_zone_of(row["file"]), now=read_from
        ).events
        there = [one for one in found if one.starts_at < end and one.ends_at > start]
        assert len(there) == int(row["count"]), row
        for day in filter(None, row["starts"].split(",")):
            local = [one.starts_at.astimezone(ZoneInfo(one.zone)) for one in there]
            assert any(f"{at:%Y-%m-%dT%H}".startswith(day) for at in local), row
        checked += 1
    assert checked > 40


def _zone_of(file: str) -> str:
    """Where those who counted sat: what has no clocks is by theirs."""
    if "issue_59" in file:
        return "America/New_York"
    return "UTC" if "issue_75" in file else "Europe/Berlin"


def _window(since: str, until: str, zone: str) -> tuple[datetime.datetime, datetime.datetime]:
    start = datetime.datetime.fromisoformat(since.replace("Z", "+00:00"))
    start = start if start.tzinfo else start.replace(tzinfo=ZoneInfo(zone))
    if until == "+1 day":
        return start, start + DAY
    if until == "that instant":
        return start, start + datetime.timedelta(seconds=1)
    end = datetime.datetime.fromisoformat(until.replace("Z", "+00:00"))
    return start, end if end.tzinfo else end.replace(tzinfo=ZoneInfo(zone))


@pytest.fixture
def calendar(here: Cast) -> Space:
    with here.scope():
        return make_calendar()


def ahead(days: int, hour: int = 18) -> str:
    return f"{timezone.now() + datetime.timedelta(days=days):%Y%m%d}T{hour:02}0000Z"


def sent(client: Client, at: str, data: bytes) -> str:
    return client.post(at, {"file": SimpleUploadedFile("calendar.ics", data)}).content.decode()


def test_chosen_once_as_drafts(here: Cast, calendar: Space) -> None:
    at, client = here.url("/events/in/gatherings/bring/"), here.sign_in(here.manager)
    assert "From another calendar" in client.get(here.url("/events/in/gatherings/")).content.decode()
    data = file_of(
        f"UID:a\nSUMMARY:Regatta <b>\nDTSTART:{ahead(5)}\nLOCATION:The quay\\, pier 2\nURL:https://quay.example.org/\n"
        "DESCRIPTION:Bring\\na <script>alert(1)</script>",
        f"UID:b\nSUMMARY:Quiet\nCLASS:PRIVATE\nDTSTART:{ahead(6)}\nLOCATION:https://meet.example.org/x\nDESCRIPTION:<br>",
        f"UID:c\nSUMMARY:Off\nSTATUS:CANCELLED\nDTSTART:{ahead(7)}",
        f"UID:d\nSUMMARY:Winter\nDTSTART;VALUE=DATE:{ahead(8)[:8]}\nDTEND;VALUE=DATE:{ahead(50)[:8]}",
    )
    page = sent(client, at, data)
    for words in ("Regatta &lt;b&gt;", "Cancelled there", "private there", "longer than 31 days"):
        assert words in page
    keys = re.findall(r'name="event" value="(\w+)"( checked)?', page)
    assert [bool(checked) for _key, checked in keys] == [True, False], "what is private there is not ticked"
    (file,) = re.findall(r'name="packed" value="([^"]+)"', page)
    answer = client.post(at, {"packed": file, "event": [key for key, _checked in keys]}, follow=True)
    assert "2 drafts were made." in answer.content.decode()
    with here.scope():
        drafts = list(Thread.objects.filter(kind="event").order_by("pk"))
        assert [(one.title, one.state, one.author_id) for one in drafts] == [
            ("Regatta <b>", State.DRAFT, here.manager.pk),
            ("Quiet", State.DRAFT, here.manager.pk),
        ]
        first, second = (Event.objects.get(pk=one.pk) for one in drafts)
        assert (first.place, second.place) == ("The quay, pier 2", "")
        assert second.online_url == "https://meet.example.org/x"
        assert "Quiet" in drafts[1].opening().body_html, "markup without words"
        body = drafts[0].opening().body_html
        assert "<script" not in body
        assert "https://quay.example.org/" in body
    again = client.post(at, {"packed": file, "event": [keys[0][0]]}, follow=True).content.decode()
    assert "Everything that you chose is here already." in again
    moved = sent(client, at, data.replace(ahead(5).encode(), ahead(5, 9).encode()))
    assert "here already, at other hours" in moved
    leads = f'/events/e/{drafts[0].slug}/"'
    assert leads in moved
    assert leads not in sent(here.sign_in(here.owner), at, data), (
        "the draft of somebody else opens for nobody"
    )
    with here.scope():
        delete_post(drafts[0].opening(), by=here.manager)
    thrown = sent(client, at, data)
    assert len(re.findall(r'name="event"', thrown)) == 1, "what was thrown away can come again"
    client.post(at, {"packed": file, "event": [keys[0][0]]})
    with here.scope():
        assert Event.objects.exclude(came_from="").count() == 2


def test_who_brings_them_in(here: Cast, elsewhere: Cast, calendar: Space) -> None:
    at = here.url("/events/in/gatherings/bring/")
    for person in (here.member, here.ambassador, here.marketing):
        client = here.sign_in(person)
        assert client.get(at).status_code == 403
        assert client.post(at, {"packed": "x", "event": "y"}).status_code == 403
        assert "From another calendar" not in client.get(here.url("/events/")).content.decode()
    assert "/sign-in/" in Client().get(at).headers["Location"]
    assert (
        elsewhere.sign_in(elsewhere.owner).get(elsewhere.url("/events/in/gatherings/bring/")).status_code
        == 404
    )
    with here.scope(), pytest.raises(NotAllowed):
        bring_in(calendar, by=here.member, community=here.community, chosen=[])


def test_a_file_travels_with_its_choice(here: Cast, calendar: Space) -> None:
    data = file_of(f"UID:a\nSUMMARY:A\nDTSTART:{ahead(3)}")
    assert unpacked(packed(data)) == data
    for wrong in ("", "?", "eJw=", packed(b"0" * (MOST_BYTES + 1))):
        with pytest.raises(CalendarUnreadable):
            unpacked(wrong)
    at, client = here.url("/events/in/gatherings/bring/"), here.sign_in(here.manager)
    lost = client.post(at, {"packed": "?", "event": "x"})
    assert (lost.status_code, "Choose the file again" in lost.content.decode()) == (422, True)
    none = client.post(at, {"packed": packed(data)})
    assert (none.status_code, "Choose at least one event." in none.content.decode()) == (422, True)
    assert "Choose a file first." in client.post(at).content.decode()
    large = sent(client, at, b"0" * (MOST_BYTES + 1))
    assert "Export fewer events at once." in large
    assert "Line 1 is not part of a calendar" in sent(client, at, b"hello")


def test_so_many_at_once(here: Cast, calendar: Space) -> None:
    events = [f"UID:{n}\nSUMMARY:No. {n}\nDTSTART:{ahead(3)}" for n in range(MOST_AT_ONCE + 1)]
    page = sent(here.sign_in(here.manager), here.url("/events/in/gatherings/bring/"), file_of(*events))
    assert page.count('name="event"') == MOST_AT_ONCE + 1
    assert page.count("checked") == MOST_AT_ONCE

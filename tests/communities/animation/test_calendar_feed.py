"""The calendar as iCalendar, and the address that opens it."""

from __future__ import annotations

import datetime
import re
import time

import pytest
from django.test import Client

from communities.animation.calendar.feed import make_feed, reader_of, token_of
from communities.animation.calendar.models import CalendarFeed, Entry
from communities.animation.calendar.services import Plan, move_entry, plan_text
from communities.calendar import DAY, moment_at, today
from communities.icalendar import escaped, folded
from communities.models import Membership
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
HALF_PAST = datetime.time(7, 30)


def address(here: Cast, who: Membership) -> str:
    with here.scope():
        return here.url(f"/manage/calendar/{token_of(make_feed(by=who))}.ics")


def unfolded(text: str) -> list[str]:
    """As RFC 5545 3.1 says: a line end and one space are taken out."""
    assert text.endswith("\r\n")
    return text.replace("\r\n ", "").split("\r\n")[:-1]


def events(text: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for line in unfolded(text):
        name, _sign, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found and name not in ("END", "BEGIN"):
            assert name not in found[-1], "once each"
            found[-1][name] = value
    return found


def plain(value: str) -> str:
    return re.sub(r"\\(.)", lambda sign: "\n" if sign[1] == "n" else sign[1], value)


def test_it_is_a_calendar_by_the_rules(here: Cast) -> None:
    here.community.time_zone = "Pacific/Auckland"
    here.community.save()
    day = today(here.community) + 3 * DAY
    title = "Löcher, Lücken; \\ und – " + "é" * 90
    with here.scope():
        plan_text(
            Plan(title, "topic", here.forum, "One\nTwo", day=day, hour=HALF_PAST),
            by=here.manager,
            community=here.community,
        )
        plan_text(Plan("Whole day", "topic", day=day), by=here.manager, community=here.community)
    answer = Client().get(address(here, here.manager))
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "private, no-store"
    text = answer.content.decode()
    assert "\n" not in text.replace("\r\n", "")
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    lines = unfolded(text)
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == "END:VCALENDAR"
    assert "VERSION:2.0" in lines
    assert sum(line == "BEGIN:VEVENT" for line in lines) == sum(line == "END:VEVENT" for line in lines)
    whole, timed = sorted(events(text), key=lambda event: "DTSTART" in event)
    assert plain(timed["SUMMARY"]) == title
    begins = moment_at(day, HALF_PAST, here.community).astimezone(datetime.UTC)
    assert timed["DTSTART"] == f"{begins:%Y%m%dT%H%M%SZ}"
    assert timed["DTEND"] > timed["DTSTART"]
    assert re.fullmatch(r"\d{8}T\d{6}Z", timed["DTSTAMP"])
    assert plain(timed["DESCRIPTION"]).endswith("One\nTwo")
    assert timed["URL"].startswith("http")
    assert whole["DTSTART;VALUE=DATE"] == f"{day:%Y%m%d}"
    assert whole["DTEND;VALUE=DATE"] == f"{day + DAY:%Y%m%d}"
    assert timed["UID"] != whole["UID"]


def test_a_card_keeps_its_name_when_it_is_moved(here: Cast) -> None:
    day = today(here.community) + DAY
    path = address(here, here.manager)
    with here.scope():
        plan_text(Plan("Moved", "topic", day=day), by=here.manager, community=here.community)
    [before] = events(Client().get(path).content.decode())
    with here.scope():
        move_entry(Entry.objects.get(), day + DAY, None, by=here.manager, community=here.community)
    [after] = events(Client().get(path).content.decode())
    assert before["UID"] == after["UID"]
    assert before["DTSTART;VALUE=DATE"] < after["DTSTART;VALUE=DATE"]


def test_folding_cuts_no_sign_and_escaping_no_line() -> None:
    line = "SUMMARY:" + "→é" * 60
    parts = list(folded(line))
    assert all(len(part.encode()) <= 75 for part in parts)
    assert parts[0] + "".join(part[1:] for part in parts[1:]) == line
    assert escaped("a,b;c\\d\r\ne\rf\x07") == "a\\,b\\;c\\\\d\\ne\\nf"


def test_the_address_is_made_renewed_and_revoked(
    here: Cast, elsewhere: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = here.sign_in(here.manager)
    page = here.url("/manage/calendar/feed/")
    assert ".ics" not in client.get(page).text
    client.post(page, {"act": "make"})
    shown = re.search(r"https?://[^<]+\.ics", client.get(page).text)
    assert shown is not None
    with here.scope():
        token = token_of(CalendarFeed.objects.get())
        with monkeypatch.context() as later:
            tomorrow = time.time() + 86_400
            later.setattr(time, "time", lambda: tomorrow)
            assert token_of(CalendarFeed.objects.get()) == token, "one address, whenever it is looked at"
    assert token in shown[0]
    path = here.url(f"/manage/calendar/{token}.ics")
    assert Client().get(path).status_code == 200
    assert Client().get(elsewhere.url(f"/manage/calendar/{token}.ics")).status_code == 404
    assert Client().get(here.url(f"/manage/calendar/{token[:-2]}xx.ics")).status_code == 404
    client.post(page, {"act": "make"})
    assert Client().get(path).status_code == 404, "a former address leads nowhere"
    with here.scope():
        renewed = token_of(CalendarFeed.objects.get())
    client.post(page, {"act": "revoke"})
    assert Client().get(here.url(f"/manage/calendar/{renewed}.ics")).status_code == 404
    assert here.sign_in(here.member).post(page, {"act": "make"}).status_code == 403


def test_whoever_leaves_the_team_reads_it_no_more(here: Cast) -> None:
    path = address(here, here.marketing)
    assert Client().get(path).status_code == 200
    with here.scope():
        Membership.objects.filter(pk=here.marketing.pk).update(role="member")
        assert reader_of(path.rsplit("/", 1)[1].removesuffix(".ics"), here.community) is None
    assert Client().get(path).status_code == 404

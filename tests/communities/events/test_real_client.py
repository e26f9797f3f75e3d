"""Our calendars in calendar programmes that others wrote, as Debian packages them."""

from __future__ import annotations

import datetime
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from communities.content.models import Space, State
from communities.content.services.judging import withdraw_post
from communities.events import feeds
from communities.events.models import Event
from communities.events.services import cancel_event, change_event
from tests.communities.events.making import HOUR, come, facts, fresh, make_calendar, make_event
from tests.communities.events.test_series import PARIS, dates, next_thursday, weekly
from tests.conftest import Cast
from tests.delivery.proxies import program

DAYS = 50
KHAL = """[calendars]
[[ours]]
path = {folder}/calendar
[locale]
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
local_timezone = Europe/Paris
default_timezone = Europe/Paris
[sqlite]
path = {folder}/khal.db
"""
HOURS = "%Y-%m-%d %H:%M"


@pytest.fixture
def calendar(here: Cast) -> Space:
    with here.scope():
        return make_calendar()


def said(*command: str, folder: Path) -> str:
    own = {"HOME": str(folder), "TZ": "Europe/Paris", "LC_ALL": "C.UTF-8", "LANG": "C.UTF-8"}
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=120, env={"PATH": os.environ["PATH"], **own}
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def shown_by_khal(file: bytes, folder: Path) -> list[str]:
    khal = program("khal")
    (folder / "calendar").mkdir(parents=True)
    (folder / "conf").write_text(KHAL.format(folder=folder))
    (folder / "ours.ics").write_bytes(file)
    config = ("-c", str(folder / "conf"))
    said(khal, *config, "import", "--batch", "-a", "ours", str(folder / "ours.ics"), folder=folder)
    line = "{start-date} {start-time} {end-date} {end-time} {title}"
    since = f"{timezone.now().astimezone(PARIS):%Y-%m-%d}"
    told = said(
        khal,
        *config,
        "list",
        "--notstarted",
        "--day-format",
        "",
        "--format",
        line,
        since,
        f"{DAYS}d",
        folder=folder,
    )
    return sorted(one for one in told.splitlines() if one.strip())


def shown_by_calcurse(file: bytes, folder: Path) -> list[str]:
    calcurse = program("calcurse")
    folder.mkdir(parents=True)
    (folder / "ours.ics").write_bytes(file)
    data = ("-D", str(folder), "-C", str(folder))
    said(calcurse, *data, "-i", str(folder / "ours.ics"), folder=folder)
    form = f"%(start:{HOURS}) %(end:{HOURS}) %m\n"
    since = timezone.now().astimezone(PARIS).date()
    window = ("--from", f"{since:%m/%d/%Y}", "--to", f"{since + datetime.timedelta(days=DAYS - 1):%m/%d/%Y}")
    forms = ("--format-apt", form, "--format-recur-apt", form)
    told = said(calcurse, *data, "-Q", *window, "--filter-type", "cal", *forms, folder=folder)
    return sorted(one.strip() for one in told.splitlines() if one[:2] == "20")


def expected(*events: Event) -> list[str]:
    """As a person would write it down, by the clocks of Paris."""
    end = timezone.now().astimezone(PARIS).date() + datetime.timedelta(days=DAYS)
    rows = [
        f"{one.starts_at.astimezone(PARIS):{HOURS}} {one.ends_at.astimezone(PARIS):{HOURS}} {one.thread.title}"
        for one in events
        if one.starts_at.astimezone(PARIS).date() < end
    ]
    return sorted(rows)


def feed(here: Cast, path: str) -> bytes:
    answer = Client().get(here.url(f"/events/{path}"))
    assert answer.status_code == 200
    return answer.content


def test_khal_shows_what_takes_place(here: Cast, calendar: Space, tmp_path: Path) -> None:
    """A series with a date that was moved by itself, and an event alone: of everybody, of one person, of one event."""
    program("khal")
    weekly(here, calendar)
    with here.scope():
        made = dates()
        moved = made[2]
        told = facts(starts=moved.starts_at - timezone.now() + 26 * HOUR, place=moved.place)
        change_event(moved.thread, by=here.owner, title=moved.thread.title, tags=None, facts=told)
        alone = by_day(here, calendar, "Löcher, Lücken; und so")
        come(alone, here.member)
        come(fresh(made[1]), here.member)
        key = feeds.token_of(feeds.make_calendar(by=here.member))
        announced, second = [fresh(one) for one in dates()], fresh(made[1])
    shown = shown_by_khal(feed(here, "calendar.ics"), tmp_path / "all")
    assert shown == expected(*announced)
    assert shown_by_khal(feed(here, f"mine/{key}.ics"), tmp_path / "own") == expected(second, alone)


def by_day(here: Cast, calendar: Space, title: str) -> Event:
    """At noon in Paris, so that it is shown on one day."""
    noon = next_thursday(12) + datetime.timedelta(days=1)
    return make_event(here, calendar, title=title, by=here.moderator, starts=noon - timezone.now())


@pytest.mark.parametrize("shown_by", [shown_by_khal, shown_by_calcurse])
def test_each_date_of_a_series_is_shown_once(
    here: Cast, calendar: Space, tmp_path: Path, shown_by: Callable[[bytes, Path], list[str]]
) -> None:
    """The first is moved, one is longer, one has another title, one is cancelled, one out of sight."""
    program(shown_by.__name__.removeprefix("shown_by_"))
    weekly(here, calendar)
    with here.scope():
        first, longer, titled, cancelled, hidden, *_others = dates()
        for one, title, hours, length in (
            (first, first.thread.title, 20, 2),
            (longer, longer.thread.title, 0, 3),
            (titled, "Eyes only", 0, 2),
        ):
            starts = one.starts_at + hours * HOUR
            told = facts(starts_at=starts, ends_at=starts + length * HOUR, place=one.place)
            change_event(one.thread, by=here.owner, title=title, tags=None, facts=told)
        cancel_event(cancelled.thread, by=here.owner)
        withdraw_post(hidden.thread.opening(), to=State.HIDDEN, by=None)
        announced = [fresh(one) for one in dates() if one.pk != hidden.pk]
    file = feed(here, "calendar.ics")
    assert shown_by(file, tmp_path / "all") == expected(*announced)
    assert file.count(b"BEGIN:VEVENT") == 1 + 4
    assert b"RECURRENCE-ID" not in file


def test_calcurse_shows_what_takes_place(here: Cast, calendar: Space, tmp_path: Path) -> None:
    program("calcurse")
    weekly(here, calendar)
    with here.scope():
        alone = by_day(here, calendar, "Loops and locks")
        come(alone, here.member)
        key = feeds.token_of(feeds.make_calendar(by=here.member))
        announced = [fresh(one) for one in dates()]
    own = shown_by_calcurse(feed(here, f"mine/{key}.ics"), tmp_path / "own")
    assert own == expected(alone)
    everybody = shown_by_calcurse(feed(here, "calendar.ics"), tmp_path / "all")
    assert everybody == expected(*announced)

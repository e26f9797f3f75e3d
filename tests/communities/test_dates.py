"""Days and hours are typed in the order of the language, whatever the browser’s; what is wrong is said."""

from __future__ import annotations

import datetime
import re

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from communities import dates
from communities.calendar import LAST_YEAR
from config.translations import PROJECT

LAST = datetime.date(2026, 12, 31)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(
    "typed",
    ["31/12/2026", "31.12.2026", "31-12-2026", "31 12 2026", "31122026", " 31/12/2026 ", "2026-12-31"],
)
def test_a_day_is_typed_in_many_ways(language: str, typed: str) -> None:
    with translation.override(language):
        assert dates.read_day(typed) == LAST
        assert dates.written_day(LAST) == "31/12/2026"


def test_another_order_is_followed_where_a_language_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dates, "get_format", lambda _name: ["%m/%d/%Y"])
    assert dates.written_day(LAST) == "12/31/2026"
    assert dates.read_day("12/31/2026") == dates.read_day("2026-12-31") == LAST
    monkeypatch.setattr(dates, "get_format", lambda _name: ["%Y/%m/%d"])
    assert dates.read_day("2026/12/31") == LAST
    with pytest.raises(ValidationError, match="Enter a date"):
        dates.read_day("20261231")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("soon", "Enter a date like this: 31/12/"),
        ("\x00", "Enter a date like this: 31/12/"),
        ("1" * 5000, "Enter a date like this: 31/12/"),
        ("00/10/2026", "Enter a date like this: 31/12/"),
        ("01/10/0000", "Enter a date like this: 31/12/"),
        ("12/31/2026", "There is no month 31."),
        ("30/02/2026", "February 2026 has 28 days."),
        ("31/12/26", "Write the year with four digits"),
    ],
)
def test_what_is_wrong_with_a_day_is_said(typed: str, said: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        dates.read_day(typed)
    assert said in refusal.value.messages[0]


@pytest.mark.parametrize(
    ("typed", "hour"),
    [
        *(("14:30", (14, 30)), ("14.30", (14, 30)), ("14h30", (14, 30)), ("14 h 30", (14, 30))),
        *(("1430", (14, 30)), ("14h", (14, 0)), ("9", (9, 0)), ("9:05", (9, 5)), ("14:30:00", (14, 30))),
        *(("2:30 pm", (14, 30)), ("12 AM", (0, 0)), ("12pm", (12, 0)), ("00:00", (0, 0))),
    ],
)
def test_an_hour_is_typed_in_many_ways(typed: str, hour: tuple[int, int]) -> None:
    assert dates.read_hour(typed) == datetime.time(*hour)


@pytest.mark.parametrize("typed", ["noon", "24:00", "14:60", "13 pm", "0 am", "-1", "1:2:3:4", "9" * 99])
def test_what_is_no_hour_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError, match="between 00:00 and 23:59"):
        dates.read_hour(typed)


@pytest.mark.parametrize(
    "typed",
    [
        *("31/12/2026 14:30", "31/12/2026, 14:30", "31/12/2026 at 2:30 pm", "31122026 1430", "311220261430"),
        *("2026-12-31T14:30", "2026-12-31 14:30", "31/12/2026 à 14 h 30"),
    ],
)
def test_a_moment_is_a_day_and_an_hour_of_the_place(typed: str) -> None:
    with timezone.override("Europe/Paris"):
        assert dates.read_moment(typed) == datetime.datetime(2026, 12, 31, 13, 30, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("31/12/2026", "Add the time after the date"),
        ("31/02/2026", "February 2026 has 28 days."),
        ("31/12/2026 25:00", "between 00:00 and 23:59"),
        ("tomorrow", "Enter a date like this"),
        ("31/12/9999 23:59", f"before the year {LAST_YEAR + 1}"),
    ],
)
def test_what_is_wrong_with_a_moment_is_said(typed: str, said: str) -> None:
    with timezone.override("Europe/Paris"), pytest.raises(ValidationError) as refusal:
        dates.read_moment(typed)
    assert said in refusal.value.messages[0]


class Asked(forms.Form):
    day = dates.DayField(label="Day", help_text="Any.")
    hour = dates.HourField(label="Hour", required=False)
    at = dates.MomentField(label="At", required=False)


def test_the_boxes_show_the_order_and_say_the_time_zone() -> None:
    at = datetime.datetime(2026, 12, 31, 13, 30, 59, tzinfo=datetime.UTC)
    with timezone.override("Europe/Paris"):
        page = Asked(initial={"day": LAST, "hour": datetime.time(9, 5), "at": at}).as_div()
    for value in ("31/12/2026", "09:05", "31/12/2026 14:30"):
        assert f'value="{value}"' in page
    assert page.count("Time zone: Europe/Paris") == 2
    assert 'aria-describedby="id_day_helptext id_day_format"' in page
    for described in re.findall(r'aria-describedby="([^"]+)"', page):
        assert all(f'id="{one}"' in page for one in described.split())


def test_what_was_typed_stays_and_what_computers_write_is_shown_as_people_do() -> None:
    wrong = Asked({"day": "31/31/2026", "hour": "noon", "at": "31/12/2026"})
    assert set(wrong.errors) == {"day", "hour", "at"}
    page = wrong.as_div()
    for value in ("31/31/2026", "noon", "31/12/2026"):
        assert f'value="{value}"' in page
    asked = Asked({"day": "2026-12-31", "at": "2026-12-31T14:30"})
    assert asked.is_valid(), asked.errors
    assert 'value="31/12/2026"' in asked.as_div()
    assert 'value="31/12/2026 14:30"' in asked.as_div()
    assert 'value="2026-02-31"' in Asked({"day": "2026-02-31"}).as_div()
    assert set(Asked({"day": "  ", "at": " "}).errors) == {"day"}


def test_nothing_asks_in_the_order_of_the_browser() -> None:
    """Every date that is typed goes through the fields of communities/dates.py."""
    native = re.compile(r"""type["']?\s*[=:]\s*["'](?:date|time|datetime-local|month|week)["']""")
    plain = re.compile(r"forms\.(?:Date|DateTime|Time|SplitDateTime)(?:Field|Input)\(")
    found = [
        str(file.relative_to(PROJECT))
        for root in ("communities", "analytics", "moderation", "members", "templates")
        for kind, wanted in (("*.py", plain), ("*.py", native), ("*.html", native))
        for file in (PROJECT / root).rglob(kind)
        if wanted.search(file.read_text(encoding="utf-8"))
    ]
    assert not found

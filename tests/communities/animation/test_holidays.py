"""Public holidays in the calendar: which, in what words, for whom, and at what price."""

from __future__ import annotations

import datetime
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from django.utils.translation import override

from communities.animation.calendar.holidays import (
    MOST,
    SETTING,
    chosen,
    countries,
    country_name,
    holidays_between,
    holidays_on,
)
from communities.memory import forget_all
from communities.models import Community
from tests.conftest import Cast

CHRISTMAS = datetime.date(2027, 12, 25)


def choose(here: Cast, *codes: str) -> None:
    """As its settings keep them."""
    row = Community.objects.get(pk=here.community.pk)
    row.settings = {**row.settings, SETTING: list(codes)}
    row.save(update_fields=["settings"])
    forget_all()


def read(here: Cast, who: str, day: datetime.date, view: str, language: str = "en") -> str:
    client = here.sign_in(getattr(here, who))
    path = here.url(f"/manage/calendar/?view={view}&day={day.isoformat()}")
    text: str = client.get(path, headers={"accept-language": language}).text
    return text


@pytest.mark.parametrize("code", [code for code, _name in countries()])
def test_every_country_that_can_be_chosen_has_holidays_and_two_names(code: str) -> None:
    found = holidays_between([code], datetime.date(2027, 1, 1), datetime.date(2027, 12, 31))
    assert len(found) >= 3
    assert all(one.name.strip() and "'" not in one.name for names in found.values() for one in names)
    with override("fr"):
        assert country_name(code) not in ("", code)


def test_names_are_in_the_reader_s_language_or_in_one_of_the_country() -> None:
    with override("fr"):
        assert [one.name for one in holidays_on(["FR"], CHRISTMAS)] == ["Noël"]
        [german] = holidays_on(["DE"], CHRISTMAS)
    assert (german.name, german.language) == ("Erster Weihnachtstag", "de")
    with override("en"):
        [french] = holidays_on(["FR"], CHRISTMAS)
    assert (french.name, french.language) == ("Christmas Day", "")


def test_countries_that_call_a_day_alike_share_a_line() -> None:
    with override("fr"):
        lines = holidays_on(["BE", "FR", "DE"], CHRISTMAS)
        said = [(one.name, one.places) for one in lines]
    assert said == [("Noël", "Belgique, France"), ("Erster Weihnachtstag", "Allemagne")]


def test_a_span_of_two_years_has_the_days_of_both() -> None:
    found = holidays_between(["FR"], datetime.date(2027, 12, 20), datetime.date(2028, 1, 5))
    assert sorted(found) == [CHRISTMAS, datetime.date(2028, 1, 1)]


def test_countries_are_listed_as_people_look_for_theirs() -> None:
    with override("fr"):
        names = [name for _code, name in countries()]
    assert (
        names.index("Égypte") < names.index("Espagne") < names.index("États-Unis") < names.index("Finlande")
    )


@pytest.mark.parametrize("kept", [None, "FR", ["FR", "XX", 7], ["FR"] * (MOST + 5)])
def test_what_is_kept_wrongly_breaks_no_page(kept: Any) -> None:
    codes = chosen(Community(settings={SETTING: kept}))
    assert set(codes) <= {"FR"}
    assert len(codes) <= MOST


@pytest.mark.django_db
@pytest.mark.parametrize("view", ["month", "week", "list"])
def test_the_team_reads_them_in_every_view(here: Cast, view: str) -> None:
    assert "Noël" not in read(here, "manager", CHRISTMAS, view, "fr")
    choose(here, "FR")
    assert "Noël" in read(here, "manager", CHRISTMAS, view, "fr")
    assert "Christmas Day" in read(here, "moderator", CHRISTMAS, view)
    assert "France)" not in read(here, "manager", CHRISTMAS, view), "one country needs no name"
    choose(here, "FR", "BE")
    assert "(France, Belgium)" in read(here, "manager", CHRISTMAS, view)


@pytest.mark.django_db
def test_another_community_has_its_own(here: Cast, elsewhere: Cast) -> None:
    choose(here, "FR")
    assert "Christmas Day" not in read(elsewhere, "manager", CHRISTMAS, "list")


@pytest.mark.django_db
def test_the_owner_is_led_to_the_choice_and_others_are_not(here: Cast) -> None:
    assert "Show public holidays" in read(here, "owner", CHRISTMAS, "month")
    assert "Show public holidays" not in read(here, "moderator", CHRISTMAS, "month")
    choose(here, "FR")
    assert "Countries of the holidays" in read(here, "owner", CHRISTMAS, "month")
    page = here.sign_in(here.owner).get(here.url("/manage/place/")).text
    assert 'id="holidays" open' in " ".join(page.split())


@pytest.mark.django_db
def test_a_planned_text_says_that_its_day_is_one(here: Cast) -> None:
    from communities.animation.calendar.services import Plan, plan_text

    choose(here, "GB")
    with here.scope():
        wish = Plan("Splicing", "topic", here.forum, day=datetime.date(2095, 12, 25))
        entry = plan_text(wish, by=here.manager, community=here.community)
    page = here.sign_in(here.manager).get(here.url(f"/manage/calendar/{entry.pk}/")).text
    assert "Christmas Day" in page


@pytest.mark.django_db
def test_one_s_own_calendar_has_its_own_holidays(here: Cast) -> None:
    from communities.animation.calendar import feed

    choose(here, "FR", "GB", "BE")
    with here.scope():
        made = feed.make_feed(by=here.manager)
        address = here.url(f"/manage/calendar/{feed.token_of(made)}.ics")
    answer = here.sign_in(None).get(address)
    assert answer.status_code == 200
    assert "Christmas" not in answer.text
    assert "Public holiday" not in answer.text


@pytest.mark.django_db
def test_they_cost_no_query(here: Cast, queries: Callable[..., Any]) -> None:
    client, path = here.sign_in(here.manager), here.url("/manage/calendar/")
    client.get(path)
    choose(here, "FR", "BE", "CH", "LU", "CA")
    with queries(most=24):
        assert client.get(path).status_code == 200


def test_the_library_is_imported_only_when_a_calendar_with_countries_is_read() -> None:
    code = (
        "import django, os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'tests.settings'; django.setup();"
        "import config.urls; assert not {'holidays', 'icalendar', 'segno'} & {*sys.modules};"
        "from communities.animation.calendar.holidays import countries; countries();"
        "assert 'holidays' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr

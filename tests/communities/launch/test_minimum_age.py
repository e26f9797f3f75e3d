"""The minimum age is asked at joining, refused in the words of any other refusal, and kept nowhere."""

from __future__ import annotations

import datetime
import re

import pytest
from django.test import Client
from django.utils.html import strip_tags

from communities.launch.services.joining import age_on
from communities.memory import forget_all
from communities.models import Community, Membership
from tests.conftest import Cast
from tests.factories import make_person

pytestmark = pytest.mark.django_db

PAGE = "/join/"


@pytest.fixture
def from_sixteen(here: Cast) -> Cast:
    Community.objects.filter(pk=here.community.pk).update(settings={"minimum_age": 16})
    forget_all()
    return here


def years_ago(years: int, days: int = 0) -> str:
    today = datetime.date.today()
    day = datetime.date(today.year - years, today.month, min(today.day, 28)) - datetime.timedelta(days=days)
    return day.isoformat()


def signed_in() -> Client:
    client = Client()
    client.force_login(make_person())
    return client


def test_without_a_minimum_nobody_is_asked(here: Cast) -> None:
    assert 'name="born"' not in Client().get(here.url(PAGE)).content.decode()


def test_old_enough_joins_and_the_date_is_kept_nowhere(from_sixteen: Cast) -> None:
    client = signed_in()
    assert 'name="born"' in client.get(from_sixteen.url(PAGE)).content.decode()
    born = years_ago(16, days=3)
    sent = {"display_name": "Ada", "rules": "on", "born": born}
    assert client.post(from_sixteen.url(PAGE), sent).status_code == 302
    with from_sixteen.scope():
        joined = Membership.objects.get(display_name="Ada")
    assert born not in repr(joined.__dict__)


@pytest.mark.parametrize("born", [years_ago(15), years_ago(0), "2099-01-01"])
def test_too_young_is_refused_without_a_hint(from_sixteen: Cast, born: str) -> None:
    for client, more in ((signed_in(), {}), (Client(), {"email": "ada@example.org", "password1": ""})):
        sent = {"display_name": "Ada", "rules": "on", "born": born, **more}
        answer = client.post(from_sixteen.url(PAGE), sent)
        assert answer.status_code == 422
        page = answer.content.decode()
        assert "You cannot join for now." in page
        words = strip_tags(page).replace(born, "").replace(from_sixteen.community.name, "")
        assert not re.search(r"\b16\b", words)
        assert "Ada" in page
    with from_sixteen.scope():
        assert not Membership.objects.filter(display_name="Ada").exists()


def test_a_date_is_needed(from_sixteen: Cast) -> None:
    answer = signed_in().post(from_sixteen.url(PAGE), {"display_name": "Ada", "rules": "on", "born": ""})
    assert answer.status_code == 422
    assert 'id="id_born' in answer.content.decode()


@pytest.mark.parametrize(
    ("born", "day", "years"),
    [
        ("2010-11-28", "2026-11-28", 16),
        ("2010-11-29", "2026-11-28", 15),
        ("2008-02-29", "2026-02-28", 17),
        ("2008-02-29", "2026-03-01", 18),
    ],
)
def test_ages_by_the_calendar(born: str, day: str, years: int) -> None:
    assert age_on(datetime.date.fromisoformat(born), datetime.date.fromisoformat(day)) == years

"""Figures for authors: added up from days, about ten people at least, for those who sign."""

from __future__ import annotations

import datetime
import re

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.capture.models import AudienceDay, Dimension
from analytics.capture.recording import page_of
from communities.blogs import readings
from communities.blogs.readings import Figures
from communities.content.models import Thread
from communities.memory import forget_all
from communities.models import Community
from tests.conftest import Cast
from tests.factories import make_thread


def read_on(path: str, weeks_ago: int, views: int, people: int, weekday: int = 3) -> None:
    """In the last week that is over, or so many before."""
    today = timezone.now().date()
    monday = today - datetime.timedelta(days=today.weekday() + 7 * (weeks_ago + 1))
    day = monday + datetime.timedelta(days=weekday)
    said = {"page_views": views, "visitors": people}
    AudienceDay.objects.create(day=day, dimension=Dimension.PAGE, key=path, **said)


def figures(page: str) -> list[str]:
    cells = re.findall(r'<td class="num[^>]*>\s*([^<]*?)\s*</td>', page)
    return [cell.replace("\u202f", "").replace(",", "") for cell in cells]


def test_days_are_added_up_and_too_few_people_are_not_told(here: Cast) -> None:
    with here.scope():
        article = make_thread(here.blog, by=here.manager, title="Hemp or cotton")
        published = timezone.now() - datetime.timedelta(days=timezone.now().weekday() + 39)
        Thread.objects.filter(pk=article.pk).update(published_at=published)
        path = f"/blogs/journal/{article.slug}/"
        assert page_of(path) == path
        read_on(path, 0, 9, 8)
        read_on(path, 2, 30, 25)
        read_on(path, 4, 100, 70)
        # Before it was published, and another page.
        read_on(path, 8, 500, 400)
        read_on("/blogs/journal/other/", 0, 500, 400)
    own = here.url(article.get_absolute_url())
    address = f"{own}results/"
    page = here.sign_in(here.manager).get(address).content.decode()
    assert figures(page) == [
        "fewer than 10 people",
        *("30", "25"),
        *("130", "95"),
        # Where the readers of four weeks came from, and their weeks.
        "30",
        *("fewer than 10 people",) * 2,
        *("30", "25", "fewer than 10 people"),
        *("100", "70", "fewer than 10 people"),
    ]
    assert here.sign_in(here.marketing).get(address).status_code == 200
    for person in (here.member, here.moderator):
        assert here.sign_in(person).get(address).status_code == 403
    assert address in here.sign_in(here.manager).get(own).content.decode()
    assert address not in here.sign_in(here.member).get(own).content.decode()
    Community.objects.filter(pk=here.community.pk).update(open_features=["blogs"])
    forget_all()
    assert here.sign_in(here.manager).get(address).status_code == 404
    assert address not in here.sign_in(here.manager).get(own).content.decode()


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.integers(0, 14), min_size=60, max_size=60))
def test_no_figure_taken_from_another_is_about_fewer_than_ten(here: Cast, people: list[int]) -> None:
    """Not from one of the same page, nor of the next day: every difference is about nobody, or about ten."""
    with here.scope(), pytest.MonkeyPatch.context() as patch:
        article = make_thread(here.blog, by=here.manager)
        now = timezone.now()
        article.published_at = now - datetime.timedelta(days=70)
        path = article.get_absolute_url()
        AudienceDay.objects.filter(dimension=Dimension.PAGE, key=path).delete()
        for number, one in enumerate(people):
            day = now.date() - datetime.timedelta(days=len(people) - number)
            said = {"page_views": one, "visitors": one}
            AudienceDay.objects.create(day=day, dimension=Dimension.PAGE, key=path, **said)
        before: list[int] = []
        for ago in range(24, -1, -1):
            patch.setattr(readings.timezone, "now", lambda ago=ago: now - datetime.timedelta(days=ago))
            figures = Figures(article, here.community)
            told = [read.people or 0 for read in figures.lately()]
            weeks = [week.people or 0 for week in figures.weeks()]
            assert all(number == 0 or number >= 10 for number in weeks)
            assert told == [sum(weeks[:1]), sum(weeks[:4]), sum(weeks)]
            assert not before or told[2] == before[2] or told[2] - before[2] >= 10
            before = told


def test_measurement_keeps_no_handle_of_a_blog() -> None:
    assert page_of("/blogs/@jonas/") == page_of("/blogs/@nora/")
    assert "jonas" not in page_of("/blogs/@jonas/")
    assert page_of("/blogs/people/") == "/blogs/people/"

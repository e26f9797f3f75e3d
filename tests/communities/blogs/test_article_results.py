"""Figures for authors: added up from days, about ten people at least, for those who sign."""

from __future__ import annotations

import datetime
import re

from django.utils import timezone

from analytics.capture.models import AudienceDay, Dimension
from analytics.capture.recording import page_of
from communities.content.models import Thread
from communities.memory import forget_all
from communities.models import Community
from tests.conftest import Cast
from tests.factories import make_thread


def read_on(path: str, days_ago: int, views: int, people: int) -> None:
    day = timezone.now().date() - datetime.timedelta(days=days_ago)
    said = {"page_views": views, "visitors": people}
    AudienceDay.objects.create(day=day, dimension=Dimension.PAGE, key=path, **said)


def figures(page: str) -> list[str]:
    cells = re.findall(r'<td class="num[^>]*>\s*([^<]*?)\s*</td>', page)
    return [cell.replace("\u202f", "").replace(",", "") for cell in cells]


def test_days_are_added_up_and_too_few_people_are_not_told(here: Cast) -> None:
    with here.scope():
        article = make_thread(here.blog, by=here.manager, title="Hemp or cotton")
        published = timezone.now() - datetime.timedelta(days=40)
        Thread.objects.filter(pk=article.pk).update(published_at=published)
        path = f"/blogs/journal/{article.slug}/"
        assert page_of(path) == path
        read_on(path, 3, 9, 8)
        read_on(path, 20, 30, 25)
        read_on(path, 39, 100, 70)
        # Before it was published, and another page.
        read_on(path, 60, 500, 400)
        read_on("/blogs/journal/other/", 3, 500, 400)
    own = here.url(article.get_absolute_url())
    address = f"{own}results/"
    page = here.sign_in(here.manager).get(address).content.decode()
    assert figures(page) == [
        "fewer than 10 people",
        *("39", "33"),
        *("139", "103"),
        # Where the readers of four weeks came from, and their weeks.
        "39",
        *("fewer than 10 people", "fewer than 10 people", "30", "25"),
        *("fewer than 10 people",) * 2,
        *("100", "70"),
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


def test_measurement_keeps_no_handle_of_a_blog() -> None:
    assert page_of("/blogs/@jonas/") == page_of("/blogs/@nora/")
    assert "jonas" not in page_of("/blogs/@jonas/")
    assert page_of("/blogs/people/") == "/blogs/people/"

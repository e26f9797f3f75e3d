"""Figures of a blog: those of its articles, and no other; for those whose it is."""

from __future__ import annotations

import random
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analytics.capture.models import AudienceDay, Dimension
from communities.blogs.blog_readings import read_articles, together
from communities.blogs.own.services import start_blog
from communities.blogs.readings import MONTH, YEAR, Figures
from communities.calendar import DAY
from communities.content.models import Redirect, SpaceAuthor, Thread
from communities.memory import forget_all
from communities.models import Community
from tests.communities.blogs.test_article_results import figures, read_on
from tests.communities.blogs.test_own_blogs import own_space, publish
from tests.conftest import Cast
from tests.factories import make_thread


def with_days(here: Cast, many: int, rng: random.Random) -> list[Thread]:
    """Articles of the last weeks and years, each read on some days by few or many; some under former addresses."""
    found = []
    for n in range(many):
        article = make_thread(here.blog, by=here.manager, title=f"Rope {n}")
        age = rng.choice([3, 20, 45, 200, 500, 900])
        Thread.objects.filter(pk=article.pk).update(published_at=timezone.now() - age * DAY)
        article = Thread.objects.select_related("space").get(pk=article.pk)
        path = article.get_absolute_url().removeprefix(here.prefix)
        if n % 3 == 0:
            former = f"/blogs/journal/former-{article.pk}/"
            Redirect.objects.create(path=former, target=path)
            path = rng.choice([path, former])
        for weeks_ago in rng.sample(range(80), 30):
            people = rng.choice([1, 4, 9, 10, 40])
            read_on(path, weeks_ago, people * 2, people, rng.randrange(7))
            if n % 2:
                forms(path, weeks_ago, rng.choice([1, 6, 12]))
        found.append(article)
    return found


def forms(path: str, weeks_ago: int, senders: int) -> None:
    today = timezone.now().date()
    day = today - DAY * (today.weekday() + 7 * (weeks_ago + 1))
    said = {"visits": senders, "visitors": senders}
    AudienceDay.objects.create(day=day, dimension=Dimension.CONTACT, key=path, **said)


def test_every_article_says_what_its_own_page_says(here: Cast, queries: Any) -> None:
    rng = random.Random(7)
    with here.scope():
        articles = with_days(here, 9, rng)
        alone = {one.pk: Figures(one, here.community) for one in articles}
        with queries(most=4):
            read = read_articles(articles, here.community)
        assert [one.thread.pk for one in read] == [one.pk for one in articles]
        for one in read:
            own = alone[one.thread.pk]
            assert (one.month, one.year) == (own.within(MONTH), own.within(YEAR))
        told = [one.year for one in read if one.year.people is not None]
        assert told
        assert any(one.year.contacts for one in read)
        whole = together([one.year for one in read], YEAR)
        assert (whole.views, whole.people) == (
            sum(r.views or 0 for r in told),
            sum(r.people or 0 for r in told),
        )
        assert whole.contacts == sum(r.contacts or 0 for r in told)


def test_of_many_articles_one_page_asks_as_much_as_of_few(here: Cast) -> None:
    rng = random.Random(3)
    with here.scope():
        with_days(here, 2, rng)
    client, address = here.sign_in(here.manager), here.url("/blogs/journal/results/")
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        assert figures(client.get(address).content.decode())
    with here.scope():
        with_days(here, 24, rng)
    client.get(address)
    with CaptureQueriesContext(connection) as many:
        page = client.get(address).content.decode()
    assert len(many) <= len(few)
    assert page.count('<th scope="row">') == 21
    assert "These 20 together" in page
    assert "after=" in page


def test_those_whose_it_is_read_them(here: Cast, elsewhere: Cast) -> None:
    address = "/blogs/journal/results/"
    with here.scope():
        article = make_thread(here.blog, by=here.manager)
        SpaceAuthor.objects.create(space=here.blog, membership=here.ambassador, edits=True)
    forget_all()
    for person in (here.owner, here.manager, here.marketing, here.ambassador):
        page = here.sign_in(person).get(here.url(address)).content.decode()
        assert article.title in page
        assert here.url(address) in here.sign_in(person).get(here.url("/blogs/journal/")).content.decode()
    for person in (here.member, here.moderator):
        assert here.sign_in(person).get(here.url(address)).status_code == 403
        assert here.url(address) not in here.sign_in(person).get(here.url("/blogs/journal/")).content.decode()
    assert here.sign_in(here.manager).get(elsewhere.url(address)).status_code in (302, 403, 404)
    assert Client().get(here.url(address)).status_code == 302
    Community.objects.filter(pk=here.community.pk).update(open_features=["blogs"])
    forget_all()
    assert here.sign_in(here.manager).get(here.url(address)).status_code == 404


def test_an_own_blog_is_told_of_to_its_owner(here: Cast) -> None:
    with here.scope():
        diaries = own_space()
        blog = start_blog(diaries, by=here.member, community=here.community)
        start_blog(diaries, by=here.ambassador, community=here.community)
        mine = publish(diaries, here, by=here.member, title="My hemp")
        publish(diaries, here, by=here.ambassador, title="Her cotton")
        path = mine.get_absolute_url().removeprefix(here.prefix)
        Thread.objects.filter(pk=mine.pk).update(published_at=timezone.now() - 60 * DAY)
        read_on(path, 1, 30, 25)
    address = here.url(f"/blogs/@{blog.owner.handle}/results/")
    for person in (here.member, here.manager):
        page = here.sign_in(person).get(address).content.decode()
        assert figures(page)[:2] == ["30", "25"]
        assert "My hemp" in page
        assert "Her cotton" not in page
    assert here.sign_in(here.ambassador).get(address).status_code == 403
    assert (
        address in here.sign_in(here.member).get(here.url(f"/blogs/@{blog.owner.handle}/")).content.decode()
    )

"""Where the readers of an article came from, and what came of it: each visit once, nobody by name, from ten on."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable

from django.utils import timezone

from analytics.capture.models import Event, Kind
from analytics.capture.recording import Hit
from analytics.capture.rollups import roll_up
from analytics.capture.storing import store_hits
from analytics.roi.models import Credit, Order, OrderSource
from communities.blogs.readings import Figures
from communities.content.models import Redirect, Thread
from tests.conftest import Cast
from tests.factories import make_memberships, make_thread

GOOGLE, HOST = "https://www.google.com/", "https://blog.example.org/post/"


def article_of(here: Cast) -> Thread:
    article = make_thread(here.blog, by=here.manager, title="Hemp or cotton")
    Thread.objects.filter(pk=article.pk).update(published_at=timezone.now() - datetime.timedelta(days=60))
    article.refresh_from_db()
    return article


def visit(
    here: Cast, number: int, pages: Iterable[tuple[str, Kind]], referrer: str = "", ago: int = 3
) -> list[Hit]:
    """Pages of one visitor, a minute apart."""
    noon = timezone.now().replace(hour=12, minute=0, second=0, microsecond=0) - datetime.timedelta(days=ago)
    return [
        Hit(
            here.community.pk,
            (noon + datetime.timedelta(minutes=minute)).timestamp(),
            f"{number * 100 + minute:032x}",
            kind,
            number,
            0,
            path,
            referrer if not minute else "",
            "",
        )
        for minute, (path, kind) in enumerate(pages)
    ]


def count(here: Cast, visits: Iterable[list[Hit]]) -> None:
    store_hits(here.community, [hit for one in visits for hit in one])
    while roll_up(here.community):
        pass


def told(page: str) -> str:
    return " ".join(re.sub("<[^>]+>", " ", page).replace("\u202f", "").split())


def test_sources_add_up_to_the_views_and_small_ones_are_not_told_apart(here: Cast) -> None:
    with here.scope():
        article = article_of(here)
        path = article.get_absolute_url()
        views = Kind.PAGE_VIEW
        count(
            here,
            [
                *(visit(here, n, [(path, views), ("/forums/", views)], GOOGLE) for n in range(1, 13)),
                *(visit(here, n, [(path, views), (path, views)], HOST) for n in range(21, 32)),
                # Two that are too few to be told apart, and two who came by another page first.
                visit(here, 41, [(path, views)], "https://one.example.com/"),
                visit(here, 42, [(path, views)]),
                *(visit(here, n, [("/", views), (path, views)], GOOGLE) for n in (51, 52)),
            ],
        )
        figures = Figures(article, here.community)
        rows = [(row.channel, row.source, row.views) for row in figures.sources(7)]
        assert rows == [
            ("Search engines", "Google", 12),
            ("Other sites", "blog.example.org", 11),
            ("", "", 2),
            ("", "", 13),
        ]
        assert sum(row.views for row in figures.sources(7)) == figures.lately()[0].views == 38
    page = told(here.sign_in(here.manager).get(f"{here.url(path)}results/?days=7").content.decode())
    assert "Google · Search engines 12 blog.example.org · Other sites 11" in page
    assert "one.example.com" not in page
    assert "Others 2 Within the community 13" in page


def test_forms_that_were_sent_after_it_was_read(here: Cast) -> None:
    """Of the same visit, after the article: who sent one before, and a robot’s two in haste, are not among them."""
    with here.scope():
        article = article_of(here)
        path, views, form = article.get_absolute_url(), Kind.PAGE_VIEW, Kind.LEAD
        came = [(path, views), (path, views), ("/offers/talk/", views), ("/offers/talk/", form)]
        before = [("/offers/talk/", views), ("/offers/talk/", form), (path, views)]
        count(here, [*(visit(here, n, came) for n in range(1, 10)), visit(here, 30, before)])
        assert Figures(article, here.community).lately()[0].contacts is None, "nine are too few"
        count(here, [visit(here, 40, came)])
        assert Figures(article, here.community).lately()[0].contacts == 10
        # The same once more, as a batch that is read again: nothing counts twice.
        count(here, [visit(here, 40, came)])
        assert Figures(article, here.community).lately()[0].contacts == 10
        assert not Event.objects.exclude(membership=None).exists()


def sell(here: Cast, number: int, path: str, *, buyer: int, last: bool = True) -> None:
    shop = OrderSource.objects.get_or_create(name="Shop", kind="file")[0]
    order = Order.objects.create(
        source=shop, external_id=str(number), placed_at=timezone.now() - datetime.timedelta(days=3),
        net_minor=1000, currency=here.community.currency, matched_by="member", membership_id=buyer,
    )  # fmt: skip
    for model, amount in ((Credit.Model.LAST, 1000 if last else 0), (Credit.Model.LINEAR, 500)):
        Credit.objects.create(order=order, model=model, channel="direct", page=path, amount_minor=amount)


def test_orders_are_those_of_ten_people_by_their_last_contact(here: Cast) -> None:
    with here.scope():
        article = article_of(here)
        path = article.get_absolute_url()
        count(here, [visit(here, n, [(path, Kind.PAGE_VIEW)]) for n in range(1, 13)])
        people = [one.pk for one in make_memberships(*({} for _one in range(10)))]
        for number, buyer in enumerate([*people[:9], people[0]]):
            sell(here, number, path, buyer=buyer)
        assert Figures(article, here.community).lately()[0].orders is None, "ten orders of nine people"
        sell(here, 20, path, buyer=people[9])
        sell(here, 21, path, buyer=people[9], last=False)
        week = Figures(article, here.community).lately()[0]
        assert week.orders == 11
        assert "110" in week.net


def test_an_article_takes_its_figures_along_when_it_is_renamed(here: Cast, elsewhere: Cast) -> None:
    with here.scope():
        article = article_of(here)
        count(
            here, [visit(here, n, [("/blogs/journal/former/", Kind.PAGE_VIEW)], GOOGLE) for n in range(1, 13)]
        )
        Redirect.objects.create(path="/blogs/journal/former/", target=article.get_absolute_url())
        figures = Figures(article, here.community)
        assert figures.lately()[0].people == 12
        assert figures.sources(7)[0].views == 12
        address = f"{here.url(article.get_absolute_url())}results/table/"
    table = here.sign_in(here.marketing).get(address)
    assert table["Content-Type"].startswith("text/csv")
    assert ",12,12" in table.content.decode()
    assert here.sign_in(here.member).get(address).status_code == 403
    away = elsewhere.sign_in(elsewhere.manager).get(address)
    assert (away.status_code, "/join/" in away["Location"]) == (302, True)

"""Where the readers of an article came from, and what came of it: each visit once, nobody by name, from ten on."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from typing import Any

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


def thursday(ago: int = 0) -> datetime.datetime:
    noon = timezone.now().replace(hour=12, minute=0, second=0, microsecond=0)
    return noon - datetime.timedelta(days=noon.weekday() + 4 + 7 * ago)


def article_of(here: Cast) -> Thread:
    article = make_thread(here.blog, by=here.manager, title="Hemp or cotton")
    Thread.objects.filter(pk=article.pk).update(published_at=timezone.now() - datetime.timedelta(days=60))
    article.refresh_from_db()
    return article


def visit(
    here: Cast, number: int, pages: Iterable[tuple[str, Kind]], referrer: str = "", ago: int = 0
) -> list[Hit]:
    """Pages of one visitor, a minute apart, on the Thursday of the last week that is over, or so many weeks before."""
    noon = thursday(ago)
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
            # Of the two, and from within.
            ("", "", 15),
        ]
        assert sum(row.views for row in figures.sources(7)) == figures.lately()[0].views == 38
    page = told(here.sign_in(here.manager).get(f"{here.url(path)}results/?days=7").content.decode())
    assert "Google · Search engines 12 blog.example.org · Other sites 11" in page
    assert "one.example.com" not in page
    assert "Within the community and others 15" in page


def test_a_source_is_of_ten_people_and_not_of_ten_visits(here: Cast) -> None:
    with here.scope():
        article = article_of(here)
        path, views = article.get_absolute_url(), Kind.PAGE_VIEW
        alone = visit(here, 9001, [(path, views)] * 400, HOST)[::40]
        assert len(alone) == 10, "ten visits of one, forty minutes apart"
        each = [hit._replace(referrer=HOST) for hit in alone]
        count(here, [each, *(visit(here, n, [(path, views)], GOOGLE) for n in range(2, 13))])
        rows = [(row.source, row.views) for row in Figures(article, here.community).sources(7)]
        assert rows == [("Google", 11), ("", 10)]


def test_forms_that_were_sent_after_it_was_read(here: Cast) -> None:
    """Of the same visit, after the article: who sent one before, and a robot’s two in haste, are not among them."""
    with here.scope():
        article = article_of(here)
        path, views, form = article.get_absolute_url(), Kind.PAGE_VIEW, Kind.LEAD
        came = [(path, views), (path, views), ("/offers/talk/", views), ("/offers/talk/", form)]
        before = [("/offers/talk/", views), ("/offers/talk/", form), (path, views)]
        twice = [*came, *came[2:]]
        nine = [*(visit(here, n, came) for n in range(1, 9)), visit(here, 9, twice)]
        count(here, [*nine, visit(here, 30, before)])
        assert Figures(article, here.community).lately()[0].contacts is None, "ten forms of nine people"
        count(here, [visit(here, 40, came)])
        assert Figures(article, here.community).lately()[0].contacts == 11
        # The same once more, as a batch that is read again: nothing counts twice.
        count(here, [visit(here, 40, came)])
        assert Figures(article, here.community).lately()[0].contacts == 11
        assert not Event.objects.exclude(membership=None).exists()


def sell(here: Cast, number: int, path: str, *, buyer: int, last: bool = True, **said: Any) -> None:
    shop = OrderSource.objects.get_or_create(name="Shop", kind="file")[0]
    order = Order.objects.create(
        **{
            "source": shop, "external_id": str(number), "placed_at": thursday(), "known_at": thursday(),
            "net_minor": 1000,
            "currency": here.community.currency, "matched_by": "member", "membership_id": buyer, **said,
        }
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
        # What comes off one of them does, by whatever contact it was itself; what comes off another does not.
        came_off = {"is_refund": True, "net_minor": -700, "last": False}
        sell(here, 30, "", buyer=people[0], refund_of="0", **came_off)
        sell(here, 31, path, buyer=people[9], refund_of="21", **came_off)
        week = Figures(article, here.community).lately()[0]
        assert week.orders == 11
        assert "103" in week.net


def test_an_article_takes_its_figures_along_when_it_is_renamed(here: Cast, elsewhere: Cast) -> None:
    with here.scope():
        article = article_of(here)
        count(
            here, [visit(here, n, [("/blogs/journal/former/", Kind.PAGE_VIEW)], GOOGLE) for n in range(1, 13)]
        )
        former = [visit(here, n, [(f"/blogs/old/{article.slug}/", Kind.PAGE_VIEW)]) for n in range(21, 31)]
        count(here, [*former, visit(here, 41, [("/blogs/old/taken/", Kind.PAGE_VIEW)])])
        Redirect.objects.create(path="/blogs/journal/former/", target=article.get_absolute_url())
        figures = Figures(article, here.community)
        assert figures.lately()[0].people == 12
        assert figures.sources(7)[0].views == 12
        # Its blog had another name, and there another article the name that this one has now.
        moved = Redirect.objects.create(path="/blogs/old/", target=here.blog.get_absolute_url(), below=True)
        assert Figures(article, here.community).lately()[0].people == 22
        Redirect.objects.create(path=f"/blogs/old/{article.slug}/", target="/blogs/journal/another/")
        assert Figures(article, here.community).lately()[0].people == 12
        assert moved.target == "/blogs/journal/"
        address = f"{here.url(article.get_absolute_url())}results/table/"
    table = here.sign_in(here.marketing).get(address)
    assert table["Content-Type"].startswith("text/csv")
    assert ",12,12" in table.content.decode()
    assert here.sign_in(here.member).get(address).status_code == 403
    away = elsewhere.sign_in(elsewhere.manager).get(address)
    assert (away.status_code, "/join/" in away["Location"]) == (302, True)

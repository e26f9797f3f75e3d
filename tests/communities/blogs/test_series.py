"""Series: begun, filled, ordered, read; what is not published is neither shown nor counted."""

from __future__ import annotations

import re

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from communities.blogs.models import ArticleSeries, SeriesPart
from communities.blogs.own.permissions import OWN_BLOGS
from communities.blogs.own.services import start_blog
from communities.blogs.series.exceptions import SeriesChanged, SeriesError
from communities.blogs.series.services import (
    add_part,
    end_series,
    move_part,
    rename_series,
    start_series,
    take_out_part,
)
from communities.blogs.services import unpublish_article
from communities.content.models import Space, Thread
from communities.exceptions import NotAllowed
from communities.memory import forget_all
from communities.models import Membership
from communities.signals import space_emptied
from tests.communities.blogs.conftest import written
from tests.conftest import Cast
from tests.factories import make_space, make_thread


def begun(here: Cast, author: Membership, *titles: str) -> tuple[ArticleSeries, list[Thread]]:
    """A series of the journal with published articles of these titles."""
    series = start_series(here.blog, by=author, community=here.community, title="Knots")
    threads = [written(here.blog, by=author, title=title) for title in titles]
    for thread in threads:
        add_part(series, by=author, thread=thread)
    return series, threads


def titles_on(page: str) -> list[str]:
    return re.findall(r'<h2 class="short-title">\s*<a[^>]*>\s*([^<]*?)\s*</a>', page)


def test_a_series_is_read_in_its_order(here: Cast, author: Membership) -> None:
    with here.scope():
        series, (one, two, three) = begun(here, author, "One", "Two", "Three")
        move_part(series, by=author, thread=three.pk, up=True)
        assert not move_part(series, by=author, thread=one.pk, up=True)
        draft = written(here.blog, by=author, title="Not yet", publish=False)
        add_part(series, by=author, thread=draft)
        move_part(series, by=author, thread=draft.pk, up=True)
    visitor = here.sign_in(None)
    page = visitor.get(here.url("/blogs/series/knots/")).content.decode()
    assert titles_on(page) == ["One", "Three", "Two"]
    assert "3 articles" in page
    article = visitor.get(here.url(f"/blogs/journal/{three.slug}/")).content.decode()
    assert "Part 2 of 3 of the series" in article
    under = article[article.index('id="h-part"') :]
    assert under.index(f"/{one.slug}/") < under.index(f"/{two.slug}/")
    feed = visitor.get(here.url("/blogs/series/knots/feed.xml")).content.decode()
    assert ("Three" in feed, "Not yet" in feed) == (True, False)
    assert "Knots" in visitor.get(here.url("/blogs/journal/")).content.decode()
    assert "3 articles" in visitor.get(here.url("/blogs/journal/series/")).content.decode()
    assert "Not yet" in here.sign_in(author).get(here.url("/blogs/series/knots/edit/")).content.decode()
    with here.scope():
        unpublish_article(one, by=author)
    forget_all()
    assert "2 articles" in visitor.get(here.url("/blogs/series/knots/")).content.decode()
    assert "Part 1 of 2" in visitor.get(here.url(f"/blogs/journal/{three.slug}/")).content.decode()
    with here.scope():
        assert take_out_part(series, by=author, thread=three.pk)
        assert not take_out_part(series, by=author, thread=three.pk)
    assert titles_on(visitor.get(here.url("/blogs/series/knots/")).content.decode()) == ["Two"]


def test_an_article_stands_in_one_series(here: Cast, author: Membership) -> None:
    with here.scope():
        series, (one,) = begun(here, author, "One")
        other = start_series(here.blog, by=author, community=here.community, title="Knots")
        assert other.slug == "knots-2"
        with pytest.raises(SeriesError, match="is already in the series “Knots”"):
            add_part(other, by=author, thread=one)
        assert not add_part(series, by=author, thread=one)
        with pytest.raises(IntegrityError), transaction.atomic():
            SeriesPart.objects.create(thread=one, series=other, place=0)
        # What has gone to another blog leaves its place, and finds one there.
        elsewhere = make_space(kind="blog", slug="log", name="Log")
        Thread.objects.filter(pk=one.pk).update(space=elsewhere)
        moved = Thread.objects.select_related("space").get(pk=one.pk)
        there = start_series(elsewhere, by=author, community=here.community, title="Elsewhere")
        with pytest.raises(NotAllowed):
            add_part(other, by=author, thread=moved)
        assert add_part(there, by=author, thread=moved)
        assert SeriesPart.objects.get().series == there


def test_who_may(here: Cast, author: Membership, elsewhere: Cast) -> None:
    with here.scope():
        series, (one,) = begun(here, author, "One")
        foreign = written(here.blog, by=here.manager, title="The manager’s")
        with pytest.raises(NotAllowed):
            add_part(series, by=author, thread=foreign)
        assert add_part(series, by=here.manager, thread=foreign)
        for act in (
            lambda: start_series(here.blog, by=here.member, community=here.community, title="Mine"),
            lambda: move_part(series, by=here.member, thread=one.pk, up=False),
            lambda: take_out_part(series, by=here.moderator, thread=one.pk),
            lambda: rename_series(series, by=here.moderator, title="Other"),
            lambda: end_series(series, by=here.member),
        ):
            with pytest.raises(NotAllowed):
                act()
        rename_series(series, by=author, title="Knots and bends", version=1)
        with pytest.raises(SeriesChanged):
            rename_series(series, by=here.manager, title="Knots", version=1)
        with pytest.raises(SeriesError, match="title first"):
            rename_series(series, by=author, title="  ")
    for person, status in ((here.member, 403), (elsewhere.owner, 302), (None, 302), (here.moderator, 200)):
        assert here.sign_in(person).get(here.url("/blogs/series/knots/edit/")).status_code == status
    assert elsewhere.sign_in(elsewhere.owner).get(elsewhere.url("/blogs/series/knots/")).status_code == 404
    unsure = here.sign_in(here.moderator).post(
        here.url("/blogs/series/knots/edit/"), {"act": "end"}, follow=True
    )
    assert "Nothing was changed" in unsure.content.decode()
    sure = {"act": "end", "sure": "1"}
    assert here.sign_in(here.moderator).post(here.url("/blogs/series/knots/edit/"), sure).status_code == 302
    with here.scope():
        assert not ArticleSeries.objects.exists()
        assert Thread.objects.filter(pk=one.pk).exists()


def test_in_own_blogs_it_is_its_owners(here: Cast) -> None:
    """Nobody else orders it, nothing of others stands in it, and it goes along with its space."""
    with here.scope():
        space = make_space(kind="blog", slug="diaries", settings={"switches": [OWN_BLOGS]})
        for person in (here.member, here.ambassador):
            start_blog(space, by=person, community=here.community)
        series = start_series(space, by=here.member, community=here.community, title="At sea")
        mine, theirs = (
            make_thread(space, by=person, title=title)
            for person, title in ((here.member, "Mine"), (here.ambassador, "Theirs"))
        )
        add_part(series, by=here.member, thread=mine)
        for person, thread in ((here.member, theirs), (here.manager, mine)):
            with pytest.raises(NotAllowed):
                add_part(series, by=person, thread=thread)
    page = here.sign_in(None).get(here.url(f"/blogs/@{here.member.handle}/")).content.decode()
    assert "At sea" in page
    assert (
        "At sea"
        not in here.sign_in(None).get(here.url(f"/blogs/@{here.ambassador.handle}/")).content.decode()
    )
    # Of an owner who has left there is no blog: no list leads to a page that is not there.
    for owner, says in ((here.member, True), (None, False)):
        with here.scope():
            ArticleSeries.objects.update(started_by=owner)
        for path in ("/blogs/diaries/", "/blogs/diaries/series/"):
            assert ("At sea" in here.sign_in(None).get(here.url(path)).content.decode()) is says, path
    with here.scope():
        other = make_space(kind="blog", slug="others", settings={"switches": [OWN_BLOGS]})
        space_emptied.send(sender=Space, source=space, target=other)
        assert ArticleSeries.objects.get().space == other


def test_pages_ask_as_much_for_many_as_for_few(here: Cast, author: Membership) -> None:
    with here.scope():
        series, (one,) = begun(here, author, "One")
    visitor, counts = here.sign_in(None), []
    for more in (0, 5):
        with here.scope():
            for number in range(more):
                thread = make_thread(here.blog, by=here.manager, title=f"More {number}")
                add_part(series, by=here.manager, thread=thread)
                start_series(here.blog, by=here.manager, community=here.community, title=f"Many {number}")
        pages = ("/blogs/series/knots/", "/blogs/journal/series/", f"/blogs/journal/{one.slug}/")
        for path in pages:
            visitor.get(here.url(path))
        forget_all()
        with CaptureQueriesContext(connection) as asked:
            for path in pages:
                assert visitor.get(here.url(path)).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]

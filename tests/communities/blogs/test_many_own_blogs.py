"""However many blogs there are: as many statements, one page at a time, all of them found."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from communities.blogs.own.models import OwnBlog
from communities.blogs.own.permissions import OWN_BLOGS
from communities.content.models import Space
from communities.memory import forget_all
from tests.conftest import Cast
from tests.factories import make_memberships, make_space

PAGES = ("/", "/blogs/", "/blogs/diaries/", "/blogs/people/", "/sitemap.xml", "/search/?q=hemp", "/forums/")


@pytest.fixture
def diaries(here: Cast) -> Space:
    with here.scope():
        return make_space(kind="blog", slug="diaries", name="Diaries", settings={"switches": [OWN_BLOGS]})


def add_blogs(space: Space, count: int, first: int = 0) -> None:
    people = make_memberships(*({"display_name": f"Writer {first + n}"} for n in range(count)))
    OwnBlog.objects.bulk_create(
        [
            OwnBlog(space=space, owner=owner, language="en", name=f"Log {first + n}")
            for n, owner in enumerate(people)
        ]
    )


def cost(client: Client, address: str) -> int:
    client.get(address)
    forget_all()
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_no_page_costs_more_with_more_blogs(here: Cast, diaries: Space) -> None:
    client: Any = here.sign_in(here.member)
    with here.scope():
        add_blogs(diaries, 3)
    few = {page: cost(client, here.url(page)) for page in PAGES}
    with here.scope():
        add_blogs(diaries, 60, first=3)
    assert {page: cost(client, here.url(page)) for page in PAGES} == few
    # The menu and the map name the space, and none of its blogs.
    for page in ("/", "/blogs/", "/blogs/diaries/"):
        assert "Log 5" not in client.get(here.url(page)).content.decode()


def test_page_by_page_each_blog_is_listed_once(here: Cast, diaries: Space) -> None:
    with here.scope():
        add_blogs(diaries, 60)
    client, address, seen = Client(), here.url("/blogs/people/"), []
    while address:
        page = client.get(address).content.decode()
        seen += re.findall(r">(Log \d+)</a>", page)
        older = re.search(r'href="([^"]*after=\d+)" rel="next"', page)
        address = here.url(f"/blogs/people/{older[1]}") if older else ""
    assert seen == [f"Log {n}" for n in reversed(range(60))]


def test_a_search_finds_name_words_and_owner(here: Cast, elsewhere: Cast, diaries: Space) -> None:
    with elsewhere.scope():
        space = make_space(kind="blog", slug="d", name="D", settings={"switches": [OWN_BLOGS]})
        OwnBlog.objects.create(space=space, owner=elsewhere.member, language="en", name="Splicing abroad")
    with here.scope():
        add_blogs(diaries, 5)
        said = {"name": "Rope work", "about": "Splicing in the cold.", "language": "en"}
        OwnBlog.objects.create(space=diaries, owner=here.member, **said)

    def found(words: str) -> list[str]:
        page = Client().get(here.url("/blogs/people/"), {"q": words}).content.decode()
        return re.findall(r'dir="auto">((?:Log|Rope|Splicing)[^<]*)</a>', page)

    assert found("rope") == found("splicing") == ["Rope work"]
    assert found("Writer 3") == ["Log 3"]
    assert found("nothing of the kind") == []

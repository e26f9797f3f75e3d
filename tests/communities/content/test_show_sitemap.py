from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest

from communities.content.models import Thread
from communities.content.showing import sitemaps
from communities.models import Community, Domain
from tests.communities.blogs.conftest import written
from tests.conftest import Cast
from tests.factories import make_space, make_thread

CANARY = "zephyrcanary"
NAME = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def addresses(cast: Cast, path: str, host: str = "testserver") -> list[str]:
    answer = cast.sign_in(None).get(cast.url(path) if host == "testserver" else path, headers={"host": host})
    assert answer.status_code == 200, path
    root = ElementTree.fromstring(answer.content)
    return [str(loc.text) for loc in root.iter(f"{NAME}loc")]


def everything(cast: Cast) -> list[str]:
    found = []
    for address in addresses(cast, "/sitemap.xml"):
        found += addresses(cast, address.partition(cast.prefix)[2])
    return found


def test_sitemaps_name_every_public_page_and_nothing_else(here: Cast) -> None:
    with here.scope():
        article = written(here.blog, by=here.manager, tags=["rope"])
        topic = make_thread(here.forum, title="A topic")
        for state in ("draft", "scheduled", "pending", "hidden", "removed", "deleted"):
            bad = make_thread(here.forum, title=f"{CANARY} {state}")
            Thread.objects.filter(pk=bad.pk).update(state=state, scheduled_for="2100-01-01T00:00Z")
        make_thread(make_space(kind="forum", slug="closed", audience="members"), title=CANARY)
    root = f"http://localhost:8000{here.prefix}"
    found = everything(here)
    assert {f"{root}/", f"{root}/blogs/journal/{article.slug}/", f"{root}/forums/t/{topic.slug}/"} <= set(
        found
    )
    assert not [
        address for address in found if CANARY in address or "closed" in address or "/tags/" in address
    ]
    assert len(found) == len(set(found))


def test_tags_are_named_from_five_threads_on(here: Cast) -> None:
    with here.scope():
        for number in range(5):
            make_thread(here.forum, title=f"T {number}", tags=["rope"])
    assert f"http://localhost:8000{here.prefix}/tags/rope/" in everything(here)


def test_long_lists_are_cut_by_id_without_gap_or_double(here: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemaps, "IN_A_FILE", 3)
    with here.scope():
        made = [make_thread(here.forum, title=f"T {number}") for number in range(7)]
    found = [address for address in everything(here) if "/forums/t/" in address]
    assert sorted(found) == sorted(f"http://localhost:8000{here.prefix}/forums/t/{one.slug}/" for one in made)
    # Where each begins is kept for an hour: what disappears meanwhile leaves no gap behind it.
    with here.scope():
        Thread.objects.filter(pk=made[3].pk).update(state="removed")
    assert len(addresses(here, "/sitemaps/threads-2.xml")) == 2
    assert len(addresses(here, "/sitemaps/threads-3.xml")) == 1
    visitor = here.sign_in(None)
    for missing in ("threads-4", "threads-0", "spaces-2", "other-1", "articles-1"):
        assert visitor.get(here.url(f"/sitemaps/{missing}.xml")).status_code == 404, missing


def test_covers_stand_in_the_sitemap(here: Cast) -> None:
    from communities.blogs.services import set_cover
    from tests.communities.blogs.test_write_article import picture

    with here.scope():
        thread = written(here.blog, by=here.manager)
        cover = set_cover(thread, by=here.manager, picture=picture())
    document = here.sign_in(None).get(here.url("/sitemaps/articles-1.xml")).content.decode()
    assert cover is not None
    assert f"<image:loc>http://localhost:8000{here.prefix}/media/{cover.pk}/full</image:loc>" in document
    assert "<lastmod>20" in document


@pytest.mark.parametrize("state", ["draft", "closed"])
def test_machines_stay_out_of_what_is_not_open(here: Cast, state: str) -> None:
    Community.objects.filter(pk=here.community.pk).update(state=state)
    visitor = here.sign_in(None)
    robots = visitor.get(here.url("/robots.txt"))
    assert robots.status_code == 200
    assert "Disallow: /\n" in robots.content.decode()
    assert visitor.get(here.url("/sitemap.xml")).status_code == 404
    assert f"/c/{here.community.slug}/" not in visitor.get("/robots.txt").content.decode()


def test_robots_name_the_sitemap_where_the_community_lives(
    here: Cast, elsewhere: Cast, settings: Any
) -> None:
    settings.PLATFORM_URL = "https://platform.example"
    Domain.objects.create(community=elsewhere.community, host="brand.example", verified=True, primary=True)
    platform = here.sign_in(None).get("/robots.txt").content.decode()
    assert f"Sitemap: https://platform.example{here.prefix}/sitemap.xml" in platform
    assert elsewhere.prefix not in platform
    assert "Sitemap: https://platform.example/sitemap.xml\n" in platform
    homes = here.sign_in(None).get("/sitemap.xml").content.decode()
    assert f"<loc>https://platform.example{here.prefix}/</loc>" in homes
    assert elsewhere.prefix not in homes
    own = here.sign_in(None).get("/robots.txt", headers={"host": "brand.example"}).content.decode()
    assert "Sitemap: https://brand.example/sitemap.xml" in own
    assert addresses(elsewhere, "/sitemaps/spaces-1.xml", host="brand.example")[0] == "https://brand.example/"


def test_browsers_can_search_here(here: Cast) -> None:
    answer = here.sign_in(None).get(here.url("/opensearch.xml"))
    root = ElementTree.fromstring(answer.content)
    url = root.find("{http://a9.com/-/spec/opensearch/1.1/}Url")
    assert url is not None
    assert url.get("template") == f"http://localhost:8000{here.prefix}/search/?q={{searchTerms}}"

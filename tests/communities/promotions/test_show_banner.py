"""Banners on the pages: where, when, to whom, at what cost."""

from __future__ import annotations

import datetime
import gzip
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from communities.memory import forget_all
from communities.promotions.models import Banner
from communities.promotions.showing import banner_for
from tests.communities.promotions.conftest import make_banner
from tests.conftest import Cast
from tests.factories import make_thread

HOUR = datetime.timedelta(hours=1)


def page(cast: Cast, path: str = "/", client: Client | None = None, **headers: str) -> str:
    response = (client or Client()).get(cast.url(path), headers=headers)
    assert response.status_code == 200
    return str(response.content.decode())


def test_each_placement_has_its_page(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum)
        article = make_thread(here.blog)
    paths = {
        "home": "/",
        "thread": f"/forums/t/{thread.slug}/",
        "article": f"/blogs/journal/{article.slug}/",
    }
    for path in paths.values():
        assert "data-banner" not in page(here, path)
        assert "viewable.mjs" not in page(here, path), "nothing is loaded where nothing is shown"
    banners = {placement: make_banner(here, placement=placement) for placement in paths}
    for placement, path in paths.items():
        for client in (Client(), here.sign_in(here.member)):
            html = page(here, path, client)
            assert html.count("data-banner=") == 1
            assert f'data-banner="{banners[placement].pk}"' in html
            assert f"From {here.community.name}" in html
            assert html.count("viewable.mjs") == 1
            assert f"/banners/{banners[placement].pk}/go/" in html
    assert "data-banner" not in page(here, "/forums/")


def test_feeds_and_maps_hold_no_banner(here: Cast, banner: Banner) -> None:
    with here.scope():
        make_thread(here.blog)
    for path in ("/feed.xml", "/feed.json", "/sitemap.xml"):
        response = Client().get(here.url(path))
        assert banner.text not in response.content.decode()


@pytest.mark.parametrize(
    "hidden",
    [
        {"starts_at": timezone.now() + 48 * HOUR},
        {"starts_at": timezone.now() - 3 * HOUR, "ends_at": timezone.now() - HOUR},
        {"paused_at": timezone.now()},
        {"archived_at": timezone.now()},
        {"languages": ["fr"]},
        {"placement": "thread"},
    ],
    ids=["planned", "ended", "paused", "archived", "French", "elsewhere on the page"],
)
def test_a_banner_that_is_not_shown(here: Cast, hidden: dict[str, Any]) -> None:
    make_banner(here, **hidden)
    assert "data-banner" not in page(here)


def test_languages(here: Cast) -> None:
    french = make_banner(here, text="Samedi, venez.", languages=["fr"])
    english = make_banner(here, languages=["en"])
    assert f'data-banner="{french.pk}"' in page(here, **{"accept-language": "fr"})
    assert f'data-banner="{english.pk}"' in page(here, **{"accept-language": "en"})


def test_a_banner_for_all_languages_says_which_its_words_are(here: Cast, banner: Banner) -> None:
    assert f'lang="en">{banner.text}' in page(here, **{"accept-language": "fr"})
    assert f'placement-text">{banner.text}' in page(here, **{"accept-language": "en"})


def test_another_communitys_banner_is_not_ours(here: Cast, elsewhere: Cast) -> None:
    make_banner(elsewhere)
    assert "data-banner" not in page(here)


def test_banners_take_turns_by_minute_and_page_and_not_by_person(here: Cast) -> None:
    ids = [make_banner(here).pk for _number in range(3)]
    now = timezone.now()

    def shown(minute: int, path: str = "/") -> int:
        moment = now + datetime.timedelta(minutes=minute)
        return banner_for(here.community, "home", language="en", page=path, now=moment).pk

    with here.scope():
        assert [shown(number) for number in range(3)] == [shown(number) for number in range(3, 6)]
        assert {shown(number) for number in range(3)} == set(ids)
        assert shown(0) == shown(0)
        assert {shown(0, f"/{number}/") for number in range(30)} == set(ids)


def test_reading_costs_no_statement_more(here: Cast, queries: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("communities.memory.LIFETIME", 3600.0)
    with here.scope():
        thread = make_thread(here.forum)
    for placement in ("home", "thread", "article"):
        make_banner(here, placement=placement)
    forget_all()
    path = here.url(f"/forums/t/{thread.slug}/")
    Client().get(path)
    with queries(most=3):
        assert b"data-banner" in Client().get(path).content


def test_pictures_keep_their_place(here: Cast) -> None:
    make_banner(
        here,
        drawing="",
        picture="public/banners/aa/full.webp",
        picture_width=1600,
        picture_height=900,
        picture_renditions=[[480, "public/banners/aa/480.webp"]],
        picture_alt="A loft full of rope",
    )
    html = page(here)
    assert 'src="/media/public/banners/aa/full.webp"' in html
    assert "/media/public/banners/aa/480.webp 480w" in html
    assert 'alt="A loft full of rope" width="1600" height="900"' in html


def test_a_page_with_a_banner_stays_light(settings: Any) -> None:
    """All scripts of a member's thread with a banner; the sweep of sources counts those of every page."""
    scripts = ("theme.js", "parvis.mjs", "posts.mjs", "viewable.mjs")
    folder = Path(settings.BASE_DIR) / "static/js"
    assert sum(len(gzip.compress((folder / name).read_bytes(), 6)) for name in scripts) <= 15_000

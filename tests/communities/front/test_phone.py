"""The place as an app: manifest, icon, and what is kept for when there is no network."""

from __future__ import annotations

import hashlib
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from communities.memory import forget_all
from communities.models import Community
from tests.conftest import Cast


def read(here: Cast, path: str, client: Client | None = None) -> Any:
    answer = (client or Client()).get(here.url(path))
    assert answer.status_code == 200, path
    return answer


def test_the_manifest_makes_an_app_of_one_place(here: Cast) -> None:
    manifest = read(here, "/manifest.webmanifest").json()
    assert (manifest["display"], manifest["id"], manifest["scope"]) == ("standalone", *[here.url("/")] * 2)
    large = [one for one in manifest["icons"] if one["sizes"] == "512x512"]
    assert {one["purpose"] for one in large} == {"any", "maskable"}
    icon = Client().get(large[0]["src"])
    picture = Image.open(BytesIO(icon.content))
    assert (picture.format, picture.size) == ("PNG", (512, 512))
    assert len(picture.getcolors(maxcolors=100_000) or ()) > 1, "a letter stands on the colour"


def test_a_phone_that_cuts_a_circle_leaves_the_letter(here: Cast) -> None:
    picture = Image.open(BytesIO(read(here, "/app-icon.png").content)).convert("RGB")
    ground = picture.getpixel((0, 0))
    inked = [(x, y) for x in range(512) for y in range(512) if picture.getpixel((x, y)) != ground]
    assert inked
    assert all((x - 256) ** 2 + (y - 256) ** 2 <= 205**2 for x, y in inked), "within four fifths of the side"


def test_the_page_without_a_network_knows_nobody(here: Cast, settings: Any) -> None:
    settings.OFFLINE_PAGE = True
    page = read(here, "/offline/", here.sign_in(here.member))
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert page.content == read(here, "/offline/").content
    assert here.member.display_name not in page.content.decode()


def test_the_worker_changes_with_the_page(here: Cast, settings: Any) -> None:
    settings.OFFLINE_PAGE = True
    before = read(here, "/worker.js")
    assert before.headers["Content-Type"].startswith("text/javascript")
    assert before.headers["Cache-Control"] == "no-cache"
    assert before.content == read(here, "/worker.js", here.sign_in(here.owner)).content
    Community.objects.filter(pk=here.community.pk).update(name="Another name")
    forget_all()
    assert before.content != read(here, "/worker.js").content


def test_the_page_is_asked_for_in_the_language_that_was_chosen(here: Cast, settings: Any) -> None:
    settings.OFFLINE_PAGE = True
    browser = Client(headers={"accept-language": "en"})
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "fr"
    worker = read(here, "/worker.js", browser).content.decode()
    assert '"Accept-Language": "fr"' in worker
    # Without the cookie, as the worker asks.
    page = read(here, "/offline/", Client(headers={"accept-language": "fr"})).content
    assert "Pas de réseau" in page.decode()
    assert hashlib.sha256(page).hexdigest()[:12] in worker


@pytest.mark.parametrize("on", [True, False])
def test_members_alone_get_it_and_only_where_it_is_on(here: Cast, settings: Any, on: bool) -> None:
    settings.OFFLINE_PAGE = on
    assert ("away.mjs" in read(here, "/", here.sign_in(here.member)).content.decode()) is on
    assert "away.mjs" not in read(here, "/").content.decode()
    assert (b"unregister" in read(here, "/worker.js").content) is not on

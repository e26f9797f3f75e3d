"""Ctrl+K: pages of one’s own menus, spaces, threads and people; and where to begin on the empty page of search."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from communities.content.views import search
from communities.limits import Limited, TooFast
from tests.conftest import Cast
from tests.factories import make_thread

FIND = "/search/find/"


def found(here: Cast, client: Client, words: str = "") -> dict[str, list[str]]:
    answer = client.get(here.url(FIND), {"q": words})
    assert answer.status_code == 200
    return {group["label"]: [one["label"] for one in group["entries"]] for group in answer.json()["groups"]}


def test_everybody_finds_the_pages_of_their_own_menus(here: Cast) -> None:
    visitor = found(here, Client())
    assert "Home" in visitor["Pages"]
    assert "Rigging" in visitor["Spaces"]
    team = found(here, here.sign_in(here.owner), "settings")
    assert any(label.startswith("Settings › ") for label in team["Pages"])
    for reader in (Client(), here.sign_in(here.member)):
        assert not any("Settings" in label for label in found(here, reader, "settings").get("Pages", ()))


def test_what_is_found_leads_where_it_says(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member, title="Mending a genoa without a sailmaker")
        hidden = make_thread(here.forum, by=here.member, title="Mending a genoa in secret", state="draft")
    client = here.sign_in(here.member)
    groups = client.get(here.url(FIND), {"q": "mending genoa"}).json()["groups"]
    [entry] = next(group["entries"] for group in groups if group["label"] == "Threads")
    assert entry["label"] == thread.title != hidden.title
    assert client.get(entry["url"]).status_code == 200
    name = here.ambassador.display_name
    [person] = found(here, client, name)["People"]
    assert person == f"{name} · @{here.ambassador.handle}"
    assert "People" not in found(here, Client(), name), "visitors find nobody"


def test_accents_and_capitals_make_no_difference_and_the_beginning_counts_more(here: Cast) -> None:
    assert "Rigging" in found(here, Client(), "RÍGG")["Spaces"]
    assert found(here, Client(), "no such thing anywhere") == {}


def test_of_another_community_nothing_is_found(here: Cast, elsewhere: Cast) -> None:
    with here.scope():
        make_thread(here.forum, by=here.member, title="Whispering about halyards tonight")
    assert "Threads" in found(here, Client(), "whispering halyards")
    assert "Threads" not in found(elsewhere, Client(), "whispering halyards")
    assert "People" not in found(elsewhere, elsewhere.sign_in(elsewhere.owner), here.member.display_name)


@pytest.mark.parametrize("words", ["\x00", "%", "a" * 5000, "’; drop table", "<b>", "   "])
def test_no_words_are_an_error(here: Cast, words: str) -> None:
    found(here, here.sign_in(here.member), words)


def test_whoever_types_too_fast_still_finds_pages(here: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_request: Any, act: Limited) -> None:
        assert act == Limited.SUGGEST
        raise TooFast("Too fast.", seconds=1)

    with here.scope():
        make_thread(here.forum, by=here.member, title="Home made halyards forever")
    assert "Threads" in found(here, Client(), "home made halyards")
    monkeypatch.setattr(search, "count_asking", refuse)
    assert "Threads" not in found(here, Client(), "home made halyards")
    assert "Home" in found(here, Client(), "home")["Pages"]


def test_it_is_kept_by_no_cache_and_speaks_the_language(here: Cast) -> None:
    answer = here.sign_in(here.member).get(here.url(FIND))
    assert answer.headers["Cache-Control"] == "private, no-store"
    told = json.loads(answer.content)
    assert told["words"]["keys"] == "Keyboard shortcuts"
    assert told["search"] == here.url("/search/")


def test_the_empty_page_of_search_offers_where_to_begin(here: Cast) -> None:
    with here.scope():
        make_thread(here.forum, by=here.member, tags=["splices"])
    page = Client().get(here.url("/search/")).content.decode()
    assert "Popular tags" in page
    assert ">splices</a>" in page
    assert ">Rigging</a>" in page
    assert "Popular tags" not in Client().get(here.url("/search/"), {"q": "splices"}).content.decode()

"""The pages of the tags: what is typed comes back with a sentence, what is done is seen, others see nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from communities.console.tags import queries
from communities.content.models import Tag, TagWord
from tests.conftest import Cast
from tests.factories import make_thread

pytestmark = pytest.mark.django_db


def test_a_manager_puts_the_tags_in_order(here: Cast, elsewhere: Cast) -> None:
    with here.scope():
        make_thread(here.forum, by=here.member, tags=["Jib", "Headsail"])
        jib, headsail = Tag.objects.get(slug="jib"), Tag.objects.get(slug="headsail")
    manager = here.sign_in(here.manager)
    assert "Headsail" in manager.get(here.url("/manage/tags/"), {"q": "héad"}).content.decode()
    assert "No tag matches these words" in manager.get(here.url("/manage/tags/"), {"q": "x"}).content.decode()
    page = here.url(f"/manage/tags/{jib.pk}/")
    taken = manager.post(page, {"name": "Headsail", "group": ""})
    assert taken.status_code == 422
    assert "There is a tag “Headsail” already." in taken.content.decode()
    assert manager.post(page, {"name": "Jibs", "group": "Sails"}).status_code == 302
    assert manager.post(f"{page}words/", {"word": "Foresail"}).status_code == 302
    unknown = manager.post(f"{page}merge/", {"into": "Spinnaker"})
    assert (unknown.status_code, "There is no tag with this name." in unknown.content.decode()) == (422, True)
    assert manager.post(f"{page}merge/", {"into": "headsail"})["Location"].endswith(f"/{headsail.pk}/")
    assert manager.post(here.url("/manage/tags/unused/"), {"word": "Politics"}).status_code == 302
    shown = manager.get(here.url("/manage/tags/")).content.decode()
    assert "Politics" in shown
    with here.scope():
        assert list(Tag.objects.values_list("name", "thread_count")) == [("Headsail", 1)]
        words = dict(TagWord.objects.values_list("slug", "tag__name"))
        assert words == {"jib": "Headsail", "jibs": "Headsail", "foresail": "Headsail", "politics": None}
    with elsewhere.scope():
        assert not TagWord.objects.exists()
    stranger = elsewhere.sign_in(elsewhere.manager)
    assert stranger.get(elsewhere.url(f"/manage/tags/{headsail.pk}/")).status_code == 404


def test_groups_stand_together_in_the_list(here: Cast, client: Client) -> None:
    with here.scope():
        make_thread(here.forum, by=here.member, tags=["Jib", "Rope", "Anchor"])
        Tag.objects.filter(slug__in=["jib"]).update(group="Sails")
    page = client.get(here.url("/tags/")).content.decode()
    assert page.index("Anchor") < page.index("Rope") < page.index("Sails") < page.index("Jib")


def test_the_list_costs_the_same_whatever_it_holds(here: Cast, queries: Callable[..., Any]) -> None:
    manager = here.sign_in(here.manager)
    with here.scope():
        Tag.objects.bulk_create([Tag(name=f"Tag {n}", slug=f"tag-{n}") for n in range(120)])
    manager.get(here.url("/manage/tags/"))
    with queries(most=5):
        first = manager.get(here.url("/manage/tags/"))
    assert first.content.decode().count('class="line line-mid"') == 50
    assert "More tags" in first.content.decode()


def test_many_words_are_paged(here: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries.NEWEST, "size", 1)
    with here.scope():
        tag = Tag.objects.create(name="Rope", slug="rope")
        for word, of in (("twine", tag), ("cordage", tag), ("spam", None), ("advert", None)):
            TagWord.objects.create(slug=word, name=word, tag=of)
    client = here.sign_in(here.manager)
    for address, first, second in (
        ("/manage/tags/", "advert", "spam"),
        (f"/manage/tags/{tag.pk}/", "cordage", "twine"),
    ):
        page = client.get(here.url(address)).content.decode()
        assert first in page
        assert second not in page
        (older,) = re.findall(r'href="([^"]+\?words=\d+)"', page)
        assert second in client.get(older).content.decode()

"""The memory of visitors' pages: the same page for everybody without a session, and for nobody else."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from communities.content.models import Thread
from communities.memory import forget_all
from tests.conftest import Cast
from tests.factories import make_reply, make_thread


@pytest.fixture(autouse=True)
def remembering(settings: Any) -> None:
    settings.VISITOR_PAGES = 16


@pytest.fixture
def thread(here: Cast) -> Thread:
    with here.scope():
        return make_thread(here.forum, by=here.member, title="Splicing at sea")


def test_a_second_visitor_costs_no_query(here: Cast, thread: Thread, queries: Any) -> None:
    url = here.url(thread.get_absolute_url())
    Client().get(url)  # compiles the templates, which may take more than the page's second
    forget_all()
    first = Client().get(url)
    with queries(exactly=0):
        second = Client().get(url)
    assert b"Splicing at sea" in second.content
    assert second.content == first.content
    assert second.headers["Content-Language"] == first.headers["Content-Language"]
    assert second.headers["Vary"] == first.headers["Vary"]


def test_a_visitor_sees_a_reply_when_the_second_is_over(here: Cast, thread: Thread) -> None:
    url = here.url(thread.get_absolute_url())
    Client().get(url)
    with here.scope():
        make_reply(thread, by=here.owner, body="<p>Use a longer bury.</p>")
    assert b"longer bury" in here.sign_in(here.member).get(url).content, "members see it at once"
    forget_all()
    assert b"longer bury" in Client().get(url).content


def test_members_pages_are_not_for_visitors(here: Cast, thread: Thread) -> None:
    url = here.url(thread.get_absolute_url())
    mine = here.sign_in(here.member).get(url).content
    assert here.member.display_name.encode() in mine
    theirs = Client().get(url).content
    assert b"Sign in" in theirs
    assert theirs != mine
    assert here.sign_in(here.member).get(url).content != theirs


def test_languages_are_kept_apart(here: Cast, thread: Thread) -> None:
    with here.scope():
        here.community.languages = ["en", "fr"]
        here.community.save()
    forget_all()
    url = here.url("/forums/")
    assert Client().get(url, headers={"accept-language": "en"}).headers["Content-Language"] == "en"
    assert b"Espaces" in Client().get(url, headers={"accept-language": "fr"}).content


def test_communities_are_kept_apart(here: Cast, elsewhere: Cast, thread: Thread) -> None:
    assert b"Splicing at sea" in Client().get(here.url("/forums/")).content
    assert b"Splicing at sea" not in Client().get(elsewhere.url("/forums/")).content


@pytest.mark.parametrize("path", ["/sign-in/", "/join/"])
def test_pages_with_a_form_have_a_token_each(here: Cast, path: str) -> None:
    tokens = set()
    for _visitor in range(2):
        visitor = Client()
        visitor.get(here.url(path), follow=True)
        tokens.add(visitor.cookies["csrftoken"].value)
    assert len(tokens) == 2


def test_what_is_not_there_is_not_remembered(here: Cast) -> None:
    url = here.url("/forums/t/splicing-at-sea/")
    assert Client().get(url).status_code == 404
    with here.scope():
        make_thread(here.forum, by=here.member, title="Splicing at sea")
    forget_all()
    assert Client().get(url).status_code == 200

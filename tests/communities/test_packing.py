"""What leaves packed, what does not, and who is told that they have it already."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from django.test import Client

from communities.content.models import Thread
from communities.memory import forget_all
from tests.conftest import Cast
from tests.factories import make_thread

TAKES_IT = {"accept-encoding": "gzip, deflate, br"}


@pytest.fixture
def url(here: Cast, settings: Any) -> str:
    settings.VISITOR_PAGES = 16
    with here.scope():
        thread: Thread = make_thread(here.forum, by=here.member, title="Splicing at sea", body="<p>Rope.</p>")
    return here.url(thread.get_absolute_url())


def test_a_page_is_packed_for_those_who_take_it(url: str, queries: Any) -> None:
    plain = Client().get(url)
    packed = Client().get(url, headers=TAKES_IT)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert gzip.decompress(packed.content) == plain.content
    assert int(packed.headers["Content-Length"]) == len(packed.content) < len(plain.content) / 2
    assert "Accept-Encoding" in packed.headers["Vary"]
    with queries(exactly=0):
        assert Client().get(url, headers=TAKES_IT).content == packed.content, "packed once, then remembered"
        assert Client().get(url).content == plain.content


def test_who_has_a_page_is_not_sent_it_again(here: Cast, url: str) -> None:
    first = Client().get(url, headers=TAKES_IT)
    asks = {**TAKES_IT, "if-none-match": first.headers["ETag"]}
    for _drawn_anew in range(2):
        again = Client().get(url, headers=asks)
        assert (again.status_code, again.content) == (304, b"")
        forget_all()
    with here.scope():
        Thread.objects.update(title="Splicing on land")
    assert b"on land" in gzip.decompress(Client().get(url, headers=asks).content)


def test_a_members_page_is_packed_anew_and_kept_by_nobody(here: Cast, url: str) -> None:
    client = here.sign_in(here.member)
    one, other = (client.get(url, headers=TAKES_IT) for _time in range(2))
    assert "ETag" not in one.headers
    assert one.headers["Cache-Control"] == "private, no-store"
    assert len({len(client.get(url, headers=TAKES_IT).content) for _time in range(6)}) > 1, (
        "no measure of its text"
    )
    assert gzip.decompress(one.content) != gzip.decompress(other.content), "the token of forms is masked anew"


def test_what_is_packed_by_nature_is_left_alone(here: Cast) -> None:
    icon = Client().get(here.url("/apple-touch-icon.png"), headers=TAKES_IT)
    assert icon.status_code == 200
    assert "Content-Encoding" not in icon.headers

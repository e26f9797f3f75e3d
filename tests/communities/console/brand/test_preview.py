"""The preview: the real pages in the look of the form, in a frame of this place alone; nothing is kept of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict

from communities.console.brand.drafts import draft_of
from communities.content.models import ReadMarker
from communities.memory import forget_all
from communities.models import Community, fingerprint
from tests.conftest import Cast
from tests.factories import make_thread

PATH = "/manage/brand/preview/"


def look(**changes: Any) -> dict[str, Any]:
    values = {"colour": "#e6007e", "wash": 100, "face": "oldstyle", "reading": "humanist", "shape": "sharp"}
    return values | changes


def test_a_visitor_and_a_member_see_the_draft_and_nobody_else_does(here: Cast) -> None:
    client = here.sign_in(here.owner)
    visitor = client.post(here.url(PATH), look(**{"as": "visitor"})).content.decode()
    member = client.post(here.url(PATH), look(**{"as": "member"})).content.decode()
    for page in (visitor, member):
        assert "--brand: #e6007e;" in page
        assert '<base target="_blank">' in page
    assert f"Hello, {here.owner.display_name}" in member
    assert "Hello," not in visitor
    assert "/manage/" not in member, "a member without a role has no desk"
    forget_all()
    for who in (None, here.owner):
        assert "#e6007e" not in here.sign_in(who).get(here.url("/")).content.decode()
    assert Community.objects.get(pk=here.community.pk).theme == {}


def test_it_may_be_framed_by_this_place_alone_and_other_pages_by_nobody(here: Cast) -> None:
    client = here.sign_in(here.owner)
    framed = client.get(here.url(PATH))
    assert framed["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in framed["Content-Security-Policy"]
    assert "script-src 'none'" in framed["Content-Security-Policy"]
    assert b"<script" not in framed.content
    assert "no-store" in framed["Cache-Control"]
    page = client.get(here.url("/manage/brand/"))
    assert page["X-Frame-Options"] == "DENY"
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_both_schemes_are_shown_whatever_the_browser_prefers(here: Cast, scheme: str) -> None:
    page = here.sign_in(here.owner).post(here.url(PATH), look(scheme=scheme)).content.decode()
    assert f'<html data-theme="{scheme}"' in page


def test_a_text_is_shown_and_no_mark_of_reading_is_left(here: Cast) -> None:
    with here.scope():
        make_thread(here.forum, by=here.member, title="Mending a jib")
    page = here.sign_in(here.owner).post(here.url(PATH), look(**{"as": "member", "page": "text"}))
    assert "Mending a jib" in page.content.decode()
    assert "--brand: #e6007e;" in page.content.decode()
    with here.scope():
        assert not ReadMarker.objects.filter(membership=here.owner).exists()


def test_a_home_page_is_shown_as_it_is_arranged(here: Cast) -> None:
    with here.scope():
        make_thread(here.forum, by=here.member)
    sent = {"layout": "club", "order": ["links", "welcome", "talk"], "on": ["links", "welcome", "talk"]}
    sent |= {"label_1": "Our shop", "url_1": "https://shop.example"}
    page = here.sign_in(here.owner).post(here.url(PATH), sent).content.decode()
    assert 'class="home is-club"' in page
    assert "Our shop" in page


def test_a_mail_is_shown_with_its_signature(here: Cast) -> None:
    sent = {"signature": "Fair winds,\nthe Halyard team", "with_band": "on", "as": "mail"}
    mail = here.sign_in(here.owner).post(here.url(PATH), sent)
    assert "Fair winds,<br>the Halyard team" in mail.content.decode()
    assert "default-src 'none'" in mail["Content-Security-Policy"]
    coloured = here.sign_in(here.owner).post(here.url(PATH), look(**{"as": "mail"})).content.decode()
    assert "#e6007e" in coloured


def test_what_does_not_hold_is_shown_as_it_is_now(here: Cast) -> None:
    page = here.sign_in(here.owner).post(
        here.url(PATH), look(colour="teal", shape="star", **{"as": "x", "page": "y"})
    )
    assert page.status_code == 200
    assert "--brand: #1c5284;" in page.content.decode()


def test_what_is_drawn_of_a_draft_is_taken_for_nothing_else(here: Cast) -> None:
    """Not even for the same draft again: its styles carry a number of their page alone."""
    sent = QueryDict("colour=%23e6007e")
    assert len({fingerprint(draft_of(here.community, sent)) for _time in range(20)}) == 20

"""Addresses alone in their paragraph: films and pages as cards, asked for once, by the worker, and never by readers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache

from communities.archive.coming.cleaning import clean
from communities.content.models import Attachment, Post
from communities.content.services import carding, edit_post
from communities.content.services.carding import make_cards
from communities.content.text.cards import Card, addresses_alone, carded, films_on
from communities.content.text.extracts import plain_text
from communities.content.text.films import film_of, players_of
from communities.content.text.pages import said_by_page
from communities.content.text.rendering import render
from communities.memory import forget_all
from communities.models import Community, Membership
from communities.outbound import Fetched
from moderation.services import add_watch_word
from tests import factories
from tests.communities.content.test_uploads import picture
from tests.conftest import Cast
from tests.web_server import HOST, Answer, WebServer, web  # noqa: F401  a fixture

YOUTUBE = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"
PAGE = f"http://{HOST}/knots"
HEAD = b'<html><head><meta property="og:title" content="All  knots &amp; <b>bends</b>"><title>No</title>'
HTML = {"Content-Type": "text/html; charset=utf-8"}


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://youtu.be/dQw4w9WgXcQ?si=tracks", YOUTUBE),
        ("http://m.youtube.com/watch?list=x&v=dQw4w9WgXcQ&t=1m5s", f"{YOUTUBE}&t=65"),
        ("https://www.youtube.com/shorts/dQw4w9WgXcQ", YOUTUBE),
        ("https://vimeo.com/76979871", "https://vimeo.com/76979871"),
        ("https://player.vimeo.com/video/76979871?h=8272103f6e", "https://vimeo.com/76979871/8272103f6e"),
        ("https://dai.ly/x84sh87", "https://www.dailymotion.com/video/x84sh87"),
        ("https://films.example/videos/watch/9c9de5e8-0a1e", "https://films.example/w/9c9de5e8-0a1e"),
        ("https://other.example/videos/watch/9c9de5e8-0a1e", ""),
        ("https://www.youtube.com/@channel", ""),
        ("https://www.youtube.com.evil.example/watch?v=dQw4w9WgXcQ", ""),
        ("https://www.youtube.com/watch?v=../../etc/x", ""),
        ("javascript:https://youtu.be/dQw4w9WgXcQ", ""),
        ("https://[youtu.be/dQw4w9WgXcQ", ""),
    ],
)
def test_films_of_the_providers_have_one_address(address: str, kept: str, settings: Any) -> None:
    settings.PEERTUBE_HOSTS = ["films.example"]
    film = film_of(address)
    assert (film.address if film else "") == kept
    assert film is None or film_of(film.address) == film


def show(source: str, known: dict[str, Card] | None = None, fmt: Any = "markdown") -> str:
    return carded(render(source, fmt=fmt, mentions={}).html, known or {})


def test_an_address_becomes_a_card_only_alone_and_in_its_own_words() -> None:
    for alone in (YOUTUBE, f"<{YOUTUBE}>", "https://youtu.be/dQw4w9WgXcQ"):
        assert show(alone).startswith(
            f'<figure class="film"><a href="{YOUTUBE}" rel="nofollow ugc noopener">'
        )
    assert show(f"<p>{YOUTUBE}</p>", fmt="html") == show(YOUTUBE), "also where the editor made no link of it"
    for left in (
        f"[A film]({YOUTUBE})",
        f"See {YOUTUBE}",
        f"> {YOUTUBE}",
        f"- {YOUTUBE}",
        f"`{YOUTUBE}`",
        PAGE,
    ):
        assert "<figure" not in show(left)
    forged = f'<figure class="film"><a href="{YOUTUBE}"><strong>Free money</strong></a></figure>'
    assert "film" not in render(forged, fmt="html", mentions={}).html
    assert addresses_alone("\n".join(f"<p>http://{HOST}/{n}</p>" for n in range(30)))[-1].endswith("/19")


def test_a_card_says_what_is_known_and_nothing_that_could_act() -> None:
    known = {PAGE: Card('A <b>"title"</b>', {"src": "/~/media/1/full", "alt": ""})}
    html = show(PAGE, known)
    assert "<strong>A &lt;b&gt;&quot;title&quot;&lt;/b&gt;</strong>" in html.replace(
        '"title"', "&quot;title&quot;"
    )
    assert plain_text(html) == f'A <b>"title"</b>\n{HOST}'
    assert carded(html, {}) == html, "a second reading changes nothing"
    assert clean(html) == html, "and it travels"
    assert films_on(show(f"{YOUTUBE}&t=5").encode()) == [f"{YOUTUBE}&t=5"]
    assert players_of([YOUTUBE, "https://evil.example/w/x"]) == ["https://www.youtube-nocookie.com"]


@pytest.mark.parametrize(
    ("body", "title"),
    [
        (b'<meta charset="latin-1"><title>\xc9t\xe9</title>', "Été"),
        (b"<title>" + b"x" * 300, f"{'x' * 199}\u2026"),
        (b'<title>A</title><body><meta property="og:title" content="B">', "A"),
        (b'<meta charset="no-such"><title>A\x00\xff\xed</title>', ""),
        (b'<meta charset="punycode"><title>A-tda</title>', "A-tda"),
        (b"<title>A</title><![<![", "A"),
        (b"<svg><title>", ""),
    ],
)
def test_a_title_is_read_from_any_head(body: bytes, title: str) -> None:
    said = said_by_page(Fetched(200, {"content-type": "text/html"}, body, PAGE))
    assert said.title == title or not title
    assert said_by_page(Fetched(200, {"content-type": "application/pdf"}, body, PAGE)).title == ""


def test_a_page_is_asked_once_and_its_picture_is_ours(here: Cast, web: WebServer) -> None:  # noqa: F811
    cache.clear()
    web.pages["/knots"] = Answer(body=HEAD + b'<meta property="og:image" content="/k.png">', headers=HTML)
    web.pages["/k.png"] = Answer(body=picture().read())
    with here.scope():
        thread = factories.make_thread(here.forum, by=here.member, body=f"<p>Look:</p><p>{PAGE}</p>")
        post = Post.objects.get(thread=thread, position=1)
        other = factories.make_reply(thread, by=here.ambassador, body=f"<p>{PAGE}</p>")
    number = here.community.pk
    assert (make_cards(number, post.pk), make_cards(number, post.pk), make_cards(number, other.pk)) == (
        1,
        1,
        1,
    )
    assert [path for path, _headers in web.asked] == ["/knots", "/k.png"]
    with here.scope():
        kept = Attachment.objects.get(post=post)
        post.refresh_from_db()
        assert (kept.uploader_id, max(kept.width, kept.height) <= 720) == (here.member.pk, True)
        assert f'<img src="/~/media/{kept.pk}/full" alt=""' in post.body_html
        assert "<strong>All knots &amp; &lt;b&gt;bends&lt;/b&gt;</strong>" in post.body_html
        assert post.body_source == f"<p>Look:</p><p>{PAGE}</p>"
        assert Attachment.objects.get(post=other).path != kept.path
        edited = edit_post(post, by=here.member, body=f"<p>{PAGE}</p><p>More.</p>")
        assert f"/{kept.pk}/full" in edited.body_html, "a change keeps the card"
        assert "<figure" not in edit_post(edited, by=here.member, body=f"<p>See {PAGE}</p>").body_html
    forget_all()
    page = here.sign_in(here.member).get(here.url(f"/media/{kept.pk}/full"))
    assert (page.status_code, page.headers["Content-Type"]) == (200, "image/webp")


def test_what_says_nothing_stays_a_link(here: Cast, elsewhere: Cast, web: WebServer, settings: Any) -> None:  # noqa: F811
    cache.clear()
    web.pages["/knots"] = Answer(404, body=HEAD, headers=HTML)
    with here.scope():
        thread = factories.make_thread(
            here.forum, by=here.member, body=f"<p>{PAGE}</p><p>http://10.0.0.1/x</p>"
        )
        post = Post.objects.get(thread=thread, position=1)
    before = post.body_html
    assert make_cards(here.community.pk, post.pk) == 0
    assert make_cards(here.community.pk, post.pk) == 0, "and is not asked again for a day"
    assert len(web.asked) == 1
    assert make_cards(elsewhere.community.pk, post.pk) == 0, "what is of another community is not there"
    with here.scope():
        post.refresh_from_db()
    assert post.body_html == before


def test_an_hour_has_its_limit_and_the_operator_a_switch(
    here: Cast,
    web: WebServer,  # noqa: F811
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    cache.clear()
    monkeypatch.setattr(carding, "MOST_AN_HOUR", 0)
    with here.scope():
        thread = factories.make_thread(here.forum, by=here.member, body=f"<p>{PAGE}</p>")
        post = Post.objects.get(thread=thread, position=1)
    assert make_cards(here.community.pk, post.pk) == 0
    assert web.asked == []
    asked: list[str] = []
    monkeypatch.setattr(carding, "ask_for", lambda job, **_options: asked.append(job))
    with here.scope():
        carding.ask_for_cards(post)
        settings.LINK_CARDS = False
        carding.ask_for_cards(post)
    assert asked == ["communities.content.tasks.make_cards"]


def test_a_place_without_cards_asks_nobody_and_shows_none(
    here: Cast,
    web: WebServer,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cache.clear()
    web.pages["/knots"] = Answer(body=HEAD, headers=HTML)
    film = "<p>https://youtu.be/dQw4w9WgXcQ</p>"
    with here.scope():
        thread = factories.make_thread(here.forum, by=here.member, body=f"<p>{PAGE}</p>{film}")
        post = Post.objects.get(thread=thread, position=1)
    assert "<figure" in post.body_html
    Community.objects.filter(pk=here.community.pk).update(settings={"cards": False})
    forget_all()
    asked: list[str] = []
    monkeypatch.setattr(carding, "ask_for", lambda job, **_options: asked.append(job))
    with here.scope():
        carding.ask_for_cards(Post.objects.get(pk=post.pk))
    assert make_cards(here.community.pk, post.pk) == 0
    assert (asked, web.asked) == ([], [])
    with here.scope():
        by = Membership.objects.get(pk=here.member.pk)
        edit_post(post, by=by, body=f"<p>{PAGE}</p>{film}<p>Seen?</p>")
        assert "<figure" not in Post.objects.get(pk=post.pk).body_html


def test_a_title_is_judged_before_it_is_shown(here: Cast, web: WebServer) -> None:  # noqa: F811
    """What another site calls itself neither passes by those who read first, nor keeps a writer from their own text."""
    cache.clear()
    web.pages["/knots"] = Answer(body=HEAD, headers=HTML)
    web.pages["/splices"] = Answer(body=b"<title>Splices</title>", headers=HTML)
    number, splices = here.community.pk, f"<p>http://{HOST}/splices</p>"
    with here.scope():
        thread = factories.make_thread(here.forum, by=here.member, body=f"<p>{PAGE}</p>")
        post = Post.objects.get(thread=thread, position=1)
        read = factories.make_reply(thread, by=here.ambassador, body=splices)
        of_team = factories.make_reply(thread, by=here.manager, body=splices)
        Post.objects.filter(pk__in=[read.pk, of_team.pk]).update(mode="pre")
        add_watch_word(word="bends", by=here.manager, action="block")
    forget_all()
    assert make_cards(number, read.pk) == 0
    assert web.asked == [], "what appears is what was read: nobody is asked"
    assert (make_cards(number, of_team.pk), make_cards(number, post.pk)) == (1, 0)
    assert [path for path, _headers in web.asked] == ["/splices", "/knots"]
    with here.scope():
        edited = edit_post(post, by=here.member, body=f"<p>{PAGE}</p><p>More.</p>")
    assert "<figure" not in edited.body_html


def test_a_picture_that_fails_is_asked_for_once_and_none_is_lost(
    here: Cast,
    web: WebServer,  # noqa: F811
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cache.clear()
    web.pages["/knots"] = Answer(body=HEAD + b'<meta property="og:image" content="/k.png">', headers=HTML)
    with here.scope():
        thread = factories.make_thread(here.forum, by=here.member, body=f"<p>{PAGE}</p>")
        post = Post.objects.get(thread=thread, position=1)

    def asked(most: int = carding.MOST_AN_HOUR, *, again: bool = True) -> list[str]:
        if again:
            cache.clear()
        web.asked.clear()
        monkeypatch.setattr(carding, "MOST_AN_HOUR", most)
        make_cards(here.community.pk, post.pk)
        post.refresh_from_db()
        return [path for path, _headers in web.asked]

    with here.scope():
        assert asked(1) == ["/knots"], "pictures count, too"
        assert asked() == ["/knots", "/k.png"]
        assert asked(again=False) == []
        web.pages["/k.png"] = Answer(body=picture().read())
        asked()
        assert f"/{Attachment.objects.get(post=post).pk}/full" in post.body_html
        assert asked() == ["/knots"], "what is there already is not fetched"
        del web.pages["/k.png"]
        web.pages["/knots"] = Answer(
            body=b'<title>Bends</title><meta property="og:image" content="/k.png">', headers=HTML
        )
        assert asked() == ["/knots", "/k.png"]
        assert "<strong>Bends</strong>" in post.body_html
        assert f"/{Attachment.objects.get(post=post).pk}/full" in post.body_html
        settings.LINK_CARDS = False
        assert asked() == [], "nor for what was to be done before the operator said so"


def test_only_a_page_with_a_film_may_frame_its_player(here: Cast) -> None:
    with here.scope():
        film = factories.make_thread(here.forum, by=here.member, body=f"<p>{YOUTUBE}</p>").get_absolute_url()
        plain = factories.make_thread(here.forum, by=here.member, body="<p>Words.</p>").get_absolute_url()
    forget_all()
    for client in (here.sign_in(None), here.sign_in(None), here.sign_in(here.member)):
        policy = client.get(here.url(film)).headers["Content-Security-Policy"]
        assert "frame-src https://www.youtube-nocookie.com" in policy
        assert "frame-src" not in client.get(here.url(plain)).headers["Content-Security-Policy"]
        assert b"film.mjs" not in client.get(here.url(plain)).content

"""In a browser only: a film that plays where its card stands, and emoji found by their names."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from communities.content.models import Post
from communities.models import Membership
from tests import factories
from tests.conftest import Cast

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FILM = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"


def test_a_film_plays_when_it_is_pressed_and_signs_are_found_by_name(
    page: Page, server: str, cast: Cast, sign_in: Callable[[Membership], None], complaints: list[str]
) -> None:
    with cast.scope():
        thread = factories.make_thread(cast.forum, by=cast.manager, body=f"<p>{FILM}</p>")
        path = thread.get_absolute_url()
    asked: list[str] = []

    def play(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(content_type="text/html", body="<p>A film</p>")

    page.route(re.compile(r"^https://"), play)
    sign_in(cast.member)
    page.goto(f"{server}{cast.url(path)}")
    card = page.locator(".film > a")
    expect(card).to_have_attribute("href", FILM)
    assert asked == [], "nobody is asked before somebody presses"
    card.click()
    frame = page.locator(".film > iframe")
    expect(frame).to_have_attribute(
        "src", re.compile(r"^https://www\.youtube-nocookie\.com/embed/dQw4w9WgXcQ\?")
    )
    expect(page.frame_locator(".film > iframe").locator("p")).to_have_text("A film")
    assert {re.sub(r"\?.*", "", one) for one in asked} == {
        "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"
    }

    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.get_by_label("Your reply").focus()
    page.locator(".editor-bar").wait_for()
    assert not [one for one in fetched if "signs" in one], "nor are signs fetched"
    page.get_by_role("button", name="Emoji").click()
    name = page.get_by_role("combobox", name="Name of the emoji")
    expect(page.get_by_role("option", name="thumbs up")).to_have_attribute("aria-selected", "true")
    name.fill("red hea")
    expect(page.get_by_role("option", name="red heart")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    paper = page.locator(".editor-paper")
    expect(paper).to_have_text("❤️")
    page.keyboard.type(" :rocke")
    expect(page.get_by_role("option", name="rocket")).to_be_visible()
    page.keyboard.press("Enter")
    expect(paper).to_have_text("❤️ 🚀")
    page.keyboard.type(" :joy:")
    expect(paper).to_have_text("❤️ 🚀 😂")
    page.keyboard.type(" at 10:30")
    page.get_by_role("button", name="Post reply").click()
    expect(page.locator(".post .prose-ui").last).to_have_text("❤️ 🚀 😂 at 10:30")
    with cast.scope():
        assert Post.objects.order_by("-pk")[0].body_source == "<p>❤️ 🚀 😂 at 10:30</p>"
    assert complaints == []

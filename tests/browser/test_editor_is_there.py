"""Whoever comes to where one writes finds the editor there; a page that is read higher up fetches nothing."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from tests.browser.conftest import LOCALES, PATIENCE
from tests.browser.held import Held
from tests.conftest import Cast
from tests.factories import make_reply, make_thread

MODULES = "/editor/rich"


def test_the_editor_is_there_before_it_is_reached_for(browser: Browser, cast: Cast, server: str) -> None:
    with cast.scope():
        short = make_thread(cast.forum, by=cast.member)
        long = make_thread(cast.forum, by=cast.member)
        for number in range(15):
            make_reply(long, by=cast.moderator, body=f"<p>Reply {number}. {'Many words. ' * 40}</p>")
    context = browser.new_context(locale=LOCALES["en"], viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE)
    cookies = cast.sign_in(cast.member).cookies
    context.add_cookies([{"name": name, "value": one.value, "url": server} for name, one in cookies.items()])
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    page.goto(server + cast.url(f"/forums/t/{long.slug}/"), wait_until="networkidle")
    page.locator("#p-1").hover()
    assert not [url for url in asked if MODULES in url]
    expect(page.locator("#reply textarea[data-editor]")).to_be_visible()
    page.locator("#reply").scroll_into_view_if_needed()
    page.locator("#reply [data-editor-box]").scroll_into_view_if_needed()
    expect(page.locator("#reply .editor-paper")).to_be_visible()
    # It takes nobody from what they are at.
    expect(page.locator("#reply .editor-paper")).not_to_be_focused()

    page.goto(server + cast.url(f"/forums/f/{cast.forum.slug}/new/"))
    expect(page.locator(".editor-bar")).to_be_visible()
    expect(page.locator("[data-editor-plain]")).to_be_hidden()
    page.get_by_label("Title").fill("Seen at once")

    # Nothing below moves when it comes.
    waiting = Held(page, f"**{MODULES}*")
    page.goto(server + cast.url(f"/forums/t/{short.slug}/"))
    box = page.locator("#reply [data-editor-box]")
    expect(box.locator("textarea[data-editor]")).to_be_visible()
    before = box.bounding_box()
    waiting.let_go()
    expect(box.locator(".editor-bar")).to_be_visible()
    after = box.bounding_box()
    assert before is not None
    assert after is not None
    assert abs(before["height"] - after["height"]) <= 1
    context.close()

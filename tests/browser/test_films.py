"""Films of ten acts, as numbered pictures: `bin/test -m "films"` writes them to var/films, for people to look at.

Each with scripts (before, at the press, 100 ms and 300 ms later, done) and without (the page before, the page that is
answered). What can be said without looking is asserted: no other page is asked for, and nothing above what was pressed
moves. Moments are those of the film, and decide nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Locator, Page, Request, expect

from communities.content.models import Post
from communities.content.services import react_to_post
from communities.promotions.models import Banner
from moderation import services as moderating
from moderation.models import Case
from tests import factories
from tests.analytics.conftest import BROWSER
from tests.browser.conftest import PATIENCE
from tests.browser.walking import settles
from tests.conftest import Cast

pytestmark = [pytest.mark.browser, pytest.mark.films]

FILMS = Path(settings.BASE_DIR) / "var" / "films"
# Milliseconds between pictures, and until an answer begins to come.
MOMENTS = (100, 200)
LATENCY = 150
WORDS = (
    "<p>Halyard slips about ten centimetres in the first gust, then holds. 10 mm polyester, clutch from 2009.</p>",
    "<p>Milk the slack out before you close it, and look at the jaw: if its teeth are round, no rope will help.</p>",
    "<p>Same here last season. The jaw was fine, the cover of the rope was not.</p>",
)
# What is to stay where it is: everything of the page that begins above what was pressed, and is there afterwards.
ABOVE = """(top) => {
  window.above = [...document.querySelectorAll("header, .post, h1, h2, nav, aside, main p")].flatMap((one) => {
    const box = one.getBoundingClientRect();
    return box.height && box.bottom < top + 1 ? [[one, box.top]] : [];
  });
}"""
# Roundings of what has a place of its own in a block that came back are none that anybody sees.
MOVED = """() => window.above.flatMap(([one, before]) => {
  const { top } = one.getBoundingClientRect();
  return one.isConnected && Math.abs(top - before) > 2 ? [`${one.outerHTML.slice(0, 80)}: ${before}, ${top}`] : [];
})"""


@dataclass
class Act:
    """An act: who does it where, what comes before, what is pressed, and what is there once it is done."""

    name: str
    who: str
    path: str
    press: Callable[[Page], Locator]
    done: Callable[[Page], None]
    ready: Callable[[Page], None] = lambda page: None


def button(name: str, within: str = "body") -> Callable[[Page], Locator]:
    return lambda page: page.locator(within).get_by_role("button", name=name, exact=True).first


def sees(name: str, within: str = "body") -> Callable[[Page], None]:
    return lambda page: expect(button(name, within)(page)).to_be_visible()


def reads(words: str, within: str) -> Callable[[Page], None]:
    return lambda page: expect(page.locator(within)).to_contain_text(words)


def is_scripted(page: Page) -> bool:
    """Tells by what a script of every page says at its root."""
    return bool(page.evaluate("'singleKeys' in document.documentElement.dataset"))


def types(page: Page, words: str, within: str = "body") -> None:
    """Into the editor where there are scripts, else into the text area that it takes the place of."""
    if is_scripted(page):
        page.locator(f"{within} [data-editor-box]").first.hover()
        page.locator(f"{within} .editor-paper").first.click()
    else:
        page.locator(f"{within} textarea").first.click()
    page.keyboard.press("Control+End")
    page.keyboard.type(words)


def replies(page: Page) -> None:
    types(page, "Thank you: it was the cover.", "#reply")


def opens_menu(page: Page) -> None:
    """That of the last answer; without scripts it is another page."""
    post = page.locator("#p-4")
    (post.locator("summary").first if is_scripted(page) else post.locator("a[href*='menu=']").first).click()


def edits(page: Page) -> None:
    opens_menu(page)
    page.locator("#p-4").get_by_role("link", name="Edit", exact=True).click()
    expect(button("Save the text")(page)).to_be_visible()
    types(page, " I had it changed.", "form:has(button:text('Save the text'))")


def deletes(page: Page) -> None:
    opens_menu(page)
    page.locator("#p-4").get_by_role("link", name="Delete").click()
    expect(button("Delete the post")(page)).to_be_visible()


def releases(page: Page) -> None:
    """With scripts, who opens a case has it."""
    if is_scripted(page):
        expect(page.locator("#hands")).to_contain_text("yours")
        page.reload()
        button("Release")(page).click()
        expect(button("Take the case")(page)).to_be_visible()
        settles(page)


def locks(page: Page) -> None:
    page.locator("summary", has_text="Lock the thread").click()
    page.locator("#id_lock_reason").fill("It is settled.")


ACTS = (
    Act("react", "member", "thread", button("Useful", "#p-3"), sees("Useful 1", "#p-3")),
    Act(
        "follow",
        "member",
        "thread",
        lambda page: page.locator("#about button").first,
        sees("Follow", "#about"),
    ),
    Act("accept", "member", "thread", button("Accept this answer", "#p-2"), reads("Solved by", "#head")),
    Act("reply", "member", "thread", button("Post reply"), reads("it was the cover", "#posts"), replies),
    Act("edit", "member", "thread", button("Save the text"), reads("had it changed", "#p-4"), edits),
    Act("delete", "member", "thread", button("Delete the post"), sees("Restore the post"), deletes),
    Act("pin", "moderator", "thread", button("Pin the thread"), reads("Pinned", "#head")),
    Act("lock", "moderator", "thread", button("Lock the thread"), reads("It is settled.", "#reply"), locks),
    Act("take a case", "moderator", "case", button("Take the case"), sees("Release"), releases),
    Act(
        "archive a banner",
        "owner",
        "banners",
        lambda page: page.get_by_role("button", name="Archive").first,
        reads("No banner yet.", "main"),
    ),
)


@pytest.fixture
def paths(cast: Cast) -> dict[str, str]:
    """A question with answers, a case about one of them, a banner; the paths of their pages."""
    with cast.scope():
        thread = factories.make_thread(cast.forum, by=cast.member, kind="question", title="Why does it slip?")
        for words, by in zip(WORDS, (cast.ambassador, cast.manager, cast.member), strict=True):
            post = factories.make_reply(thread, by=by, body=words)
        react_to_post(Post.objects.get(thread=thread, position=2), by=cast.owner, kind="useful")
        case = moderating.open_case(post, kind=Case.Kind.LOOK)
        Banner.objects.create(placement="home", text="A boat for two.", button="See it", target="/forums/")
    return {
        "thread": f"/forums/t/{thread.slug}/",
        "case": f"/moderation/c/{case.ref}/",
        "banners": "/manage/banners/",
    }


@pytest.fixture
def films(browser: Browser, cast: Cast, server: str, paths: dict[str, str]) -> Iterator[Callable[..., Page]]:
    """Opens the page of an act as whoever does it, with scripts or without."""
    contexts = []

    def open_page(act: Act, *, scripts: bool) -> Page:
        context = browser.new_context(
            viewport={"width": 1280, "height": 900},
            locale="en-GB",
            user_agent=BROWSER,
            java_script_enabled=scripts,
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        cookies = cast.sign_in(getattr(cast, act.who)).cookies
        context.add_cookies([{"name": n, "value": one.value, "url": server} for n, one in cookies.items()])
        page = context.new_page()
        page.goto(server + cast.url(paths[act.path]), wait_until="networkidle")
        return page

    yield open_page
    for context in contexts:
        context.close()


def shoot(page: Page, act: Act, name: str) -> None:
    folder = FILMS / f"{ACTS.index(act) + 1:02d} {act.name}"
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name}.png", animations="allow", caret="initial")


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.name)
def test_an_act_in_place_moves_nothing_above_it(films: Callable[..., Page], act: Act) -> None:
    page = films(act, scripts=True)
    act.ready(page)
    pressed = act.press(page)
    pressed.scroll_into_view_if_needed()
    asked: list[Request] = []
    page.on("request", lambda one: asked.append(one) if one.resource_type == "document" else None)
    slow = page.context.new_cdp_session(page)
    # As on a phone: an answer takes a moment.
    slow.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": LATENCY, "downloadThroughput": -1, "uploadThroughput": -1},
    )
    box = pressed.bounding_box()
    assert box is not None
    page.evaluate(ABOVE, box["y"])
    shoot(page, act, "1 before")
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.up()
    shoot(page, act, "2 at the press")
    for number, wait in enumerate(MOMENTS, 3):
        page.wait_for_timeout(wait)
        shoot(page, act, f"{number} after {sum(MOMENTS[: number - 2])} ms")
    act.done(page)
    settles(page)
    # What is still on its way into place has arrived.
    page.evaluate("Promise.all(document.getAnimations().map((one) => one.finished.catch(() => null)))")
    shoot(page, act, "5 done")
    assert asked == []
    assert page.evaluate(MOVED) == []


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.name)
def test_the_same_without_scripts_is_a_page(films: Callable[..., Page], act: Act) -> None:
    page = films(act, scripts=False)
    act.ready(page)
    act.press(page).scroll_into_view_if_needed()
    shoot(page, act, "without scripts 1 before")
    act.press(page).click()
    act.done(page)
    shoot(page, act, "without scripts 2 answered")

"""Finding from the keys: Ctrl+K, the arrows, Enter; ? for the shortcuts; the last searches stay in this browser."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from communities.models import Membership
from tests.browser.held import Held
from tests.conftest import Cast
from tests.factories import make_thread

SignIn = Callable[[Membership], None]


def test_anything_is_reached_from_the_keys(
    cast: Cast, page: Page, sign_in: SignIn, complaints: list[str], server: str
) -> None:
    with cast.scope():
        make_thread(cast.forum, by=cast.member, title="Mending a genoa without a sailmaker")
    sign_in(cast.member)
    page.goto(server + cast.url("/forums/"))
    page.keyboard.press("Control+k")
    box = page.get_by_role("combobox")
    expect(box).to_be_focused()
    expect(page.get_by_role("option", name="Home", exact=True)).to_be_visible()
    box.fill("genoa sailmaker")
    first = page.get_by_role("option", name="Mending a genoa without a sailmaker")
    expect(first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option", name="Search everywhere for “genoa sailmaker”")).to_have_attribute(
        "aria-selected", "true"
    )
    page.keyboard.press("ArrowUp")
    expect(first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Mending a genoa")).to_be_visible()

    # What was looked for is offered again, there and on the page of search, until it is cleared.
    page.keyboard.press("Control+k")
    expect(page.get_by_role("option", name="genoa sailmaker", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.goto(server + cast.url("/search/"))
    recent = page.get_by_role("region", name="Recent searches")
    expect(recent.get_by_role("link", name="genoa sailmaker")).to_be_visible()
    recent.get_by_role("button").click()
    expect(recent).to_have_count(0)
    assert page.evaluate("localStorage.getItem('searches')") is None

    # Whoever comes after is not told what was looked for: somebody else at this browser, or after signing out.
    page.goto(server + cast.url("/search/?q=spinnaker"))
    sign_in(cast.manager)
    page.goto(server + cast.url("/search/"))
    expect(page.get_by_role("region", name="Recent searches")).to_have_count(0)
    page.goto(server + cast.url("/search/?q=halyard"))
    page.goto(server + cast.url("/me/security/"))
    page.locator("main").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()
    assert page.evaluate("localStorage.getItem('searches')") is None
    assert complaints == []


def test_enter_waits_for_what_was_typed_last_on_a_slow_line(
    cast: Cast, page: Page, sign_in: SignIn, complaints: list[str], server: str
) -> None:
    with cast.scope():
        make_thread(cast.forum, by=cast.member, title="Mending a genoa without a sailmaker")
    sign_in(cast.member)
    page.goto(server + cast.url("/forums/"))
    held = Held(page, "**/search/find/?q=genoa*")
    page.keyboard.press("Control+k")
    box = page.get_by_role("combobox")
    box.fill("home")
    expect(page.get_by_role("option", name="Home", exact=True)).to_have_attribute("aria-selected", "true")
    with page.expect_request("**/search/find/?q=genoa*"):
        box.fill("genoa sailmaker")
    box.press("Enter")
    held.let_go()
    expect(page.get_by_role("heading", level=1, name="Mending a genoa")).to_be_visible()
    assert complaints == []


def test_the_shortcuts_are_shown_and_typing_is_left_alone(
    cast: Cast, page: Page, sign_in: SignIn, complaints: list[str], server: str
) -> None:
    sign_in(cast.member)
    page.goto(server + cast.url("/search/"))
    box = page.locator("#q")
    box.press("?")
    expect(box).to_have_value("?")
    page.goto(server + cast.url("/forums/"))
    page.locator("main").focus()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_contain_text("Go to or search")
    # Whoever speaks to their computer switches single keys off, and on again where there is a button for it.
    switch = page.get_by_role("button", name="Single-key shortcuts")
    expect(switch).to_have_attribute("aria-pressed", "true")
    switch.click()
    expect(switch).to_have_attribute("aria-pressed", "false")
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.goto(server + cast.url("/help/"))
    switch = page.locator("#keyboard").get_by_role("button", name="Single-key shortcuts")
    expect(switch).to_have_attribute("aria-pressed", "false")
    page.locator("main").focus()
    page.keyboard.press("/")
    page.keyboard.press("?")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox")).to_be_focused()
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_have_count(0)
    page.keyboard.press("Escape")
    switch.click()
    expect(switch).to_have_attribute("aria-pressed", "true")
    page.locator("main").focus()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    assert complaints == []

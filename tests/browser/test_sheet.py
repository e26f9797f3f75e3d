"""Writing on a phone: the form fills the screen above the keys, and goes back to its place with what was typed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from communities.content.models import Thread
from communities.models import Membership
from tests.browser.walking import comes_true
from tests.conftest import Cast
from tests.factories import make_reply, make_thread

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SignIn = Callable[[Membership], None]
PHONE, DESK, ZOOMED = (
    {"width": 360, "height": 720},
    {"width": 1280, "height": 900},
    {"width": 320, "height": 256},
)
PAPER = "#reply .editor-paper"
SHEET = "document.querySelector('.is-sheet')"
BOX = (
    f"(() => {{ const {{ top, left, width, height }} = {SHEET}.getBoundingClientRect();"
    " return [top, left, width, height]; })()"
)


@pytest.fixture
def thread(cast: Cast) -> Thread:
    with cast.scope():
        thread = make_thread(cast.forum, by=cast.moderator)
        for _number in range(12):
            make_reply(thread, by=cast.ambassador, body="<p>Long enough to scroll.</p>" * 4)
    return thread


@pytest.fixture
def address(cast: Cast, server: str, thread: Thread) -> str:
    return f"{server}{cast.url(f'/forums/t/{thread.slug}/')}"


def comes(page: Page, address: str, size: dict[str, int]) -> None:
    page.set_viewport_size(size)  # type: ignore[arg-type]
    # As of somebody who asked for little motion, so that nothing is on its way when it is measured.
    page.emulate_media(reduced_motion="reduce")
    page.goto(address)


def test_a_reply_is_written_in_a_sheet_and_what_was_typed_stays(
    page: Page, cast: Cast, sign_in: SignIn, address: str, complaints: list[str]
) -> None:
    sign_in(cast.member)
    comes(page, address, PHONE)
    fourth = page.locator("#p-4")
    fourth.scroll_into_view_if_needed()
    where = page.evaluate("scrollY")
    link = fourth.get_by_role("link", name="Reply", exact=True)
    link.click()
    sheet = page.get_by_role("dialog", name="Reply")
    expect(sheet).to_be_visible()
    assert page.evaluate(BOX) == [0, 0, 360, 720]
    expect(page.locator("#reply :focus")).to_have_count(1)
    # Nothing behind it scrolls or is reached.
    assert page.evaluate("scrollY") == where
    page.mouse.wheel(0, 600)
    assert page.evaluate("scrollY") == where
    assert page.evaluate("document.querySelector('#p-4 a').closest('[inert]') !== null")
    expect(page.locator(PAPER)).to_be_visible()
    page.locator(PAPER).click()
    page.keyboard.type("From the train.")
    for _turn in range(40):
        page.keyboard.press("Tab")
        assert page.evaluate(
            f"document.activeElement === document.body || {SHEET}.contains(document.activeElement)"
        )
    sheet.get_by_role("button", name="Close").click()
    expect(sheet).to_have_count(0)
    expect(link).to_be_focused()
    assert page.evaluate("scrollY") == where
    assert page.evaluate("document.querySelectorAll('[inert]').length") == 0
    # The same by Escape, and by the way back, which leads to no other page.
    for how in (lambda: page.keyboard.press("Escape"), lambda: page.evaluate("history.back()")):
        link.click()
        expect(sheet).to_be_visible()
        expect(page.locator(PAPER)).to_have_text("From the train.")
        page.locator(PAPER).press("End")
        how()
        expect(sheet).to_have_count(0)
        expect(link).to_be_focused()
        assert page.url.split("#")[0] == address
    assert complaints == []


def test_it_is_sent_from_its_bar_and_the_page_is_there_again(
    page: Page, cast: Cast, sign_in: SignIn, address: str, thread: Thread, complaints: list[str]
) -> None:
    sign_in(cast.member)
    comes(page, address, PHONE)
    page.locator("#reply [data-editor-box]").scroll_into_view_if_needed()
    page.locator("#reply [data-editor-box]").hover()
    page.locator(PAPER).click()
    sheet = page.get_by_role("dialog", name="Reply")
    expect(sheet).to_be_visible()
    page.keyboard.type("From the train.")
    sheet.get_by_role("button", name="Send").click()
    expect(page.locator("#p-14")).to_contain_text("From the train.")
    expect(page.locator("#p-14")).to_be_focused()
    expect(sheet).to_have_count(0)
    assert page.evaluate("document.querySelectorAll('[inert]').length") == 0
    expect(page.locator(PAPER)).to_have_text("")
    with cast.scope():
        assert thread.posts.count() == 14
    assert complaints == []


def test_a_touch_of_the_field_leads_back_to_the_head_of_its_form(
    page: Page, cast: Cast, sign_in: SignIn, address: str
) -> None:
    sign_in(cast.member)
    comes(page, address, PHONE)
    page.locator("#reply [data-editor-box]").scroll_into_view_if_needed()
    page.locator("#reply [data-editor-box]").hover()
    page.locator(PAPER).click()
    sheet = page.get_by_role("dialog", name="Reply")
    expect(sheet).to_be_visible()
    # The keys take half of the screen; the sheet is what they leave.
    page.evaluate(
        "Object.defineProperty(visualViewport, 'height', { value: 360, configurable: true });"
        "Object.defineProperty(visualViewport, 'offsetTop', { value: 40, configurable: true });"
        "visualViewport.dispatchEvent(new Event('resize'));"
    )
    comes_true(page, f"{SHEET}.getBoundingClientRect().height === 360")
    assert page.evaluate(f"{SHEET}.getBoundingClientRect().top") == 40
    sheet.get_by_role("button", name="Close").click()
    expect(page.get_by_role("heading", name="Reply", exact=True)).to_be_focused()


@pytest.mark.parametrize("size", [DESK, ZOOMED])
def test_on_a_desk_and_enlarged_four_times_the_form_stays_in_its_place(
    page: Page, cast: Cast, sign_in: SignIn, address: str, size: dict[str, int]
) -> None:
    sign_in(cast.member)
    comes(page, address, size)
    page.locator("#p-4").get_by_role("link", name="Reply", exact=True).click()
    expect(page.locator("#reply :focus")).to_have_count(1)
    expect(page.locator("#reply")).to_be_in_viewport()
    expect(page.locator(".is-sheet")).to_have_count(0)


def test_a_thread_is_begun_in_a_sheet(
    page: Page, cast: Cast, server: str, sign_in: SignIn, complaints: list[str]
) -> None:
    sign_in(cast.member)
    comes(page, f"{server}{cast.url(f'/forums/f/{cast.forum.slug}/new/')}", PHONE)
    title = page.get_by_label("Title")
    title.fill("Which rope for a mooring?")
    expect(page.locator(".is-sheet")).to_have_count(0)
    page.locator("[data-editor-box]").hover()
    page.locator(".editor-paper").click()
    sheet = page.get_by_role("dialog", name="Start a thread")
    expect(sheet).to_be_visible()
    page.keyboard.type("The old one is worn.")
    sheet.get_by_role("button", name="Close").click()
    expect(sheet).to_have_count(0)
    expect(title).to_have_value("Which rope for a mooring?")
    page.locator(".editor-paper").click()
    page.set_viewport_size({"width": 1000, "height": 720})
    expect(sheet).to_have_count(0)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.get_by_role("heading", name="Start a thread").click()
    page.locator(".editor-paper").click()
    sheet.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", level=1, name="Which rope for a mooring?")).to_be_visible()
    expect(page.locator("#p-1")).to_contain_text("The old one is worn.")
    assert complaints == []

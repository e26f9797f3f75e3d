"""Reading by hand: replying from where one reads, sharing, pictures large, wide parts by keyboard, low screens."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from communities.content.models import Thread
from communities.content.services import reply_to
from communities.content.services.uploading import upload_file
from communities.models import Membership
from tests.browser.walking import comes_true
from tests.conftest import Cast
from tests.factories import make_reply, make_thread

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SignIn = Callable[[Membership], None]
WIDE = "<pre><code>" + "halyard = clutch + " * 40 + "</code></pre>"
CELLS = "".join(f"<td>column {number}</td>" for number in range(14))


def drawn(colour: str, width: int = 900) -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (width, 600), colour).save(out, "PNG")
    return SimpleUploadedFile(f"{colour}.png", out.getvalue(), content_type="image/png")


@pytest.fixture
def thread(cast: Cast) -> Thread:
    """Posts enough for two pages, a wide one and one with two pictures among the first."""
    with cast.scope():
        thread = make_thread(cast.forum, by=cast.moderator, body="<p>First words.</p>")
        pictures = [upload_file(drawn(one), by=cast.ambassador, alt=one) for one in ("teal", "navy")]
        shown = "".join(f'<p><img src="/~/media/{one.pk}/full"></p>' for one in pictures)
        reply_to(thread, by=cast.ambassador, body=f"<p>Look:</p>{shown}", body_format="html")
        make_reply(thread, by=cast.member, body=f"{WIDE}<table><tr>{CELLS}</tr></table>")
        for number in range(20):
            make_reply(thread, by=cast.ambassador, body=f"<p>Words {number}</p>" * 6)
        thread.refresh_from_db()
    return thread


@pytest.fixture
def address(server: str, cast: Cast, thread: Thread) -> str:
    return f"{server}{cast.url(f'/forums/t/{thread.slug}/')}"


@pytest.fixture
def plain(browser: Browser) -> Iterator[Page]:
    """A visitor’s page without scripts."""
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


def post(position: int) -> str:
    return f"#p-{position}"


def test_one_replies_from_where_one_reads(
    page: Page, cast: Cast, sign_in: SignIn, address: str, complaints: list[str]
) -> None:
    sign_in(cast.member)
    page.goto(address)
    link = page.locator(post(3)).get_by_role("link", name="Reply", exact=True)
    link.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#reply")).to_be_in_viewport()
    expect(page.locator("#reply :focus")).to_have_count(1)
    expect(page.locator(".float-reply")).to_be_hidden()
    assert complaints == []


def test_on_a_phone_the_reply_floats_until_the_form_is_there(
    page: Page, cast: Cast, sign_in: SignIn, address: str, complaints: list[str]
) -> None:
    page.set_viewport_size({"width": 360, "height": 720})
    sign_in(cast.member)
    page.goto(address)
    floating = page.locator(".float-reply")
    expect(floating).to_be_hidden()
    page.locator(post(9)).scroll_into_view_if_needed()
    expect(floating).to_be_in_viewport()
    # The form comes over the page, and goes again.
    floating.click()
    expect(page.locator("#reply :focus")).to_have_count(1)
    expect(floating).to_be_hidden()
    expect(page.locator(post(9))).to_be_in_viewport()
    page.locator("#reply").get_by_role("button", name="Close").click()
    expect(page.locator("#reply")).not_to_be_in_viewport()
    expect(floating).to_be_focused()
    assert complaints == []


def test_after_a_reply_in_place_one_goes_on_replying(
    page: Page, cast: Cast, sign_in: SignIn, address: str, complaints: list[str]
) -> None:
    page.set_viewport_size({"width": 360, "height": 720})
    sign_in(cast.member)
    page.goto(f"{address}?page=2")
    page.locator("#reply [data-editor-box]").hover()
    page.locator("#reply .editor-paper").click()
    page.keyboard.type("Mine.")
    page.get_by_role("button", name="Post reply").click()
    expect(page.locator(post(24))).to_be_focused()
    for position in (24, 22):
        page.locator(post(position)).get_by_role("link", name="Reply", exact=True).click()
        expect(page.locator("#reply :focus")).to_have_count(1)
        # A sheet is over the page as long as one writes.
        page.get_by_role("dialog", name="Reply").get_by_role("button", name="Close").click()
    page.locator("h1").scroll_into_view_if_needed()
    page.locator(post(22)).scroll_into_view_if_needed()
    floating = page.locator(".float-reply")
    expect(floating).to_have_count(1)
    page.locator("#reply").scroll_into_view_if_needed()
    expect(floating).to_be_hidden()
    assert complaints == []


def test_a_post_is_shared_from_its_menu(
    page: Page, context: BrowserContext, cast: Cast, sign_in: SignIn, address: str, complaints: list[str]
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    sign_in(cast.member)
    page.goto(f"{address}?page=2")
    last = page.locator(post(22))
    last.locator("summary").click()
    last.get_by_role("button", name="Share").click()
    expect(page.get_by_role("status").get_by_text("The link is copied.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == f"{address}?page=2#p-22"
    expect(last.locator("summary")).to_be_focused()
    # By use, too, its address is that of the page by date which has it.
    with cast.scope():
        Thread.objects.update(asks=True)
    page.goto(f"{address}?order=useful&after=2-0-18")
    last.locator("summary").click()
    last.get_by_role("button", name="Share").click()
    expect(page.get_by_role("status").get_by_text("The link is copied.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == f"{address}?page=2#p-22"
    assert complaints == []


def test_visitors_share_with_the_panel_of_their_system(
    page: Page, address: str, complaints: list[str]
) -> None:
    page.add_init_script(
        "navigator.share = (what) => { window.told = what.url; return Promise.reject(new Error('closed')) }"
    )
    page.goto(f"{address}?menu=x")
    page.locator(post(2)).get_by_role("button", name="Share").click()
    comes_true(page, "window.told")
    assert page.evaluate("window.told") == f"{address}#p-2"
    assert complaints == [], "closing the panel is no failure"


def test_pictures_open_large_with_keys_between_them(page: Page, address: str, complaints: list[str]) -> None:
    page.goto(address)
    page.get_by_role("link", name="teal").click()
    box = page.get_by_role("dialog", name="Picture")
    expect(box.get_by_role("img", name="teal")).to_have_attribute("src", re.compile(r"/full$"))
    expect(box.get_by_text("1 / 2")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(box.get_by_role("img", name="navy")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(box.get_by_role("img", name="teal")).to_be_visible()
    page.keyboard.press("+")
    expect(box.get_by_role("button", name="Full size", pressed=True)).to_be_visible()
    box.get_by_role("button", name="Full size").click()
    expect(box.get_by_role("button", name="Full size", pressed=False)).to_be_visible()
    page.keyboard.press("End")
    expect(box.get_by_text("2 / 2")).to_be_visible()
    page.keyboard.press("Home")
    expect(box.get_by_text("1 / 2")).to_be_visible()
    box.get_by_role("button", name="Previous picture").click()
    expect(box.get_by_role("img", name="navy")).to_be_visible()
    page.keyboard.press("Escape")
    expect(box).to_have_count(0)
    expect(page.get_by_role("link", name="navy")).to_be_focused()
    assert complaints == []


def test_without_scripts_a_picture_is_a_link_to_the_large_one(plain: Page, address: str) -> None:
    plain.goto(address)
    plain.get_by_role("link", name="teal").click()
    plain.wait_for_url(re.compile(r"/media/[0-9a-f-]{36}/full$"))


def test_what_is_wide_scrolls_by_keyboard(page: Page, address: str, complaints: list[str]) -> None:
    page.set_viewport_size({"width": 360, "height": 720})
    page.goto(address)
    for part in ("pre", "table"):
        wide = page.locator(f"{post(3)} {part}")
        expect(wide).to_have_attribute("tabindex", "0")
        wide.focus()
        page.keyboard.press("ArrowRight")
        comes_true(page, "(name) => document.querySelector(name).scrollLeft > 0", f"#p-3 {part}")
    assert page.evaluate("document.scrollingElement.scrollWidth") == 360
    assert complaints == []


def test_on_a_low_screen_no_bar_stays(
    page: Page, cast: Cast, sign_in: SignIn, address: str, complaints: list[str]
) -> None:
    sign_in(cast.member)
    page.set_viewport_size({"width": 320, "height": 470})
    page.goto(address)
    page.locator(post(9)).scroll_into_view_if_needed()
    for bar in (".top", ".dock", ".float-reply"):
        expect(page.locator(bar)).not_to_be_in_viewport()
    page.set_viewport_size({"width": 320, "height": 640})
    expect(page.locator(".dock")).to_be_in_viewport()
    assert page.evaluate("document.scrollingElement.scrollWidth") == 320
    assert complaints == []

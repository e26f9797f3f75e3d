"""What is covered is typed, chosen and uncovered by hand: with a pointer, with keys, without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_editor import address, last_post, pages, send, writer
from tests.conftest import Cast
from tests.factories import make_thread

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
__all__ = ["address", "pages", "writer"]

PAPER = ".editor-paper"
SEEN = "(one) => getComputedStyle(one.firstElementChild).visibility"


def covering(words: str) -> str:
    return f'<mark class="spoiler" tabindex="0"><span>{words}</span></mark>'


def test_it_is_typed_pressed_and_chosen(writer: Page, cast: Cast, complaints: list[str]) -> None:
    writer.keyboard.type("Who? ||it sinks|| then.")
    expect(writer.locator(f"{PAPER} mark.spoiler")).to_have_text("it sinks")
    expect(writer.locator(f"{PAPER} mark.spoiler")).to_be_visible()
    writer.keyboard.press("Enter")
    button = writer.get_by_role("button", name="Spoiler")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    writer.keyboard.type("twice")
    button.click()
    writer.keyboard.type(" now")
    writer.keyboard.press("Enter")
    writer.keyboard.type("/spoiler")
    writer.keyboard.press("Enter")
    writer.keyboard.type("thrice")
    send(writer)
    assert last_post(cast).body_html == (
        f"<p>Who? {covering('it sinks')} then.</p><p>{covering('twice')} now</p><p>{covering('thrice')}</p>"
    )
    shown = writer.locator(".post mark.spoiler").first
    assert shown.evaluate(SEEN) == "hidden"
    shown.click()
    assert shown.evaluate(SEEN) == "visible"
    writer.locator("h1").first.click()
    assert shown.evaluate(SEEN) == "hidden"
    assert complaints == []


def test_it_is_uncovered_without_scripts_by_the_tab_key(browser: Browser, server: str, cast: Cast) -> None:
    """What is covered is not read aloud; what it is, is."""
    with cast.scope():
        body = "<p>Who? <mark class=spoiler>see <a href='https://example.org/'>this</a></mark></p>"
        thread = make_thread(cast.forum, by=cast.moderator, body=body)
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server}{cast.url(f'/forums/t/{thread.slug}/')}")
    cover = page.locator("#p-1 mark.spoiler")
    paragraph = page.locator("#p-1 .prose-ui p")
    assert "this" not in paragraph.aria_snapshot()
    assert "Spoiler" in paragraph.aria_snapshot()
    expect(page.get_by_role("link", name="this")).to_have_count(0)
    cover.focus()
    expect(page.get_by_role("link", name="this")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="this")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="this")).to_have_count(0)
    context.close()

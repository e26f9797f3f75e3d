"""What is covered is typed, chosen and uncovered by hand: with a pointer, with keys, without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from communities.content.services import reply_to
from communities.content.services.uploading import upload_file
from tests.browser.test_editor import SignIn, address, last_post, pages, send, writer
from tests.browser.test_reading import drawn
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


@pytest.mark.parametrize(
    ("first", "last"),
    [("#text", "#text"), ("STRONG", "#text"), ("MARK", "MARK")],
    ids=["words", "parts", "all"],
)
def test_words_selected_in_a_cover_are_quoted_in_one(
    page: Page, cast: Cast, sign_in: SignIn, server: str, first: str, last: str
) -> None:
    with cast.scope():
        body = "<p>Who? <mark class=spoiler><strong>she</strong> sinks</mark> then.</p>"
        thread = make_thread(cast.forum, by=cast.moderator, body=body)
    sign_in(cast.member)
    page.goto(f"{server}{cast.url(f'/try/{thread.pk}/')}")
    page.get_by_label("Reply").focus()
    page.locator(".editor-bar").wait_for()
    page.locator(".post mark.spoiler").first.evaluate(SELECT, [first, last])
    page.get_by_text("Quote", exact=True).first.evaluate("(one) => one.click()")
    quoted = page.locator(f"{PAPER} blockquote p").last
    expect(quoted.locator("mark.spoiler")).to_have_count(1)
    said = quoted.inner_text().strip()
    assert said in "she sinks"
    assert quoted.locator("mark.spoiler").inner_text().strip() == said


# From one node in a cover to another, or all of its only element.
SELECT = """(cover, [first, last]) => {
  const { firstChild: start, lastChild: end } = cover.firstElementChild;
  const range = document.createRange();
  if (first === "MARK") range.selectNodeContents(cover);
  else {
    if (first === "STRONG") range.setStart(start.firstChild, 0);
    else range.setStart(end, 1);
    range.setEnd(end, 5);
  }
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}"""


def test_no_key_leads_from_a_large_picture_to_a_covered_one(page: Page, cast: Cast, server: str) -> None:
    with cast.scope():
        thread = make_thread(cast.forum, by=cast.moderator)
        teal, navy, plum = (
            f'<img src="/~/media/{upload_file(drawn(one), by=cast.ambassador, alt=one).pk}/full">'
            for one in ("teal", "navy", "plum")
        )
        said = "<figcaption>By <mark class=spoiler>her</mark></figcaption>"
        body = f"<figure>{teal}{said}</figure><p><mark class=spoiler>{navy}</mark></p><p>{plum}</p>"
        reply_to(thread, by=cast.ambassador, body=body, body_format="html")
    page.goto(f"{server}{cast.url(f'/forums/t/{thread.slug}/')}")
    box = page.get_by_role("dialog", name="Picture")
    page.get_by_role("link", name="teal").click()
    expect(box.locator("[data-words]")).to_have_text("By […]")
    expect(box.get_by_text("1 / 2")).to_be_visible()
    for key in ("ArrowRight", "Home", "End"):
        page.keyboard.press(key)
        expect(box.get_by_role("img", name="teal" if key == "Home" else "plum")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator("#p-2 p > mark.spoiler").focus()
    page.get_by_role("link", name="navy").click()
    expect(box.get_by_role("img", name="navy")).to_be_visible()
    expect(box.get_by_text("2 / 3")).to_be_visible()


def test_a_cover_says_what_it_is_until_it_is_uncovered(browser: Browser, server: str, cast: Cast) -> None:
    """Without scripts: a group by name; in the summary of a fold, no stop of the Tab key."""
    with cast.scope():
        fold = "<details><summary>How <mark class=spoiler>she sinks</mark></summary><p>Slowly.</p></details>"
        thread = make_thread(
            cast.forum, by=cast.moderator, body=f"<p>Who? <mark class=spoiler>her</mark></p>{fold}"
        )
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server}{cast.url(f'/forums/t/{thread.slug}/')}")
    cover = page.locator("#p-1 .prose-ui").get_by_role("group", name="Spoiler")
    expect(cover).to_have_count(1)
    before = "(one) => getComputedStyle(one, '::before').content"
    assert cover.evaluate(before) == '"Spoiler"'
    assert "her" not in cover.aria_snapshot()
    cover.focus()
    assert cover.evaluate(before) == "none"
    assert "her" in cover.aria_snapshot()
    page.keyboard.press("Tab")
    summary = page.locator("#p-1 .prose-ui summary")
    expect(summary).to_be_focused()
    inside = summary.locator("mark.spoiler")
    assert inside.evaluate(SEEN) == "hidden"
    page.keyboard.press("Enter")
    assert inside.evaluate(SEEN) == "visible"
    assert inside.evaluate(before) == "none"
    context.close()

"""Writing for real: in a browser, under the strict content security policy, with no complaint from it."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from communities.content.models import Attachment, Post
from communities.models import Membership
from tests import factories
from tests.browser.walking import comes_true
from tests.conftest import Cast

SignIn = Callable[[Membership], None]


@pytest.fixture
def pages() -> str:
    return "tests.browser.urls"


@pytest.fixture
def address(server: str, cast: Cast) -> str:
    """A page with one post to answer."""
    with cast.scope():
        body = "<p>First words. <em>More</em> words.</p>"
        thread = factories.make_thread(cast.forum, by=cast.moderator, body=body)
        petra = Membership.objects.filter(pk=cast.ambassador.pk)
        petra.update(handle="petra.s", display_name="Petra Sandvik")
    return f"{server}{cast.url(f'/try/{thread.pk}/')}"


@pytest.fixture
def writer(page: Page, cast: Cast, sign_in: SignIn, address: str) -> Page:
    """A member's page with the rich editor open."""
    sign_in(cast.member)
    page.goto(address)
    page.get_by_label("Reply").focus()
    page.locator(".editor-bar").wait_for()
    return page


def last_post(cast: Cast) -> Post:
    with cast.scope():
        return Post.objects.order_by("-pk")[0]


def png(width: int = 900, height: int = 600) -> bytes:
    out = BytesIO()
    Image.new("RGB", (width, height), "teal").save(out, "PNG")
    return out.getvalue()


def send(page: Page) -> None:
    page.get_by_role("button", name="Post reply").click()
    page.wait_for_url(re.compile(r"#p-\d+$"))


def test_formatting_reaches_the_thread(writer: Page, cast: Cast, complaints: list[str]) -> None:
    writer.keyboard.type("Plain and ")
    writer.keyboard.press("Control+b")
    writer.keyboard.type("bold")
    writer.keyboard.press("Control+b")
    writer.get_by_role("button", name="Link").click()
    writer.get_by_label("Address of the link").fill("example.com/a")
    writer.keyboard.press("Enter")
    send(writer)
    html = last_post(cast).body_html
    assert "<p>Plain and <strong>bold</strong>" in html
    assert '<a href="https://example.com/a" rel="nofollow ugc noopener">' in html
    assert complaints == []


def test_the_toolbar_is_one_stop_with_arrows_inside(writer: Page, complaints: list[str]) -> None:
    writer.get_by_role("button", name="Bold").focus()
    writer.keyboard.press("ArrowRight")
    expect(writer.get_by_role("button", name="Italic")).to_be_focused()
    assert writer.locator('.editor-bar button[tabindex="0"]').count() == 1
    sizes = writer.locator(".editor-bar button").evaluate_all(
        "all => all.map((one) => Math.min(one.offsetWidth, one.offsetHeight))"
    )
    assert min(sizes) >= 24
    assert complaints == []


def test_the_toolbar_stands_in_one_row_beside_something_else(writer: Page, complaints: list[str]) -> None:
    writer.locator(".editor").first.evaluate("(one) => { one.style.inlineSize = '590px'; }")
    places = writer.locator(".editor-bar").first.evaluate(
        "(bar) => [...bar.querySelectorAll('button')].map((one) => [one.offsetTop, one.offsetWidth])"
    )
    assert len({top for top, _width in places}) == 1
    assert min(width for _top, width in places) >= 24
    assert complaints == []


def test_a_chosen_picture_is_sent_and_shown(writer: Page, cast: Cast, complaints: list[str]) -> None:
    with writer.expect_file_chooser() as chooser:
        writer.get_by_role("button", name="Add a picture").click()
    chooser.value.set_files({"name": "deck.png", "mimeType": "image/png", "buffer": png()})
    writer.get_by_label("Description of the picture").fill("A deck at dawn")
    writer.keyboard.press("Enter")
    send(writer)
    html = last_post(cast).body_html
    assert 'alt="A deck at dawn"' in html
    assert 'width="900"' in html
    assert "480w" in html
    with cast.scope():
        assert Attachment.objects.get().post_id == last_post(cast).pk
    shown = writer.locator('article img[alt="A deck at dawn"]')
    expect(shown).to_have_js_property("complete", True)
    shown.scroll_into_view_if_needed()
    comes_true(writer, "document.querySelector('article img').naturalWidth > 0")
    assert complaints == []


PASTE = """async () => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 60, height: 40 });
  canvas.getContext("2d").fillRect(0, 0, 30, 40);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
  const list = new DataTransfer();
  list.items.add(new File([blob], "pasted.png", { type: "image/png" }));
  document.querySelector(".editor-paper").dispatchEvent(
    new ClipboardEvent("paste", { clipboardData: list, bubbles: true, cancelable: true }));
}"""


def test_a_pasted_picture_is_sent(writer: Page, cast: Cast, complaints: list[str]) -> None:
    writer.keyboard.type("Look: ")
    writer.evaluate(PASTE)
    writer.get_by_label("Description of the picture").fill("Half a square")
    writer.keyboard.press("Enter")
    send(writer)
    assert 'width="60"' in last_post(cast).body_html
    assert complaints == []


DROP = """() => {
  const list = new DataTransfer();
  list.items.add(new File(["%PDF-1.7 of a deck"], "deck.pdf", { type: "application/pdf" }));
  const paper = document.querySelector(".editor-paper");
  const { left, top } = paper.getBoundingClientRect();
  const place = { clientX: left + 30, clientY: top + 20 };
  paper.dispatchEvent(new DragEvent("drop", { dataTransfer: list, bubbles: true, cancelable: true, ...place }));
}"""


def test_files_are_dropped_or_chosen_and_come_back(
    writer: Page, cast: Cast, address: str, complaints: list[str]
) -> None:
    writer.evaluate(DROP)
    expect(writer.locator(".editor-file")).to_have_text("deck.pdf")
    expect(writer.locator("[data-editor-status]")).to_contain_text("The file is in the text")
    with writer.expect_file_chooser() as chooser:
        writer.get_by_role("button", name="Add a file").click()
    macros = {"name": "a.docm", "mimeType": "application/zip", "buffer": b"PK"}
    chooser.value.set_files(macros)
    expect(writer.get_by_role("alert")).to_contain_text("without macros")
    expect(writer.locator(".editor-file")).to_have_text("deck.pdf")
    writer.keyboard.type("Read it.")
    expect(writer.locator("[data-editor-status]")).to_contain_text("Draft saved")
    # Opened anew, it is what it was.
    writer.goto(address)
    expect(writer.locator(".editor-file")).to_have_text("deck.pdf")
    send(writer)
    html = last_post(cast).body_html
    with cast.scope():
        file = last_post(cast).attachments.get()
    assert f'<p><a href="/~/media/{file.pk}/file" data-size="18">deck.pdf</a></p>' in html
    assert "Read it." in html
    with writer.expect_download() as download:
        writer.get_by_role("link", name="deck.pdf").click()
    assert download.value.suggested_filename == "deck.pdf"
    assert [said for said in complaints if "422" not in said] == []


def test_a_refused_picture_says_why_in_the_page(writer: Page, cast: Cast) -> None:
    with writer.expect_file_chooser() as chooser:
        writer.get_by_role("button", name="Add a picture").click()
    chooser.value.set_files({"name": "a.png", "mimeType": "image/png", "buffer": b"not a picture"})
    expect(writer.get_by_role("alert")).to_contain_text("cannot be used")
    assert writer.locator(".editor-paper img:not(.ProseMirror-separator)").count() == 0
    with cast.scope():
        assert not Attachment.objects.exists()


def test_a_member_is_found_and_mentioned_by_keyboard(writer: Page, cast: Cast, complaints: list[str]) -> None:
    writer.keyboard.type("Ask @pet")
    option = writer.get_by_role("option", name="Petra Sandvik")
    option.wait_for()
    assert option.get_attribute("aria-selected") == "true"
    writer.keyboard.press("Enter")
    writer.keyboard.type("please")
    send(writer)
    assert 'members/petra.s/" class="mention">@petra.s</a> please' in last_post(cast).body_html
    with cast.scope():
        assert last_post(cast).mentions.get().membership_id == cast.ambassador.pk
    assert complaints == []


def test_escape_closes_the_list_and_keeps_the_words(writer: Page, cast: Cast) -> None:
    writer.keyboard.type("Ask @pet")
    writer.get_by_role("option").first.wait_for()
    writer.keyboard.press("Escape")
    expect(writer.get_by_role("listbox")).to_be_hidden()
    send(writer)
    assert last_post(cast).body_html == "<p>Ask @pet</p>"


def test_a_post_is_quoted_with_its_author(writer: Page, cast: Cast, complaints: list[str]) -> None:
    writer.get_by_text("Quote", exact=True).first.click()
    writer.locator(".editor-paper blockquote").wait_for()
    expect(writer.locator(".editor-paper")).to_be_focused()
    writer.keyboard.type("I agree")
    send(writer)
    html = last_post(cast).body_html
    assert re.search(r'<blockquote[^>]* data-post="\d+"', html)
    assert "wrote</a></p>" in html
    assert "<p>First words. <em>More</em> words.</p></blockquote>" in html
    assert html.endswith("<p>I agree</p>")
    assert complaints == []


def test_the_preview_shows_what_the_thread_will(writer: Page, complaints: list[str]) -> None:
    writer.keyboard.type("Seen before")
    writer.get_by_role("button", name="Preview").click()
    expect(writer.locator(".editor-preview p")).to_have_text("Seen before")
    writer.get_by_role("button", name="Preview").click()
    expect(writer.locator(".editor-paper")).to_be_visible()
    assert complaints == []


def test_what_was_typed_comes_back(writer: Page, address: str, complaints: list[str]) -> None:
    writer.keyboard.type("A long thought")
    expect(writer.locator("[data-editor-status]")).to_contain_text("Draft saved")
    writer.goto(address)
    expect(writer.locator(".editor-paper")).to_have_text("A long thought")
    expect(writer.locator("[data-editor-status]")).to_contain_text("what you had typed")
    send(writer)
    writer.goto(address)
    assert writer.locator(".editor-paper").count() == 0
    assert writer.get_by_label("Reply").input_value() == ""
    assert complaints == []


def test_each_tab_keeps_its_own_text(writer: Page, address: str, complaints: list[str]) -> None:
    writer.keyboard.type("A thought of the first")
    expect(writer.locator("[data-editor-status]")).to_contain_text("Draft saved")
    other = writer.context.new_page()
    other.goto(address)
    box = other.get_by_label("Reply")
    expect(box).to_have_value("")
    # Not by a click: the mouse wakes the editor on its way, which may then lie where the click was aimed.
    box.focus()
    expect(other.locator(".editor-paper")).to_be_focused()
    other.keyboard.type("Of the second")
    expect(other.locator("[data-editor-status]")).to_contain_text("Draft saved")
    for tab, text in ((writer, "A thought of the first"), (other, "Of the second")):
        tab.goto(address)
        expect(tab.locator(".editor-paper")).to_have_text(text)
    # What a tab left that was closed comes back in the next one.
    other.close()
    writer.goto("about:blank")
    third = writer.context.new_page()
    third.goto(address)
    expect(third.locator(".editor-paper")).to_have_text("Of the second")
    assert complaints == []


def test_two_presses_make_one_post(writer: Page, cast: Cast) -> None:
    writer.keyboard.type("Once")
    writer.get_by_role("button", name="Post reply").dblclick()
    writer.wait_for_url(re.compile(r"#p-\d+$"))
    with cast.scope():
        assert Post.objects.filter(body_html="<p>Once</p>").count() == 1


def test_going_back_after_posting_shows_no_markup(writer: Page, cast: Cast, complaints: list[str]) -> None:
    """The browser puts back what was sent, which is the editor’s markup: it is shown in the editor, or not at all."""
    writer.keyboard.type("Plain and ")
    writer.keyboard.press("Control+b")
    writer.keyboard.type("bold")
    send(writer)
    writer.go_back()
    area = writer.locator("textarea[data-editor]")
    area.wait_for(state="attached")
    expect(writer.locator(".editor-paper")).to_have_text("Plain and bold")
    expect(area).to_be_hidden()
    send(writer)
    assert last_post(cast).body_html == "<p>Plain and <strong>bold</strong></p>", (
        "and it is sent as what it is"
    )
    assert complaints == []


def test_reading_loads_no_editor(page: Page, cast: Cast, sign_in: SignIn, address: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    sign_in(cast.member)
    page.goto(address)
    page.wait_for_load_state("networkidle")
    assert [url for url in asked if url.endswith((".mjs", ".js"))] == [
        url for url in asked if url.endswith("js/editor/start.mjs")
    ]


def test_without_scripts_markdown_is_written(
    browser: Browser, cast: Cast, sign_in: SignIn, address: str, context: object, server: str
) -> None:
    plain = browser.new_context(java_script_enabled=False)
    client = cast.sign_in(cast.member)
    plain.add_cookies([{"name": k, "value": v.value, "url": server} for k, v in client.cookies.items()])
    page = plain.new_page()
    page.goto(address)
    page.get_by_label("Reply").fill("Some **strong** words")
    page.get_by_role("button", name="Post reply").click()
    page.wait_for_url(re.compile(r"#p-\d+$"))
    plain.close()
    post = last_post(cast)
    assert (post.body_html, post.body_format) == ("<p>Some <strong>strong</strong> words</p>", "markdown")


@pytest.mark.parametrize("width", [360, 1280])
def test_the_editor_fits(writer: Page, width: int, tmp_path: Path) -> None:
    writer.set_viewport_size({"width": width, "height": 800})
    writer.keyboard.type("A line")
    assert writer.evaluate("document.documentElement.scrollWidth") <= width


def test_enter_begins_a_paragraph(writer: Page, cast: Cast, complaints: list[str]) -> None:
    for words in ("One", "Two"):
        writer.keyboard.type(words)
        writer.keyboard.press("Enter")
    send(writer)
    assert last_post(cast).body_html == "<p>One</p><p>Two</p>"
    assert complaints == []

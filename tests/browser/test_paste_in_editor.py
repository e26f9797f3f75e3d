"""Pasting into the editor and posting it: what is read in the thread is what was copied, and what was not is said."""

from __future__ import annotations

import base64
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from playwright.sync_api import Page, expect

from communities.content.models import Attachment
from communities.content.services.uploading import upload_file
from tests.browser.pasted import CLIPBOARDS
from tests.browser.test_editor import address, last_post, pages, png, send, writer
from tests.conftest import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
__all__ = ["address", "pages", "writer"]

PASTE = """(data) => {
  const list = new DataTransfer();
  for (const [kind, text] of Object.entries(data)) list.setData(kind, text);
  document.querySelector(".editor-paper").dispatchEvent(
    new ClipboardEvent("paste", { clipboardData: list, bubbles: true, cancelable: true }));
}"""


def paste(page: Page, html: str = "", *, plain: str = "words", rtf: str = "") -> None:
    kinds = {"text/html": html, "text/plain": plain, "text/rtf": rtf}
    page.evaluate(PASTE, {kind: text for kind, text in kinds.items() if text})


def test_from_google_docs_only_what_is_bold_is_bold(writer: Page, cast: Cast, complaints: list[str]) -> None:
    pasted, text = CLIPBOARDS["google docs: nothing is bold but what is"]
    paste(writer, pasted)
    expect(writer.locator(".editor-paper strong")).to_have_text("rope")
    send(writer)
    assert last_post(cast).body_html == text
    assert complaints == []


# Written, read and written again: the editor, the server and the editor agree.
WHOLE = [
    "word: lists are paragraphs",
    "word in the browser: every item is a list",
    "a page: headings keep their order, weight none",
    "a spreadsheet: cells, a title over two, bold by its sheet",
    "notion: boxes, code, a fold",
    "gmail: lines are divisions, an indent is no quotation",
]


@pytest.mark.parametrize("name", WHOLE)
def test_what_was_pasted_goes_round_unchanged(
    writer: Page, cast: Cast, server: str, complaints: list[str], name: str
) -> None:
    pasted, text = CLIPBOARDS[name]
    paste(writer, pasted)
    shown = writer.locator(".editor-paper")
    first = shown.inner_text()
    send(writer)
    post = last_post(cast)
    for tag in ("ol", "ul", "li", "h2", "h3", "h4", "table", "td", "pre", "blockquote", "strong"):
        assert post.body_html.count(f"<{tag}") == text.count(f"<{tag}"), tag
    writer.goto(f"{server}{cast.url(f'/p/{post.public_id}/edit/')}")
    writer.locator("textarea[data-editor]").dispatch_event("pointerover")
    again = writer.locator(".editor-paper")
    again.wait_for()
    assert again.inner_text().split() == first.split()
    again.focus()
    writer.keyboard.press("Control+End")
    writer.locator("textarea[data-editor]").evaluate("area => area.form.requestSubmit()")
    writer.wait_for_url(lambda url: "/edit/" not in url)
    assert last_post(cast).body_html == post.body_html
    assert complaints == []


def test_pictures_of_elsewhere_are_links_and_said(writer: Page, cast: Cast, complaints: list[str]) -> None:
    asked: list[str] = []
    writer.on("request", lambda request: asked.append(request.url))
    paste(
        writer,
        '<p>A <img src="https://pics.example/rope.png" alt="A rope"> and <img src="file:///b.png"></p>'
        '<iframe src="https://films.example/1" title="How to splice"></iframe>',
    )
    note = writer.locator(".editor [role=status] .banner")
    expect(note).to_contain_text("became links: \u2068A rope\u2069.")
    expect(note).to_contain_text("did not come along: \u2068b.png\u2069.")
    expect(note).to_contain_text("embedded content became links: \u2068How to splice\u2069.")
    note.get_by_role("button", name="Close").click()
    expect(note).to_have_count(0)
    expect(writer.locator(".editor-paper")).to_be_focused()
    send(writer)
    html = last_post(cast).body_html
    assert '<a href="https://pics.example/rope.png" rel="nofollow ugc noopener">A rope</a>' in html
    assert '<a href="https://films.example/1" rel="nofollow ugc noopener">How to splice</a>' in html
    assert not [url for url in asked if "example" in url]
    assert complaints == []


def test_pictures_in_the_clipboard_are_sent(writer: Page, cast: Cast, complaints: list[str]) -> None:
    data = base64.b64encode(png(90, 60)).decode()
    paste(writer, f'<p>One <img src="data:image/png;base64,{data}" alt="A deck"> two</p>')
    shown = writer.locator('.editor-paper img[alt="A deck"]')
    expect(shown).to_have_attribute("width", "90")
    send(writer)
    html = last_post(cast).body_html
    assert 'alt="A deck" width="90" height="60"' in html
    with cast.scope():
        assert Attachment.objects.get().post_id == last_post(cast).pk
    assert complaints == []


def test_a_picture_that_is_refused_is_named(writer: Page, cast: Cast) -> None:
    data = base64.b64encode(b"not a picture").decode()
    paste(writer, f'<p>Text <img src="data:image/png;base64,{data}" alt="Broken"></p>')
    expect(writer.locator(".editor [role=status] .banner")).to_contain_text("\u2068Broken\u2069")
    expect(writer.get_by_role("alert")).to_contain_text("cannot be used")
    assert writer.locator(".editor-paper img:not(.ProseMirror-separator)").count() == 0
    send(writer)
    assert last_post(cast).body_html == "<p>Text</p>"


def test_text_alone_keeps_its_lines_and_paragraphs(writer: Page, cast: Cast, complaints: list[str]) -> None:
    paste(writer, plain="Dear all,\r\n\r\n\r\nfirst line\r\nsecond <b>line</b>\n")
    send(writer)
    assert last_post(cast).body_html == (
        "<p>Dear all,</p><p>first line<br>second &lt;b&gt;line&lt;/b&gt;</p>"
    )
    assert complaints == []


def test_words_go_into_the_line_that_is_written(writer: Page, cast: Cast, complaints: list[str]) -> None:
    writer.keyboard.type("Before ")
    paste(writer, '<meta charset="utf-8"><span style="font-weight:700">bold</span>')
    writer.keyboard.type(" after")
    send(writer)
    assert last_post(cast).body_html == "<p>Before <strong>bold after</strong></p>"
    assert complaints == []


COPY = """() => {
  const list = new DataTransfer();
  document.querySelector(".editor-paper").dispatchEvent(
    new ClipboardEvent("copy", { clipboardData: list, bubbles: true, cancelable: true }));
  return { html: list.getData("text/html"), plain: list.getData("text/plain") };
}"""


def test_what_is_copied_in_the_editor_comes_back_as_it_was(
    writer: Page, cast: Cast, complaints: list[str]
) -> None:
    paste(
        writer,
        "<h2>Top</h2><table><tr><td>a</td><td>b</td></tr></table><ul><li>One<ul><li>Two</li></ul></li></ul>",
    )
    writer.keyboard.press("Control+a")
    copied = writer.evaluate(COPY)
    writer.keyboard.press("Delete")
    paste(writer, copied["html"], plain=copied["plain"])
    send(writer)
    assert last_post(cast).body_html == (
        "<h2>Top</h2><table><tbody><tr><td><p>a</p></td><td><p>b</p></td></tr></tbody></table>"
        "<ul><li><p>One</p><ul><li><p>Two</p></li></ul></li></ul>"
    )
    assert complaints == []


def test_a_picture_of_another_text_is_sent_again(
    writer: Page, cast: Cast, server: str, complaints: list[str]
) -> None:
    with cast.scope():
        kept = upload_file(SimpleUploadedFile("sail.png", png(80, 50)), by=cast.member)
    address = f"{server}{cast.url(f'/media/{kept.pk}/full')}"
    paste(writer, f'<p>See <img src="{address}" alt="A sail"></p>')
    shown = writer.locator('.editor-paper img[alt="A sail"]')
    expect(shown).to_have_attribute("src", re.compile(rf"/media/(?!{kept.pk})"))
    send(writer)
    html = last_post(cast).body_html
    assert 'alt="A sail"' in html
    assert "<img" in html
    with cast.scope():
        assert Attachment.objects.count() == 2
        assert Attachment.objects.get(post=last_post(cast)).pk != kept.pk
    assert complaints == []

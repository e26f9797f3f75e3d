"""Markdown is read as it is typed and pasted; the keys send; tags are offered as they are typed."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from communities.content.services.tagging import set_tags
from communities.models import Membership
from tests.browser.held import Held
from tests.browser.test_editor import address, last_post, pages, send, writer
from tests.browser.test_paste_in_editor import paste
from tests.conftest import Cast
from tests.factories import make_thread

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
__all__ = ["address", "pages", "writer"]
KEEP = "Keep it as plain text"


def test_a_link_is_typed_as_in_markdown(writer: Page, cast: Cast, complaints: list[str]) -> None:
    writer.keyboard.type("See [the loft](https://example.org/loft), ")
    writer.keyboard.type("not ![this](https://example.org/a.png)")
    send(writer)
    body = last_post(cast).body_html
    assert re.search(r'<a [^>]*href="https://example.org/loft"[^>]*>the loft</a>, not', body)
    assert "![this]" in body, "a picture is no link"
    assert complaints == []


def test_markdown_is_read_as_it_is_pasted(writer: Page, cast: Cast, complaints: list[str]) -> None:
    paste(writer, plain="## Rope\n\nSome **bold** words.\n\n- one\n- two\n\n```python\nprint(1)\n```\n")
    paper = writer.locator(".editor-paper")
    expect(paper.locator("h2")).to_have_text("Rope")
    expect(paper.locator("li")).to_have_count(2)
    expect(writer.get_by_role("button", name=KEEP)).to_be_visible()
    send(writer)
    body = last_post(cast).body_html
    assert body.startswith("<h2>Rope</h2><p>Some <strong>bold</strong> words.</p><ul><li><p>one</p></li>")
    assert "language-python" in body
    assert complaints == []


def test_what_was_pasted_can_stay_as_it_was(writer: Page, cast: Cast, complaints: list[str]) -> None:
    writer.keyboard.type("Before ")
    paste(writer, plain="so **bold** it is")
    writer.keyboard.type(" after")
    expect(writer.locator(".editor-paper strong")).to_have_text("bold")
    writer.get_by_role("button", name=KEEP).click()
    expect(writer.locator(".editor-paper strong")).to_have_count(0)
    send(writer)
    assert last_post(cast).body_html == "<p>Before so **bold** it is after</p>"
    assert complaints == []


def test_one_writes_on_while_it_is_read(writer: Page, cast: Cast, complaints: list[str]) -> None:
    line = Held(writer, "**/preview/")
    writer.keyboard.type("Before ")
    paste(writer, plain="so **bold** it is")
    writer.keyboard.type(" af")
    line.let_go()
    expect(writer.locator(".editor-paper strong")).to_have_text("bold")
    writer.keyboard.type("ter")
    send(writer)
    assert last_post(cast).body_html == "<p>Before so <strong>bold</strong> it is after</p>"
    assert complaints == []


@pytest.mark.parametrize(
    "text",
    ["- Hello, said he.\n- Good day.\nNo more.", "# a comment\nls -l", "2 * 3 * 4", "a_b_c and __init__"],
)
def test_words_that_only_look_like_it_stay(writer: Page, cast: Cast, text: str) -> None:
    paste(writer, plain=text)
    writer.wait_for_timeout(600)
    expect(writer.get_by_role("button", name=KEEP)).to_have_count(0)
    assert writer.locator(".editor-paper").inner_text().split() == text.split()


def test_the_keys_send(writer: Page, cast: Cast, complaints: list[str]) -> None:
    writer.keyboard.type("By the keys.")
    writer.keyboard.press("Control+Enter")
    writer.wait_for_url(re.compile(r"#p-\d+$"))
    assert last_post(cast).body_html == "<p>By the keys.</p>"
    assert complaints == []


def test_tags_are_offered_as_they_are_typed(
    page: Page, cast: Cast, server: str, sign_in: Callable[[Membership], None], complaints: list[str]
) -> None:
    with cast.scope():
        thread = make_thread(cast.forum, by=cast.member)
        set_tags(thread, by=cast.member, names=["splicing", "running rigging"])
    sign_in(cast.member)
    page.goto(server + cast.url("/forums/new/"))
    field, rows = page.locator("[name=tags]"), page.locator(".tags-offered li")
    field.focus()
    expect(rows).to_have_count(2)
    field.type("rig")
    expect(rows).to_have_text(["running rigging"])
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(field).to_have_value("running rigging, ")
    field.type("SPL")
    expect(rows).to_have_text(["splicing"])
    page.keyboard.press("Escape")
    expect(rows).not_to_be_visible()
    expect(field).to_have_value("running rigging, SPL")
    assert complaints == []

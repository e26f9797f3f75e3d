"""The rich editor takes the place of a text area under the hands of whoever writes: nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from communities.models import Membership
from tests.browser.held import Held
from tests.conftest import Cast
from tests.factories import make_reply, make_thread

SignIn = Callable[[Membership], None]
PAPER = ".editor-paper"
SENTENCE = "Dry it. "

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def slow(context: BrowserContext, page: Page) -> None:
    """A machine that draws its screen late."""
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 3})


@pytest.mark.parametrize("held", ["css/editor.css", "editor/rich.mjs"])
def test_no_key_is_lost_while_the_editor_comes(
    page: Page, context: BrowserContext, cast: Cast, server: str, sign_in: SignIn, held: str
) -> None:
    with cast.scope():
        thread = make_thread(cast.forum, by=cast.member)
    sign_in(cast.member)
    waiting = Held(page, f"**/{held}*")
    page.goto(server + cast.url(f"/forums/t/{thread.slug}/"))
    slow(context, page)
    page.locator("textarea[data-editor]").focus()
    page.keyboard.type("First. ")
    waiting.let_go()
    # One key after the other, without looking up: the editor comes in between.
    for _time in range(40):
        page.keyboard.type(SENTENCE)
        if page.locator(PAPER).count():
            break
    page.keyboard.type("Last.")
    paper = page.locator(PAPER)
    expect(paper).to_be_focused()
    said = paper.inner_text().replace("\u00a0", " ").strip()
    assert said == f"First. {SENTENCE * (_time + 1)}Last."


def test_lines_and_blanks_stay_as_they_were_typed(
    page: Page, cast: Cast, server: str, sign_in: SignIn
) -> None:
    with cast.scope():
        thread = make_thread(cast.forum, by=cast.member)
    sign_in(cast.member)
    waiting = Held(page, "**/editor/rich.mjs*")
    page.goto(server + cast.url(f"/forums/t/{thread.slug}/"))
    page.locator("textarea[data-editor]").focus()
    page.keyboard.type("One")
    page.keyboard.press("Enter")
    page.keyboard.type("Two. ")
    waiting.let_go()
    paper = page.locator(PAPER)
    expect(paper).to_be_focused()
    page.keyboard.type("Last.")
    assert paper.inner_text().strip().split("\n") == ["One", "Two. Last."]


def test_what_is_typed_while_the_server_renders_is_kept(
    page: Page, cast: Cast, server: str, sign_in: SignIn
) -> None:
    with cast.scope():
        reply = make_reply(
            make_thread(cast.forum, by=cast.member), by=cast.member, body="*Dry* it.", body_format="markdown"
        )
    sign_in(cast.member)
    rendering = Held(page, "**/preview/")
    page.goto(server + cast.url(f"/p/{reply.public_id}/edit/"))
    area = page.locator("textarea[data-editor]")
    with page.expect_request("**/preview/"):
        area.focus()
    page.keyboard.press("Control+End")
    page.keyboard.type(" In the **shade**.")
    rendering.let_go()
    paper = page.locator(PAPER)
    expect(paper).to_be_focused()
    expect(paper).to_have_text("Dry it. In the shade.")
    expect(paper.locator("strong")).to_have_text("shade")


def test_who_is_in_the_text_area_before_its_script_gets_the_editor(
    page: Page, cast: Cast, server: str, sign_in: SignIn
) -> None:
    with cast.scope():
        thread = make_thread(cast.forum, by=cast.member)
    sign_in(cast.member)
    script = Held(page, "**/editor/start.mjs*")
    page.goto(server + cast.url(f"/forums/t/{thread.slug}/"), wait_until="commit")
    page.locator("textarea[data-editor]").focus()
    page.keyboard.type("Early.")
    script.let_go()
    expect(page.locator(PAPER)).to_be_focused()
    expect(page.locator(PAPER)).to_have_text("Early.")


def test_what_says_that_a_text_is_missing_leads_into_the_editor(
    page: Page, cast: Cast, server: str, sign_in: SignIn
) -> None:
    sign_in(cast.member)
    page.goto(server + cast.url(f"/forums/f/{cast.forum.slug}/new/"))
    page.get_by_label("Title").fill("Without a word")
    page.locator("textarea[data-editor]").focus()
    expect(page.locator(PAPER)).to_be_focused()
    page.get_by_role("button", name="Publish").click()
    # The page that was left has an editor, too; and the new one listens when it is loaded, not when it is seen.
    expect(page.get_by_role("alert").get_by_role("link").first).to_be_visible()
    page.wait_for_load_state()
    page.locator("textarea[data-editor]").dispatch_event("pointerover")
    expect(page.locator(PAPER)).to_be_visible()
    page.get_by_role("alert").get_by_role("link").first.click()
    expect(page.locator(PAPER)).to_be_focused()

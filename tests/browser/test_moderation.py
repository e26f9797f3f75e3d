"""A newcomer's post from the writing to its reader: held, approved by keyboard, told, visible; another one hidden."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from communities.content import services as content
from communities.content.models import Post
from communities.memory import forget_all
from communities.models import Community, Membership
from tests.conftest import Cast
from tests.factories import make_membership, make_reply, make_thread

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SignIn = Callable[[Membership], None]


def test_from_held_to_read(
    page: Page, context: BrowserContext, cast: Cast, server: str, sign_in: SignIn, complaints: list[str]
) -> None:
    Community.objects.filter(pk=cast.community.pk).update(moderation_mode="reactive")
    with cast.scope():
        thread = make_thread(cast.forum, by=cast.manager, title="Hello from the quay")
        loud = make_reply(thread, by=cast.member, body="<p>Loud words.</p>")
        newcomer = make_membership(display_name="Nell Newcomer")
    Community.objects.filter(pk=cast.community.pk).update(moderation_mode="hybrid")
    forget_all()
    at = server + cast.url(f"/forums/t/{thread.slug}/")
    with cast.scope():
        held = content.reply_to(thread, by=newcomer, body="<p>My very first words.</p>")
    assert held.state == "pending"

    sign_in(newcomer)
    page.goto(at)
    expect(page.get_by_text("My very first words.")).to_be_visible()
    expect(page.get_by_text("Only you can see this for now.").first).to_be_visible()

    context.clear_cookies()
    page.goto(at)
    expect(page.get_by_text("My very first words.")).to_have_count(0)

    sign_in(cast.moderator)
    page.goto(server + cast.url("/moderation/"))
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_text("My very first words.").first).to_be_visible()
    expect(page.get_by_text("This case is yours for ten minutes")).to_be_visible()
    _hears_keys(page)
    page.keyboard.press("a")
    expect(page.get_by_role("radio", name="Publish", exact=False).first).to_be_checked()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("The author is told.")).to_be_visible()
    with cast.scope():
        assert Post.objects.get(pk=held.pk).is_published

    context.clear_cookies()
    page.goto(at)
    expect(page.get_by_text("My very first words.")).to_be_visible()

    sign_in(newcomer)
    page.goto(server + cast.url("/notifications/"))
    page.get_by_role("link", name="Published: Hello from the quay").first.click()
    expect(page.get_by_text("My very first words.")).to_be_visible()

    _hide_with_a_ground(page, context, cast, server, sign_in, loud, at)
    # The browser itself remarks on the one refused form.
    assert [said for said in complaints if "422" not in said] == []


def _hears_keys(page: Page) -> None:
    """On the page of a case, whose scripts are there later than what is seen."""
    page.locator("[data-decide]").wait_for()
    page.wait_for_load_state()
    page.locator("h1").click()


def _hide_with_a_ground(
    page: Page, context: BrowserContext, cast: Cast, server: str, sign_in: SignIn, post: Post, at: str
) -> None:
    """From the post itself, without a ground first: the decision does not leave and the words stay."""
    context.clear_cookies()
    sign_in(cast.moderator)
    page.goto(at)
    row = page.get_by_role("article").filter(has_text="Loud words.")
    row.locator("summary").click()
    row.get_by_role("button", name="Moderate").click()
    _hears_keys(page)
    page.keyboard.press("h")
    page.get_by_label("Message to").first.fill("Please say it more calmly.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Choose a rule: the author will be told which")).to_be_visible()
    expect(page.get_by_label("Message to").first).to_have_value("Please say it more calmly.")
    page.get_by_label("Ground").first.select_option(index=1)
    page.get_by_role("button", name="Decide, next case").click()
    expect(page.get_by_text("The author is told.")).to_be_visible()

    context.clear_cookies()
    page.goto(at)
    expect(page.get_by_text("Loud words.")).to_have_count(0)
    expect(page.get_by_text("Hidden by moderation")).to_be_visible()
    sign_in(cast.member)
    page.goto(server + cast.url("/me/decisions/"))
    page.get_by_role("link", name="Hidden").first.click()
    expect(page.get_by_text("Please say it more calmly.")).to_be_visible()

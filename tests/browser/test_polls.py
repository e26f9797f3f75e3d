"""A poll from its writing to its result, by the words on the page, in both languages; the vote by keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from communities.models import Membership
from communities.polls.models import Poll
from tests import factories
from tests.browser.conftest import LOCALES
from tests.browser.walking import Person, settles
from tests.conftest import Cast

SignIn = Callable[[Membership], None]


@pytest.fixture(params=["en", "fr"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_a_poll_is_written_voted_in_and_read(
    browser: Browser,
    context: BrowserContext,
    page: Page,
    cast: Cast,
    server: str,
    sign_in: SignIn,
    language: str,
    complaints: list[str],
) -> None:
    person = Person(page, cast, server, language)
    with cast.scope():
        thread = factories.make_thread(cast.forum, by=cast.member, title="Which knot?")
        post = thread.opening()
    sign_in(cast.member)
    # Written on a page of its own, without scripts.
    plain = browser.new_context(
        java_script_enabled=False, storage_state=context.storage_state(), locale=LOCALES[language]
    )
    writer = Person(plain.new_page(), cast, server, language)
    writer.go(f"/p/{post.public_id}/edit/")
    writer.link("Add a poll").click()
    writer.field("Answers").fill("Bowline")
    writer.button("Add the poll").click()
    writer.sees("Give at least two answers, one per line.")
    writer.field("Answers").fill("Bowline\nHitch\nReef knot")
    writer.page.get_by_label(writer.word("Several answers")).check()
    writer.button("Add the poll").click()
    writer.sees("Nobody sees who voted for what, not even the team.")
    plain.close()
    # Voted in by keyboard, in its place.
    person.go(f"/forums/t/{thread.slug}/")
    box = page.get_by_role("checkbox", name="Hitch", exact=True)
    box.focus()
    person.presses("Space", "Tab", "Space")
    expect(page.get_by_role("checkbox", name="Reef knot", exact=True)).to_be_checked()
    person.button("Vote", "verb").press("Enter")
    person.sees("You have voted.")
    expect(page.get_by_text("100").first).to_be_visible()
    settles(page)
    with cast.scope():
        assert Poll.objects.get().votes == [0, 1, 1]
    # Closed by its author, and read by everybody.
    page.locator(".poll").get_by_text(person.word("Edit the poll"), exact=True).click()
    person.sees(
        "People have voted on these words, so they can no longer be changed. You can change when the poll closes."
    )
    person.button("Close it now", "poll").click()
    person.sees("Poll closed")
    assert complaints == []


@pytest.mark.parametrize("scripts", [True, False])
def test_a_reply_is_sent_with_a_poll(
    browser: Browser,
    context: BrowserContext,
    cast: Cast,
    server: str,
    sign_in: SignIn,
    language: str,
    scripts: bool,
) -> None:
    """What was typed stays when the fields of the poll come, with scripts and without."""
    with cast.scope():
        thread = factories.make_thread(cast.forum, by=cast.manager, title="Which knot?")
    sign_in(cast.member)
    own = browser.new_context(
        java_script_enabled=scripts, storage_state=context.storage_state(), locale=LOCALES[language]
    )
    page = own.new_page()
    writer = Person(page, cast, server, language)
    writer.go(f"/forums/t/{thread.slug}/")
    # The plain field gives way to the editor as soon as that has loaded.
    page.locator("#reply").locator(".editor-paper" if scripts else "textarea").first.click()
    page.keyboard.type("Let us ask everybody.")
    page.locator("#reply").get_by_role("button", name=writer.word("Add a poll"), exact=True).click()
    page.get_by_label("Question").first.fill("Which one, then?")
    writer.field("Answers").fill("Bowline\nHitch")
    writer.button("Post reply").click()
    block = page.locator("article + .poll")
    expect(block).to_contain_text("Which one, then?")
    expect(page.locator("article", has_text="Let us ask everybody.")).to_be_visible()
    block.get_by_role("radio", name="Hitch", exact=True).check()
    block.get_by_role("button", name=writer.word("Vote", "verb"), exact=True).click()
    writer.sees("You have voted.")
    with cast.scope():
        poll = Poll.objects.get()
        assert (poll.votes, poll.post is not None) == ([0, 1], True)
    own.close()

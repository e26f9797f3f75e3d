"""An album from its start to a name in it, by the words on the page, in both languages; looked at by keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from communities.models import Membership
from tests.browser.conftest import LOCALES
from tests.browser.walking import Person, picture
from tests.communities.albums.making import make_wall
from tests.conftest import Cast

SignIn = Callable[[Membership], None]


@pytest.fixture(params=["en", "fr"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_an_album_is_started_filled_and_looked_at(
    browser: Browser,
    context: BrowserContext,
    page: Page,
    cast: Cast,
    server: str,
    sign_in: SignIn,
    language: str,
    complaints: list[str],
) -> None:
    with cast.scope():
        make_wall()
    sign_in(cast.member)
    # Started and filled without scripts.
    plain = browser.new_context(
        java_script_enabled=False, storage_state=context.storage_state(), locale=LOCALES[language]
    )
    writer = Person(plain.new_page(), cast, server, language)
    writer.go("/photos/")
    writer.page.get_by_role("link", name=writer.word("Start an album")).first.click()
    writer.field("Title").fill("Frost")
    writer.field("What these photographs are of").fill("One night.")
    writer.button("Start the album").click()
    writer.page.locator("input[type=file]").set_input_files([picture(), picture()])
    writer.button("Send, then describe them").click()
    captions = writer.page.get_by_label(writer.word("Caption"))
    captions.nth(0).fill("A rail")
    captions.nth(1).fill("A cleat")
    writer.button("Add them to the album").click()
    writer.sees("Confirm that you may show them, or leave them out.")
    writer.field("I made these photographs, or have the right to show them").check()
    writer.button("Add them to the album").click()
    # Without scripts a photograph leads to its page, and asks whose name it shows.
    writer.page.locator(".wall a").first.click()
    writer.field("Handle").fill(cast.member.handle)
    writer.button("Ask to name them").click()
    writer.sees("Your name appears here, as you agreed.")
    plain.close()
    # With them it opens over the page, by keyboard, and leads there too.
    person = Person(page, cast, server, language)
    person.go("/photos/a/frost/")
    first = page.locator(".wall a.large").first
    first.press("Enter")
    expect(page.locator(".lightbox [data-words]")).to_contain_text("A rail")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".lightbox [data-words]")).to_contain_text("A cleat")
    page.keyboard.press("Escape")
    expect(page.locator(".lightbox")).to_have_count(0)
    first.press("Enter")
    page.locator(".lightbox").get_by_role("link", name=person.word("Details")).press("Enter")
    person.button("Remove my name").press("Enter")
    person.sees("Your name does not appear here, as you wish.")
    assert complaints == []

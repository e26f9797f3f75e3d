"""A review from its writing to the brand’s answer, by the words on the page, in both languages: without scripts, then
by keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from communities.models import Membership
from communities.reviews.models import Review
from tests.browser.conftest import LOCALES
from tests.browser.walking import Person
from tests.communities.reviews.making import make_shelf, make_thing
from tests.conftest import Cast

SignIn = Callable[[Membership], None]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_review_is_written_read_and_answered(
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
        make_thing(cast, make_shelf())
    sign_in(cast.manager)
    plain = browser.new_context(
        java_script_enabled=False, storage_state=context.storage_state(), locale=LOCALES[language]
    )
    writer = Person(plain.new_page(), cast, server, language)
    writer.go("/reviews/")
    writer.page.get_by_role("link", name="Cover sleeve").click()
    writer.link("Write a review").first.click()
    writer.field("In one sentence").fill("It holds")
    writer.field("Your experience").fill("After a season.")
    writer.field("When you used or visited it").fill("2026-02-01")
    writer.button("Publish my review").click()
    writer.sees("Choose how many stars you give.")
    writer.page.get_by_label(writer.word("4 – good")).check()
    writer.button("Publish my review").click()
    expect(writer.page.get_by_role("heading", name="It holds")).to_be_visible()
    plain.close()
    # Answered by keyboard.
    person = Person(page, cast, server, language)
    person.go("/reviews/of/cover-sleeve/")
    person.link("Your review").press("Enter")
    person.link("Answer for the brand").press("Enter")
    person.writes("The answer that everybody reads", "Thank you.")
    person.button("Publish the answer").press("Enter")
    person.sees("Your answer is now under the review.")
    person.go("/reviews/of/cover-sleeve/")
    person.sees("The brand answers")
    with cast.scope():
        assert Review.objects.get().rating == 4
    assert complaints == []

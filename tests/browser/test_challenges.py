"""A challenge entered without scripts and voted on by keyboard, by the words on the page, in both languages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from communities.models import Membership
from tests.browser.conftest import LOCALES
from tests.browser.walking import Person
from tests.communities.challenges.making import enter, fresh, make_challenge, make_contests, put_into
from tests.conftest import Cast

SignIn = Callable[[Membership], None]


@pytest.fixture(params=["en", "fr"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_a_challenge_is_entered_and_voted_on(
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
        challenge = make_challenge(cast, make_contests())
        enter(cast, challenge, cast.ambassador)
    sign_in(cast.member)
    # Entered without scripts, from the list.
    plain = browser.new_context(
        java_script_enabled=False, storage_state=context.storage_state(), locale=LOCALES[language]
    )
    writer = Person(plain.new_page(), cast, server, language)
    writer.go("/challenges/")
    writer.page.get_by_role("link", name="Knots that held").click()
    writer.page.get_by_role("link", name=writer.word("Enter"), exact=True).first.click()
    writer.field("Title").fill("Rolling hitch")
    writer.page.locator("#id_body").fill("It took the load.")
    writer.page.locator("form[enctype]").get_by_role("button", name=writer.word("Enter"), exact=True).click()
    writer.sees("Agree to the rules to take part.")
    writer.page.locator("#id_agrees").check()
    writer.page.locator("form[enctype]").get_by_role("button", name=writer.word("Enter"), exact=True).click()
    writer.sees("You have entered.")
    plain.close()
    # Voted on by keyboard: given, and taken back.
    with cast.scope():
        put_into(fresh(challenge), "vote")
    person = Person(page, cast, server, language)
    person.go("/challenges/c/knots-that-held/")
    vote = page.locator(".entry form button")
    expect(vote).to_have_count(1)
    vote.press("Enter")
    expect(page.locator(".entry form button[aria-pressed=true]")).to_be_visible()
    person.sees("It is on:")
    page.locator(".entry form button").press("Enter")
    expect(page.locator(".entry form button[aria-pressed=false]")).to_be_visible()
    assert complaints == []

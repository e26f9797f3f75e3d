"""An offer from its making to its code, in both languages: made without scripts, its code got by keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from analytics.offers.models import CodeOffer, OfferCode
from communities.models import Membership
from tests.browser.conftest import LOCALES
from tests.browser.walking import Person
from tests.conftest import Cast

SignIn = Callable[[Membership], None]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_an_offer_is_made_and_its_code_got(
    browser: Browser,
    context: BrowserContext,
    page: Page,
    cast: Cast,
    server: str,
    sign_in: SignIn,
    language: str,
    complaints: list[str],
) -> None:
    sign_in(cast.manager)
    plain = browser.new_context(
        java_script_enabled=False, storage_state=context.storage_state(), locale=LOCALES[language]
    )
    team = Person(plain.new_page(), cast, server, language)
    team.go("/manage/offers/")
    team.link("Make the first offer").click()
    team.field("Title").fill("Half price")
    team.page.get_by_label(team.word("A different code for each member")).check()
    team.button("Save offer").click()
    team.sees("Saved. Now add its codes.")
    team.field("Codes, one per line").fill("ETAIN-1\nnot a code")
    team.button("Add these codes").click()
    team.sees(
        "only unaccented letters, digits, hyphens, dots and underscores, starting with a letter or digit"
    )
    plain.close()
    # Got by keyboard, shown where it was asked for.
    sign_in(cast.member)
    person = Person(page, cast, server, language)
    person.go("/offers/")
    page.get_by_role("link", name="Half price").press("Enter")
    person.button("Get my code").press("Enter")
    expect(page.locator(".code-ticket code")).to_have_text("ETAIN-1")
    with cast.scope():
        assert OfferCode.objects.get().holder_id == cast.member.pk
        assert CodeOffer.objects.get().left == 0
    assert complaints == []

"""A beta test by the words on the page, in both languages: applied for without scripts, reported, and left."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from communities.models import Membership
from communities.trials.arranging import release
from communities.trials.choosing import choose
from communities.trials.models import Participant
from tests.browser.conftest import LOCALES
from tests.browser.walking import Person, settles
from tests.communities.trials.making import make_feedback, make_tester, make_trial
from tests.conftest import Cast

SignIn = Callable[[Membership], None]
KNOWN, MINE = "It sinks in harbour", "The bell rings by itself"


@pytest.fixture(params=["en", "fr"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_a_tester_applies_accepts_tries_and_reports(
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
        trial = make_trial(cast)
        make_tester(trial, cast.ambassador, cast)
        release(trial, name="2.0", changes="Corks.", to_try="Drop it overboard", by=cast.manager)
        make_feedback(trial.space, cast.ambassador, cast, KNOWN)
    sign_in(cast.member)
    # Applied for without scripts; an answer that is missing is said beside its question.
    plain = browser.new_context(
        java_script_enabled=False, storage_state=context.storage_state(), locale=LOCALES[language]
    )
    writer = Person(plain.new_page(), cast, server, language)
    writer.go("/trials/t/log-test/")
    writer.link("Apply to test").click()
    writer.button("Send my application").click()
    writer.page.get_by_label("Which boat?").fill("A ketch")
    writer.button("Send my application").click()
    writer.sees("Your application has arrived.")
    with cast.scope():
        mine = Participant.objects.get(membership=cast.member)
        choose(trial, [mine.pk], Participant.State.ACCEPTED, by=cast.manager)
    writer.go("/trials/t/log-test/")
    expect(writer.page.get_by_text(KNOWN)).to_have_count(0)
    writer.link("Read and accept").click()
    writer.button("I accept it").click()
    writer.reads("Drop it overboard")
    plain.close()
    # With scripts, by keyboard: the same thing is had, and keeps the focus.
    person = Person(page, cast, server, language)
    person.go("/trials/t/log-test/")
    page.get_by_role("link", name=KNOWN).click()
    person.button("I have it too").press("Enter")
    settles(page)
    expect(person.button("I do not have it")).to_be_visible()
    # Reported, with a severity.
    person.go("/trials/t/log-test/")
    person.link("Report feedback").click()
    person.field("In one sentence").fill(MINE)
    page.get_by_label(person.word("Blocking", "of feedback"), exact=True).check()
    person.writes("What did you do, what happened, what did you expect?", "Each hour, on the hour.")
    person.button("Report it").click()
    person.reads("Each hour, on the hour.")
    expect(page.locator("h1")).to_have_text(MINE)
    # Left: nothing of it is to be seen any more.
    person.go("/trials/t/log-test/leave/")
    person.button("Leave the test").click()
    person.sees("You have left the test. Thank you for what you tried.")
    expect(page.get_by_text(MINE)).to_have_count(0)
    assert complaints == []

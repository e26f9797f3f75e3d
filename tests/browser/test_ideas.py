"""An idea from its box to the answer of the team, by the words on the page, in both languages; the vote by keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from communities.ideas.models import Answer
from communities.ideas.telling import tell_voters_of_answer
from communities.models import Membership
from tests.browser.conftest import LOCALES
from tests.browser.walking import Person, settles
from tests.communities.ideas.making import make_box, make_idea
from tests.conftest import Cast

SignIn = Callable[[Membership], None]
NEAR = "Brass rivets on the old range"
MINE = "Golden rivets on the range"


@pytest.fixture(params=["en", "fr"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_an_idea_is_submitted_voted_for_and_answered(
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
        box = make_box(cast, votes_each=3)
        make_idea(box, cast.ambassador, NEAR)
    sign_in(cast.member)
    # Submitted without scripts: what is like it comes first, and nothing typed is lost.
    plain = browser.new_context(
        java_script_enabled=False, storage_state=context.storage_state(), locale=LOCALES[language]
    )
    writer = Person(plain.new_page(), cast, server, language)
    writer.go("/ideas/")
    writer.link("Submit an idea").click()
    writer.field("Your idea, in one sentence").fill(MINE)
    writer.field("What would it change, and for whom?").fill("They patinate.")
    writer.button("Submit the idea").click()
    writer.sees("Is yours among these? Then vote for it")
    expect(writer.page.get_by_role("link", name=NEAR)).to_be_visible()
    writer.button("Mine is different: submit it").click()
    writer.reads("They patinate.")
    writer.sees("No answer from the team yet.")
    plain.close()
    # With scripts what is like it stands there while the title is typed.
    person = Person(page, cast, server, language)
    person.go(f"/ideas/b/{box.slug}/new/")
    person.field("Your idea, in one sentence").press_sequentially("Silver rivets on the range")
    expect(page.locator("#near").get_by_role("link", name=NEAR)).to_be_visible()
    # Voted for by keyboard, in the list; the focus stays where it was.
    person.go(f"/ideas/b/{box.slug}/")
    vote = page.get_by_role("button", name=NEAR)
    expect(vote).to_have_attribute("aria-pressed", "false")
    vote.press("Enter")
    expect(vote).to_have_attribute("aria-pressed", "true")
    settles(page)
    expect(vote).to_be_focused()
    expect(page.locator("#purse h2")).to_contain_text("2")
    # Answered by a manager, with a state and words.
    sign_in(cast.manager)
    person.go(f"/ideas/b/{box.slug}/")
    page.get_by_role("link", name=MINE).click()
    page.locator("a[href$='/status/']").click()
    page.get_by_label(person.word("Planned", "of an idea"), exact=True).check()
    person.writes("The answer that everybody reads", "In spring, in steel.")
    person.button("Publish the answer").click()
    person.sees("Answer of the team: %(status)s", status=person.word("Planned", "of an idea"))
    # Its author is told, and led to it.
    sign_in(cast.member)
    with cast.scope():
        tell_voters_of_answer(Answer.objects.get().pk)
    person.go("/notifications/")
    page.get_by_role("link", name=MINE).first.click()
    person.reads("In spring, in steel.")
    assert complaints == []


def test_a_box_is_made_in_four_steps_and_its_figures_are_read(
    browser: Browser,
    context: BrowserContext,
    cast: Cast,
    server: str,
    sign_in: SignIn,
    language: str,
) -> None:
    """Without scripts: what is wrong leads to its step, and what was typed in the others stays."""
    with cast.scope():
        box = make_box(cast)
        make_idea(box, cast.member, MINE)
    sign_in(cast.manager)
    plain = browser.new_context(
        java_script_enabled=False, storage_state=context.storage_state(), locale=LOCALES[language]
    )
    manager = Person(plain.new_page(), cast, server, language)
    manager.go(f"/ideas/b/{box.slug}/")
    manager.link("Question, rules and dates").click()
    manager.page.locator("#id_question").fill("What would you mend?")
    manager.link("Who answers, and by when").click()
    manager.field("Days to answer an idea").fill("999")
    manager.button("Save").click()
    steps = manager.page.locator(".box-steps > li")
    expect(steps.nth(3)).to_contain_text(manager.word("One thing to correct"))
    expect(manager.page.locator("#id_question")).to_have_value("What would you mend?")
    manager.field("Days to answer an idea").fill("14")
    manager.button("Save").click()
    manager.sees("Saved.")
    manager.link("From readers to results").click()
    expect(manager.page.get_by_role("heading", level=1)).to_have_text(manager.word("From readers to results"))
    row = manager.page.get_by_role("row").filter(has_text=manager.word("Took part", "of people"))
    expect(row).to_contain_text(manager.word("fewer than %(least)s", least="5"))
    plain.close()

"""From an installation without a community to an owner in her draft with its first stage open: no shell, no code for
the owner, and few pages. In both languages."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser, Page, expect

from communities.content.models import State, Thread
from communities.launch.models import Stage
from communities.models import Community
from communities.scoping import community_scope
from tests.analytics.conftest import BROWSER
from tests.browser.conftest import LOCALES, PATIENCE
from tests.browser.walking import Person
from tests.mailing import delivered

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MOST_PAGES = 12


class Platform:
    """Addresses of the platform’s own host, in the place of a community’s."""

    @staticmethod
    def url(path: str) -> str:
        return path


class Counted:
    """The pages that somebody is shown, and what is typed or chosen on them."""

    def __init__(self, page: Page) -> None:
        self.pages: list[str] = []
        page.on("framenavigated", lambda frame: self.pages.append(frame.url))


def chooses(person: Person, text: str) -> None:
    """A choice by the first words of its label."""
    person.page.get_by_label(re.compile(f"^{re.escape(person.word(text))}")).first.check()


def goes_on(person: Person, text: str) -> None:
    person.button(text).click()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_from_nothing_to_an_open_stage(
    page: Page, browser: Browser, server: str, language: str, complaints: list[str]
) -> None:
    call_command("create_operator", "ops@example.org")
    operator: Any = Person(page, Platform(), server, language)
    _signs_in(operator)
    _answers(operator)
    _edits_a_rule(operator)
    operator.page.get_by_role("button", name=operator.word("Make %(name)s", name="Sail and Sew")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        operator.word("%(name)s is a draft", name="Sail and Sew")
    )
    _owner_comes_in(browser, server, language)
    assert complaints == []


def _signs_in(person: Person) -> None:
    person.go("/sign-in/?next=/new/")
    person.page.get_by_role("textbox").first.fill("ops@example.org")
    person.page.get_by_role("button", name=person.word("Send the code")).click()
    person.enter_code()
    person.page.locator("main button[type=submit]").first.click()
    expect(person.page).to_have_url(re.compile("/new/$"))


def _answers(person: Person) -> None:
    page = person.page
    chooses(person, "A brand whose products serve a passion")
    goes_on(person, "Next: who comes")
    chooses(person, "People who use what we make")
    person.field("How many of them can you write to today?").fill("18400")
    goes_on(person, "Next: what it is for")
    chooses(person, "Loyalty")
    goes_on(person, "Next: why they take part")
    chooses(person, "Mutual help")
    goes_on(person, "Next: budget and hours")
    for label, value in (
        ("Budget for the launch, once", "0"),
        ("Budget a month", "900"),
        ("Hours of the team a week", "12"),
    ):
        person.field(label).fill(value)
    goes_on(person, "Next: name and address")
    person.field("Name").fill("Sail and Sew")
    page.locator("#id_language").select_option(person.language)
    person.field("Owner’s e-mail address").fill("ada@example.org")
    person.field("Owner’s name, as others see it").fill("Ada Loom")
    goes_on(person, "See the proposal")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        person.word("A proposal for %(name)s", name="Sail and Sew")
    )


def _edits_a_rule(person: Person) -> None:
    page = person.page
    page.locator("#rules").get_by_role("link").first.click()
    page.locator("details").first.locator("summary").click()
    page.locator("#id_row-0-rule").fill("Say what you sew.")
    person.button("Save").click()
    expect(page.locator("#rules")).to_contain_text("Say what you sew.")


def _owner_comes_in(browser: Browser, server: str, language: str) -> None:
    letter = delivered()[-1]
    assert letter.to == ["ada@example.org"]
    found = re.search(r"(/c/\S+/enter/\S+)", str(letter.body))
    assert found
    context = browser.new_context(
        viewport={"width": 360, "height": 780}, locale=LOCALES[language], user_agent=BROWSER
    )
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    counted = Counted(page)
    owner = Person(page, _community_of("sail-and-sew"), server, language)
    page.goto(server + found[1])
    owner.button("Come in").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page).to_have_url(re.compile("/c/sail-and-sew/manage/$"))
    _reads_her_drafts(owner)
    _opens_the_first_stage(owner)
    assert len(delivered()) == 2, "the operator’s code, and one mail to the owner"
    assert len(counted.pages) <= MOST_PAGES, counted.pages
    context.close()


def _reads_her_drafts(owner: Person) -> None:
    community = Community.objects.get()
    with community_scope(community):
        titles = [draft.title for draft in Thread.objects.filter(state=State.DRAFT)]
    assert titles
    owner.go("/me/drafts/")
    for title in titles:
        owner.reads(title)


def _opens_the_first_stage(owner: Person) -> None:
    community = Community.objects.get()
    with community_scope(community):
        first = Stage.objects.in_order().first()
        assert first is not None
    owner.go(f"/manage/launch/stages/{first.place}/open/")
    owner.button("Open the stage").click()
    expect(owner.page.get_by_role("heading", level=1)).to_have_text(first.name)
    with community_scope(community):
        assert Stage.objects.get(pk=first.pk).is_open


def _community_of(slug: str) -> Any:
    class Here:
        @staticmethod
        def url(path: str) -> str:
            return f"/c/{slug}{path}"

    return Here()

"""From an installation without anybody to an open stage with three members and a moderator: no shell, no code but the
operator’s, few pages. In both languages; the operator at a desk, all others on a phone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from communities.launch.emails import write_due
from communities.launch.models import Stage
from communities.models import Community, Membership
from communities.scoping import community_scope
from tests.analytics.conftest import BROWSER
from tests.browser.conftest import LOCALES, PATIENCE
from tests.browser.walking import Person, picture
from tests.mailing import delivered

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# What keeps it within ten minutes: pages, fields filled in, words typed, and words that stand on the pages to be read.
MOST_PAGES = {"operator": 11, "owner": 7, "moderator": 2, "member": 2}
MOST_INPUTS = {"operator": 12, "owner": 7, "moderator": 2, "member": 2}
MOST_TYPED = {"operator": 12, "owner": 30, "moderator": 2, "member": 2}
MOST_SHOWN = {"operator": 1200, "owner": 1200, "moderator": 500, "member": 500}
MEMBERS = {"bo@example.org": "Bo Marlin", "cy@example.org": "Cy Ren", "di@example.org": "Di Holt"}

# What the blueprint calls its stage.
WAVES = {"en": "Invited waves", "fr": "Vagues d’invitations"}

# Each field that is typed into, chosen or ticked counts once for each page, with what stands in it at last.
COUNTS = """addEventListener("input", ({ target }) => {
  const typed = target.matches("textarea, input:not([type]), [type=text], [type=email]") ? target.value : "";
  window.counted(location.pathname + " " + target.name, typed);
}, true);
addEventListener("load", () => window.shown(document.querySelector("main")?.innerText ?? ""))"""


class Place:
    """Addresses of the platform, or of the one community, for a Person."""

    def __init__(self, slug: str = "") -> None:
        self.prefix = f"/c/{slug}" if slug else ""

    def url(self, path: str) -> str:
        return f"{self.prefix}{path}"


class Counted:
    """The pages that somebody is shown with their words, and the fields that they fill in on them."""

    def __init__(self, page: Page) -> None:
        self.pages: list[str] = []
        self.shown: list[int] = []
        self.inputs: dict[str, str] = {}
        page.expose_function("counted", lambda field, typed: self.inputs.update({field: typed}))
        page.expose_function("shown", lambda words: self.shown.append(len(words.split())))
        page.add_init_script(COUNTS)
        page.on("framenavigated", lambda frame: frame == page.main_frame and self.pages.append(frame.url))

    def is_little(self, who: str) -> None:
        typed = sum(len(words.split()) for words in self.inputs.values())
        assert len(self.pages) <= MOST_PAGES[who], self.pages
        assert len(self.inputs) <= MOST_INPUTS[who], self.inputs
        assert typed <= MOST_TYPED[who], self.inputs
        assert sum(self.shown) <= MOST_SHOWN[who], self.shown


@pytest.mark.parametrize("language", ["en", "fr"])
def test_from_nothing_to_an_open_stage(
    page: Page, browser: Browser, server: str, settings: Any, language: str, complaints: list[str]
) -> None:
    settings.EMBEDDED, settings.ACCOUNT_RATE_LIMITS = True, False
    counted = Counted(page)
    operator: Any = Person(page, Place(), server, language)
    _comes_first(operator)
    _answers(operator)
    _founds(operator)
    counted.is_little("operator")
    with _somebody(browser, server, language) as (owner, counted):
        _comes_in(owner)
        _makes_ready(owner)
        with _somebody(browser, server, language) as (moderator, few):
            _joins(moderator, "mo@example.org", "Mo Lind", few, "moderator")
        _opens(owner)
        _invites(owner)
        counted.is_little("owner")
    for address, name in MEMBERS.items():
        with _somebody(browser, server, language) as (member, few):
            _joins(member, address, name, few, "member")
            _finds_life(member)
    _all_are_there()
    assert complaints == []


@contextmanager
def _somebody(browser: Browser, server: str, language: str) -> Iterator[tuple[Any, Counted]]:
    """Another person, at a phone of their own."""
    context = browser.new_context(
        viewport={"width": 360, "height": 780}, locale=LOCALES[language], user_agent=BROWSER
    )
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    yield Person(page, Place("sail-and-sew"), server, language), Counted(page)  # type: ignore[arg-type]
    context.close()


def _comes_first(operator: Person) -> None:
    operator.go("/")
    operator.link("Become its operator").click()
    operator.field("Your e-mail address").fill("ops@example.org")
    operator.button("Send the code").click()
    operator.enter_code()
    operator.page.locator("main button[type=submit]").first.click()
    expect(operator.page).to_have_url(re.compile("/new/$"))


def _chooses(person: Person, text: str) -> None:
    """A choice by the first words of its label."""
    person.page.get_by_label(re.compile(f"^{re.escape(person.word(text))}")).first.check()


def _answers(operator: Person) -> None:
    _chooses(operator, "A brand whose products serve a passion")
    operator.button("Next: who comes").click()
    _chooses(operator, "People who use what we make")
    operator.field("How many of them can you write to today?").fill("18400")
    operator.button("Next: what it is for").click()
    _chooses(operator, "Loyalty")
    operator.button("Next: why they take part").click()
    _chooses(operator, "Mutual help")
    operator.button("Next: budget and hours").click()
    for label, value in (
        ("Budget a month", "900"),
        ("Hours of the team a week", "12"),
    ):
        operator.field(label).fill(value)
    operator.button("Next: name and address").click()
    operator.field("Name").fill("Sail and Sew")
    operator.field("Owner’s e-mail address").fill("ada@example.org")
    operator.field("Owner’s name, as others see it").fill("Ada Loom")
    operator.button("See the proposal").click()


def _founds(operator: Person) -> None:
    page = operator.page
    expect(page.get_by_role("heading", level=1)).to_have_text(
        operator.word("A proposal for %(name)s", name="Sail and Sew")
    )
    page.get_by_role("button", name=operator.word("Make %(name)s", name="Sail and Sew")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        operator.word("%(name)s is a draft", name="Sail and Sew")
    )


def _follows_mail(person: Person, address: str) -> None:
    """The link of the last mail to an address; none of them holds a code."""
    _invitations_are_written()
    letters = [letter for letter in delivered() if letter.to == [address]]
    assert letters, address
    body = str(letters[-1].body)
    assert not re.search(r"^\s*\d{6}\s*$", body, re.M), "a code beside the link"
    found = re.search(r"(/c/\S+/(?:enter|i)/\S+)", body)
    assert found, body
    person.page.goto(person.server + found[1])


def _invitations_are_written() -> None:
    """What the worker does every half a minute."""
    community = Community.objects.get()
    with community_scope(community):
        write_due(community)


def _comes_in(owner: Person) -> None:
    _follows_mail(owner, "ada@example.org")
    owner.button("Come in").click()
    expect(owner.page).to_have_url(re.compile("/c/sail-and-sew/manage/start/$"))


def _makes_ready(owner: Person) -> None:
    """What only she knows, then what is proposed: the texts of the place, and one in each space."""
    page = owner.page
    for label, value in (
        ("Publisher", "Loom & Co"),
        ("Address", "1 Quay, 29000 Quimper"),
        ("E-mail address", "hello@example.org"),
        ("Host", "Harbour Hosting, 2 Quay, 29000 Quimper, +33 2 00 00 00 00"),
        ("Who moderates with you?", "mo@example.org"),
    ):
        owner.field(label).fill(value)
    page.locator("input[name=logo]").set_input_files(picture())
    owner.button("Save, and read the texts").click()
    expect(page).to_have_url(re.compile("/manage/texts/confirm/$"))
    owner.sees("Saved. The invitation is on its way; its link is the proof of the address.")
    owner.button("I have read them: put them into force").click()
    expect(page).to_have_url(re.compile("/manage/first-texts/$"))
    owner.button("Publish what is ticked").click()
    expect(page).to_have_url(re.compile("/manage/open/$"))


def _joins(person: Person, address: str, name: str, counted: Counted, who: str) -> None:
    _follows_mail(person, address)
    person.field("Name shown").fill(name)
    person.field("I have read the rules and will follow them").check()
    person.button("Join").click()
    person.sees("Welcome to %(name)s.", name="Sail and Sew")
    counted.is_little(who)


def _opens(owner: Person) -> None:
    """As far as is proposed: whoever is invited comes in; why before the gauges are full stands there, too."""
    expect(owner.page.get_by_label(re.compile(f"^{WAVES[owner.language]}"))).to_be_checked()
    owner.button("Open it now").click()
    expect(owner.page).to_have_url(re.compile("/manage/launch/waves/$"))


def _invites(owner: Person) -> None:
    owner.field("E-mail addresses").fill("\n".join(MEMBERS))
    owner.button("Send now").click()
    expect(owner.page.get_by_role("status").first).to_be_visible()


def _finds_life(member: Person) -> None:
    """The place is open to them, and it is not empty."""
    member.go("/forums/")
    expect(member.page.get_by_role("heading", level=1)).to_be_visible()
    expect(member.page.locator("main a[href*='/forums/f/']").first).to_be_visible()


def _all_are_there() -> None:
    community = Community.objects.get()
    assert community.state == Community.State.OPEN
    with community_scope(community):
        assert Stage.objects.of_waves().opened().exists()
        roles = sorted(Membership.objects.active().values_list("role", flat=True))
    assert roles == ["member", "member", "member", "moderator", "owner"]

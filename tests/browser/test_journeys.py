"""What people come for, from end to end, in a real browser and in both languages; the browser never complains."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from communities.calendar import today
from communities.content.models import SpaceAuthor, Thread
from communities.models import Community, Membership
from tests import factories
from tests.browser.conftest import LOCALES, PATIENCE
from tests.browser.walking import Person, last_code, picture
from tests.conftest import Cast
from tests.mailing import delivered

SignIn = Callable[[Membership], None]
BODY = "<p>First, wash the salt off with fresh water.</p>"


@pytest.fixture(params=["en", "fr"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def thread(cast: Cast, settings: Any) -> Thread:
    """A community with something to read, and somebody to mention."""
    settings.ACCOUNT_RATE_LIMITS = False
    with cast.scope():
        Community.objects.filter(pk=cast.community.pk).update(name="Halyard", tagline="Ask the loft")
        petra = Membership.objects.filter(pk=cast.ambassador.pk)
        petra.update(handle="petra.s", display_name="Petra Sandvik")
        SpaceAuthor.objects.create(space=cast.blog, membership=cast.member)
        return factories.make_thread(cast.forum, by=cast.moderator, title="Mending a jib", body=BODY)


def stranger() -> Client:
    return Client(headers={"host": "localhost"})


@pytest.fixture
def person(page: Page, cast: Cast, server: str, language: str, thread: Thread) -> Person:
    return Person(page, cast, server, language)


def test_a_visitor_reads_joins_replies_edits_and_finds(person: Person, complaints: list[str]) -> None:
    page = person.page
    person.go("/")
    page.get_by_role("link", name="Mending a jib").first.click()
    person.reads("First, wash the salt off")
    person.link("Sign in to reply").click()
    person.link("Join %(name)s", name="Halyard").click()

    person.field("E-mail address").fill("ines@example.org")
    person.field("Name shown").fill("Inès Rey")
    person.field("I have read the rules and will follow them").check()
    person.button("Join").click()
    person.sees("Enter the 6-digit code")
    person.enter_code()
    person.button("Confirm the address").click()
    page.wait_for_url(re.compile(r"/forums/t/[^/]+/(#reply)?$"))
    assert len(delivered()) == 1

    person.writes("Your reply", "Dry it in the shade, @pet")
    page.get_by_role("option", name="Petra Sandvik").wait_for()
    page.keyboard.press("Enter")
    page.keyboard.type("knows how.")
    person.adds_picture("A jib on a line")
    person.button("Post reply").click()
    page.wait_for_url(re.compile(r"#p-2$"))
    reply = page.locator("#p-2")
    expect(reply).to_contain_text("Dry it in the shade")
    expect(reply.get_by_role("link", name="@petra.s")).to_be_visible()
    person.sees_picture("A jib on a line")

    reply.locator("summary").click()
    reply.get_by_role("link", name=person.word("Edit"), exact=True).click()
    person.writes("Text", "Never in the sun: ")
    person.button("Save the text").click()
    page.wait_for_url(re.compile(r"#p-2$"))
    person.sees("Text saved.")
    expect(page.locator("#p-2")).to_contain_text("Never in the sun")
    person.sees_picture("A jib on a line")

    page.get_by_role("searchbox").fill("shade")
    page.keyboard.press("Enter")
    expect(page.locator("mark", has_text="shade").first).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="Mending a jib").first.click()
    expect(page.locator("#p-2")).to_contain_text("Never in the sun")
    assert complaints == []


def test_an_author_drafts_previews_schedules_and_publishes(
    person: Person, sign_in: SignIn, complaints: list[str]
) -> None:
    page, cast = person.page, person.cast
    sign_in(cast.member)
    person.go("/me/drafts/")
    page.get_by_role("main").get_by_role("link", name="Journal").click()
    person.field("Title").fill("A winter refit")
    person.writes("Text", "Everything comes off the boat.")
    person.adds_picture("The empty deck")
    person.button("Preview").click()
    page.wait_for_url(re.compile(r"/preview/$"))
    person.sees("This is a draft.")
    person.reads("Everything comes off the boat.")
    person.sees_picture("The empty deck")

    address = page.url.removesuffix("preview/")
    tomorrow = today(cast.community) + datetime.timedelta(days=1)
    person.field("Day").fill(tomorrow.isoformat())
    person.field("Hour").fill("08:00")
    person.button("Schedule").click()
    person.sees("Until then only its authors and the team see it.")
    assert stranger().get(address.removeprefix(person.server)).status_code == 404

    person.button("Publish").click()
    page.wait_for_url(address)
    expect(page.get_by_role("heading", name="A winter refit", level=1)).to_be_visible()
    assert "Everything comes off the boat." in stranger().get(address.removeprefix(person.server)).text
    person.go("/blogs/")
    expect(page.get_by_role("main").get_by_role("link", name="A winter refit").first).to_be_visible()
    assert complaints == []


@pytest.fixture
def plain(browser: Browser, person: Person) -> Iterator[Person]:
    """The same person on a small screen, with JavaScript off."""
    locale = LOCALES[person.language]
    context = browser.new_context(
        java_script_enabled=False, locale=locale, viewport={"width": 360, "height": 740}
    )
    context.set_default_timeout(PATIENCE)
    yield Person(context.new_page(), person.cast, person.server, person.language)
    context.close()


def test_reading_and_replying_without_scripts(plain: Person) -> None:
    page, member = plain.page, plain.cast.member.member
    assert member is not None
    EmailAddress.objects.create(user=member, email=member.email, verified=True, primary=True)
    plain.go("/forums/")
    page.get_by_role("main").get_by_role("link", name="Mending a jib").first.click()
    plain.reads("First, wash the salt off")
    plain.link("Sign in to reply").click()
    plain.field("E-mail address").fill(member.email)
    plain.button("Send the code").click()
    plain.enter_code()
    plain.button("Sign in").click()

    plain.field("Your reply").fill("Some **strong** words for @petra.s")
    plain.field("Picture").set_input_files(picture())
    plain.field("Description of the picture").fill("A strong rope")
    plain.button("Post reply").click()
    page.wait_for_url(re.compile(r"#p-2$"))
    expect(page.locator("#p-2 strong")).to_have_text("strong")
    expect(page.locator("#p-2").get_by_role("link", name="@petra.s")).to_be_visible()
    expect(page.get_by_role("img", name="A strong rope")).to_be_visible()

    page.locator("#p-2").get_by_role("link", name=plain.word("More actions"), exact=True).click()
    page.locator("#p-2").get_by_role("link", name=plain.word("Edit"), exact=True).click()
    field = plain.field("Text")
    field.fill(field.input_value().replace("strong", "stronger"))
    plain.button("Save the text").click()
    expect(page.locator("#p-2 strong")).to_have_text("stronger")
    plain.go("/search/?q=stronger")
    expect(page.locator("mark").first).to_have_text("stronger")


def test_reading_joining_and_replying_by_keyboard(person: Person, complaints: list[str]) -> None:
    page = person.page
    person.go("/forums/")
    person.tabs_to(person.word("Skip to content"), at_most=1)
    person.presses("Enter")
    person.tabs_to("Mending a jib")
    person.presses("Enter")
    page.wait_for_url(re.compile(r"/forums/t/"))
    person.tabs_to(person.word("Sign in to reply"))
    person.presses("Enter")
    page.wait_for_url(re.compile(r"/sign-in/"))
    person.tabs_to(person.word("Join %(name)s", name="Halyard"))
    person.presses("Enter")
    page.wait_for_url(re.compile(r"/join/"))
    person.tabs_to(person.word("E-mail address"))
    page.keyboard.type("ines@example.org")
    person.tabs_to(person.word("Name shown"))
    page.keyboard.type("Inès Rey")
    person.tabs_to(person.word("I have read the rules and will follow them"))
    person.presses("Space")
    person.tabs_to(person.word("Join"))
    person.presses("Enter")
    page.wait_for_url(re.compile(r"/email/confirm/"))
    assert person.word("Code received by e-mail") in person.focus()["name"]
    page.keyboard.type(last_code())
    person.presses("Enter")
    page.wait_for_url(re.compile(r"/forums/t/"))

    person.tabs_to(person.word("Your reply"))
    expect(page.locator(".editor-paper")).to_be_focused()
    page.keyboard.type("Dry it in the shade, @pet")
    page.get_by_role("option", name="Petra Sandvik").wait_for()
    person.presses("Enter")
    person.tabs_to(person.word("Post reply"))
    person.presses("Enter")
    page.wait_for_url(re.compile(r"#p-2$"))
    expect(page.locator("#p-2")).to_contain_text("@petra.s")
    person.presses("/")
    page.keyboard.type("shade")
    person.presses("Enter")
    expect(page.locator("mark", has_text="shade").first).to_be_visible()
    assert complaints == []


def test_writing_an_article_by_keyboard(person: Person, sign_in: SignIn, complaints: list[str]) -> None:
    page = person.page
    sign_in(person.cast.member)
    person.go("/blogs/journal/new/")
    person.tabs_to(person.word("Title"))
    page.keyboard.type("A winter refit")
    person.tabs_to(person.word("Text"))
    expect(page.locator(".editor-paper")).to_be_focused()
    page.keyboard.type("Everything comes off. ")
    person.presses("Control+k")
    expect(person.field("Address of the link")).to_be_focused()
    person.presses("Escape")
    expect(page.locator(".editor-paper")).to_be_focused()
    person.tabs_to(person.word("Publish"), key="Shift+Tab")
    person.presses("Enter")
    expect(page.get_by_role("heading", name="A winter refit", level=1)).to_be_visible()
    assert complaints == []


def test_menus_and_questions_by_keyboard(person: Person, sign_in: SignIn, complaints: list[str]) -> None:
    page, cast = person.page, person.cast
    sign_in(cast.member)
    with cast.scope():
        thread = Thread.objects.get(title="Mending a jib")
        factories.make_reply(thread, by=cast.member, body="<p>Never mind.</p>")
    person.go(f"/forums/t/{thread.slug}/")
    summary = page.locator("#p-2 summary")
    summary.focus()
    person.presses("Enter")
    withdraw = page.locator("#p-2").get_by_role("link", name=person.word("Delete"), exact=True)
    expect(withdraw).to_be_visible()
    person.presses("Escape")
    expect(withdraw).to_be_hidden()
    expect(summary).to_be_focused()
    person.presses("Enter")
    person.tabs_to(person.word("Delete"))
    person.presses("Enter")
    # The question is asked where the text stands, and Enter answers it.
    expect(person.button("Delete the post")).to_be_focused()
    person.presses("Enter")
    expect(person.button("Restore the post")).to_be_focused()
    assert page.url.endswith(f"/forums/t/{thread.slug}/")
    assert complaints == []

"""A call from its writing to an application that is sent, by the words on the page, in both languages; without scripts,
and the sending by keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from communities.calls.models import Application, ApplicationFile, Call
from communities.models import Membership
from tests import factories
from tests.browser.conftest import LOCALES
from tests.browser.walking import Person
from tests.conftest import Cast

SignIn = Callable[[Membership], None]
PAPER = {"name": "drawing.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 of a block"}


@pytest.fixture(params=["en", "fr"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_a_call_is_written_and_answered(
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
        thread = factories.make_thread(cast.forum, by=cast.manager, title="Blocks that can be mended")
        post = thread.opening()
    sign_in(cast.manager)
    plain = browser.new_context(
        java_script_enabled=False, storage_state=context.storage_state(), locale=LOCALES[language]
    )
    writer = Person(plain.new_page(), cast, server, language)
    writer.go(f"/p/{post.public_id}/edit/")
    writer.link("Make it a call for projects").click()
    writer.field("Opens at").fill("2020-01-10 18:00")
    writer.field("Closes at").fill("2040-01-10 18:00")
    writer.field("Who may apply").fill("The project is mine.")
    writer.page.locator("[name=words1]").fill("What is it for?")
    writer.page.locator("[name=required1]").check()
    writer.page.locator(".call-part summary").nth(1).click()
    writer.page.locator("[name=words2]").fill("Your drawing")
    writer.page.locator("[name=kind2]").select_option("file")
    writer.button("Make it a call").click()
    writer.sees("The text is now a call. It opens and closes automatically.")
    writer.sees("Takes applications")
    plain.close()
    # Answered by a member: what is missing is said, what was typed stays, and the keyboard sends it.
    sign_in(cast.member)
    person = Person(page, cast, server, language)
    person.go(f"/forums/t/{thread.slug}/")
    page.locator(".call").get_by_role("link", name=person.word("Apply", "to a call"), exact=True).press(
        "Enter"
    )
    person.field("Name of the project").fill("A block of ash")
    person.button("Send your application").press("Enter")
    person.sees("Confirm this condition before you send your application.")
    # The browser tells of the refusal, too.
    assert all("422" in one for one in complaints)
    complaints.clear()
    person.field("Your project in a few sentences").fill("Two screws, and it is in parts.")
    page.get_by_label("What is it for?").fill("For the mainsheet.")
    page.get_by_label("Your drawing").set_input_files(PAPER)  # type: ignore[arg-type]
    page.get_by_label("The project is mine.").focus()
    person.presses("Space")
    person.button("Send your application").press("Enter")
    person.sees("Sent. Until the call closes you can still change it.")
    person.sees("Edit your application")
    with cast.scope():
        assert Application.objects.get(call=Call.objects.get()).state == "sent"
        assert ApplicationFile.objects.get().name == "drawing.pdf"
    assert complaints == []

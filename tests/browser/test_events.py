"""An event from its announcement to the door, by the words on the page, in both languages; registering by keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from communities.events.models import Event
from communities.models import Membership
from tests.browser.conftest import LOCALES
from tests.browser.walking import Person
from tests.communities.events.making import come, fresh, make_calendar
from tests.conftest import Cast

SignIn = Callable[[Membership], None]


@pytest.fixture(params=["en", "fr"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_an_event_is_announced_filled_and_held(
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
        make_calendar()
    sign_in(cast.member)
    # Announced without scripts, from the list.
    plain = browser.new_context(
        java_script_enabled=False, storage_state=context.storage_state(), locale=LOCALES[language]
    )
    writer = Person(plain.new_page(), cast, server, language)
    writer.go("/events/")
    writer.link("Announce an event").click()
    writer.field("Title").fill("Splicing")
    writer.field("Starts").fill("2030-01-10T18:00")
    writer.field("Ends").fill("2030-01-10T17:00")
    writer.field("Place").fill("The loft")
    writer.field("What it is, and what to bring").fill("Bring rope.")
    writer.button("Publish").click()
    writer.sees("It must end after it starts.")
    writer.field("Ends").fill("2030-01-10T20:00")
    # What few people set stands behind lines.
    writer.page.locator("details:has(#id_capacity) > summary").click()
    writer.page.locator("#id_capacity").fill("1")
    writer.button("Publish").click()
    writer.reads("Bring rope.")
    plain.close()
    # Registered for by keyboard.
    person = Person(page, cast, server, language)
    person.go("/events/e/splicing/")
    person.button("Register").focus()
    person.presses("Enter")
    person.sees("You are registered")
    # Full for the next, who waits; the place that becomes free is theirs.
    with cast.scope():
        event = Event.objects.get()
        come(fresh(event), cast.ambassador)
    person.go("/events/e/splicing/attendees/")
    page.locator("li", has_text=cast.member.handle).get_by_role("button").first.press("Enter")
    expect(page.locator(".status.is-good")).to_be_visible()
    person.go("/events/e/splicing/")
    person.button("Unregister").press("Enter")
    expect(page.get_by_role("button", name=person.word("Join the waiting list"), exact=True)).to_be_visible()
    # Called off by its author, after the page has said what follows.
    person.link("Cancel the event").click()
    person.field("Why?").fill("Ice")
    person.button("Cancel it and tell everybody").click()
    person.sees("This event is cancelled.")
    assert complaints == []

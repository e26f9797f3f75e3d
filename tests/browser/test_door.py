"""The door of an event on a phone without a network: kept by one press, ticked, scanned, sent later, and gone with who
signs out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from communities.events.door_codes import spaced, token_of
from communities.events.models import Event, Registration
from communities.events.registering import unregister
from communities.models import Membership
from tests.analytics.conftest import BROWSER
from tests.browser.conftest import LOCALES
from tests.browser.walking import Person, comes_true
from tests.communities.events.making import HOUR, come, make_calendar, make_event
from tests.conftest import Cast

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SignIn = Callable[[Membership], None]
LISTS = "async () => (await caches.keys()).filter((name) => name.startsWith('door '))"
WAITING = "Object.keys(localStorage).filter((key) => /^(door|ticks) /.test(key))"
# A browser that reads codes, and a camera that is held before what `window.shown` says.
CAMERA = """
window.BarcodeDetector = class {
  static async getSupportedFormats() { return ["qr_code"]; }
  async detect() { return window.shown ? [{ rawValue: window.shown }] : []; }
};
Object.defineProperty(navigator, "mediaDevices", {
  value: { getUserMedia: async () => document.createElement("canvas").captureStream() },
});
"""


@pytest.fixture(autouse=True)
def switched_on(settings: Any) -> None:
    settings.OFFLINE_PAGE = True


@pytest.fixture
def event(cast: Cast) -> Event:
    with cast.scope():
        return make_event(cast, make_calendar(), by=cast.moderator, guests_each=3, starts=HOUR)


@pytest.fixture
def rows(cast: Cast, event: Event) -> list[Registration]:
    with cast.scope():
        return come(event, cast.member, guests=2) + come(event, cast.ambassador, cast.marketing)


@pytest.fixture
def second(browser: Browser, cast: Cast, server: str) -> Iterator[Page]:
    """Another organiser’s phone."""
    context = browser.new_context(locale=LOCALES["en"], user_agent=BROWSER)
    for name, morsel in cast.sign_in(cast.manager).cookies.items():
        context.add_cookies([{"name": name, "value": morsel.value, "url": server}])
    yield context.new_page()
    context.close()


def keeps(person: Person, event: Event) -> None:
    person.go(f"/events/e/{event.thread.slug}/door/")
    person.link("Keep this list on this phone").click()
    expect(person.page.locator("[data-door-say=kept]")).to_be_visible()


def line(page: Page, who: Membership) -> Locator:
    return page.locator("[data-door-list] li", has_text=f"@{who.handle}")


def goes_away(page: Page) -> None:
    page.context.set_offline(True)
    expect(page.locator("[data-door-say=away]")).to_be_visible()


def hour_of(cast: Cast, row: Registration) -> Any:
    with cast.scope():
        return Registration.objects.get(pk=row.pk).here_at


@pytest.mark.parametrize("language", ["en", "fr"])
def test_ticked_without_a_network_and_sent_when_it_is_back(
    page: Page,
    cast: Cast,
    server: str,
    sign_in: SignIn,
    language: str,
    event: Event,
    rows: list[Registration],
) -> None:
    sign_in(cast.moderator)
    person = Person(page, cast, server, language)
    keeps(person, event)
    goes_away(page)
    # By keyboard: looked for, Enter leads to the press, Enter presses.
    page.reload()
    expect(page.locator("[data-door-say=away]")).to_be_visible()
    field = person.field("Code or name")
    field.fill(cast.member.display_name)
    expect(line(page, cast.ambassador)).to_be_hidden()
    field.press("Enter")
    expect(line(page, cast.member).get_by_role("button").first).to_be_focused()
    before = timezone.now()
    page.keyboard.press("Enter")
    expect(line(page, cast.member).locator("[data-untick]")).to_be_focused()
    expect(page.locator("[data-door-count]")).to_have_text("1")
    expect(page.locator(".event-count b")).to_have_text("3")
    assert hour_of(cast, rows[0]) is None
    # It waits through a reload, of the page of the door, too; and is taken back.
    person.go(f"/events/e/{event.thread.slug}/door/")
    expect(page.locator("[data-door-count]")).to_have_text("1")
    said = line(page, cast.member).locator("[data-said]")
    expect(said).to_contain_text(person.word("here since %(hour)s, not sent yet", hour="").split(",")[-1])
    field.fill(spaced(rows[1].door_code).lower())
    expect(line(page, cast.member)).to_be_hidden()
    line(page, cast.ambassador).locator("[data-tick]").click()
    expect(page.locator("[data-door-count]")).to_have_text("2")
    line(page, cast.ambassador).locator("[data-untick]").click()
    expect(page.locator("[data-door-count]")).to_have_text("1")
    field.fill("nobody of that name")
    person.sees("Nobody on this list has that code or name.")
    pressed = timezone.now()
    page.context.set_offline(False)
    expect(page.locator("[data-door-waiting]")).to_be_hidden()
    expect(page.locator("[data-door-say=kept]")).to_be_visible()
    assert before <= hour_of(cast, rows[0]) + HOUR / 3600
    assert hour_of(cast, rows[0]) <= pressed
    assert hour_of(cast, rows[1]) is None
    # What is kept says it, too.
    goes_away(page)
    page.reload()
    expect(line(page, cast.member).locator("[data-is-here]")).to_be_visible()
    expect(page.locator("[data-door-waiting]")).to_be_hidden()


def test_two_phones_and_a_registration_that_is_no_more(
    page: Page,
    second: Page,
    cast: Cast,
    server: str,
    sign_in: SignIn,
    event: Event,
    rows: list[Registration],
) -> None:
    sign_in(cast.moderator)
    first = Person(page, cast, server, "en")
    other = Person(second, cast, server, "en")
    for one in (first, other):
        keeps(one, event)
        goes_away(one.page)
        line(one.page, cast.member).locator("[data-tick]").click()
    line(page, cast.ambassador).locator("[data-tick]").click()
    line(page, cast.marketing).locator("[data-tick]").click()
    with cast.scope():
        unregister(event, by=cast.ambassador)
    second.context.set_offline(False)
    expect(second.locator("[data-door-waiting]")).to_be_hidden()
    held = hour_of(cast, rows[0])
    assert held is not None
    page.context.set_offline(False)
    expect(page.locator("[data-door-waiting]")).to_be_hidden()
    expect(line(page, cast.member)).to_contain_text("was here already, since")
    assert hour_of(cast, rows[0]) == held
    assert hour_of(cast, rows[2]) is not None
    # Whoever is on the list no more is still named, with why, until it was read; a reload loses nothing.
    page.reload()
    gone = page.locator("[data-door-list] li", has_text=cast.ambassador.display_name)
    expect(gone).to_contain_text("no longer registered: not checked in")
    gone.get_by_role("button", name="Understood").click()
    expect(gone).to_have_count(0)
    line(page, cast.member).get_by_role("button", name="Understood").click()
    expect(line(page, cast.member).locator("[data-is-here]")).to_be_visible()


def test_codes_are_known_without_a_network(
    page: Page, cast: Cast, server: str, sign_in: SignIn, event: Event, rows: list[Registration]
) -> None:
    page.add_init_script(CAMERA)
    sign_in(cast.moderator)
    person = Person(page, cast, server, "en")
    keeps(person, event)
    goes_away(page)
    person.button("Scan with the camera").click()
    token = token_of(event.pk, rows[1].door_code)
    page.evaluate("(address) => { window.shown = address; }", f"{server}{cast.url(f'/events/here/{token}/')}")
    press = line(page, cast.ambassador).locator("[data-tick]")
    expect(press).to_be_focused()
    expect(line(page, cast.member)).to_be_hidden()
    page.keyboard.press("Enter")
    page.evaluate("window.shown = 'https://example.org/'")
    person.sees("This is the code of another event, or no code of this place.")
    person.button("Scan with the camera").click()
    expect(page.locator("video")).to_be_hidden()
    # The camera of the phone itself opens the address: the list, at that name.
    page.goto(f"{server}{cast.url(f'/events/here/{token_of(event.pk, rows[2].door_code)}/')}")
    expect(line(page, cast.marketing).locator("[data-tick]")).to_be_focused()
    expect(line(page, cast.ambassador)).to_be_hidden()
    assert hour_of(cast, rows[1]) is None
    # Sent from whichever page is opened first.
    page.context.set_offline(False)
    page.goto(f"{server}{cast.url('/forums/')}")
    page.wait_for_function(
        "!Object.entries(localStorage).some(([key, all]) => /^ticks/.test(key) && !/words/.test(all))"
    )
    assert hour_of(cast, rows[1]) is not None


def test_it_goes_with_who_signs_out(
    page: Page,
    context: BrowserContext,
    cast: Cast,
    server: str,
    sign_in: SignIn,
    event: Event,
    rows: list[Registration],
) -> None:
    sign_in(cast.moderator)
    person = Person(page, cast, server, "en")
    keeps(person, event)
    assert len(page.evaluate(LISTS)) == 1
    goes_away(page)
    line(page, cast.member).locator("[data-tick]").click()
    assert len(page.evaluate(WAITING)) == 2
    context.set_offline(False)
    person.go("/forums/")
    page.locator("form[action$='/sign-out/'] button").first.evaluate("(one) => one.form.requestSubmit(one)")
    expect(page.locator("form[action$='/sign-out/']")).to_have_count(0)
    assert page.evaluate(LISTS) == []
    assert page.evaluate(WAITING) == []
    assert hour_of(cast, rows[0]) is not None, "sent before"
    context.set_offline(True)
    person.page.goto(f"{server}{cast.url(f'/events/e/{event.thread.slug}/door/')}")
    expect(page.get_by_role("heading", name="No network")).to_be_visible()


def test_it_goes_where_it_is_refused_and_where_somebody_else_is_signed_in(
    page: Page,
    context: BrowserContext,
    cast: Cast,
    server: str,
    sign_in: SignIn,
    event: Event,
    rows: list[Registration],
) -> None:
    sign_in(cast.moderator)
    person = Person(page, cast, server, "en")
    keeps(person, event)
    # The session ended elsewhere.
    context.clear_cookies()
    page.goto(f"{server}{cast.url(f'/events/e/{event.thread.slug}/door/')}")
    comes_true(page, f"async () => (await ({LISTS})()).length === 0")
    sign_in(cast.moderator)
    keeps(person, event)
    context.clear_cookies()
    sign_in(cast.member)
    person.go("/forums/")
    comes_true(page, f"async () => (await ({LISTS})()).length === 0")
    assert page.evaluate(WAITING) == []

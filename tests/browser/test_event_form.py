"""The form of an event asks first what nobody can do without; the rest opens where it is wanted, set or wrong."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.communities.events.making import make_calendar
from tests.conftest import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def _signed_in(browser: Browser, cast: Cast, server: str, **options: object) -> Page:
    context = browser.new_context(**options)  # type: ignore[arg-type]
    cookies = cast.sign_in(cast.moderator).cookies
    context.add_cookies(
        [{"name": name, "value": morsel.value, "url": server} for name, morsel in cookies.items()]
    )
    return context.new_page()


def test_it_is_filled_in_without_scripts(browser: Browser, cast: Cast, server: str) -> None:
    with cast.scope():
        make_calendar()
    page = _signed_in(browser, cast, server, java_script_enabled=False)
    page.goto(f"{server}{cast.url('/events/in/gatherings/new/')}")
    form = page.locator("form[enctype]")
    for label in ("Title", "Starts", "Ends", "Place", "Online address", "What it is"):
        expect(form.get_by_label(label).first).to_be_visible()
    assert form.locator("details[open]").count() == 0
    expect(form.get_by_label("Guests per person")).to_be_hidden()
    repeats = form.locator("details", has_text="Repeats")
    expect(repeats.locator("small")).to_have_text("Once")
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        if kept := os.environ.get("PICTURES"):
            page.screenshot(path=Path(kept) / f"event-{width}.png", full_page=True)
    summary = form.locator("summary", has_text="Who can come")
    summary.focus()
    page.keyboard.press("Enter")
    form.get_by_label("Guests per person").fill("2")
    form.get_by_label("Size of a team").fill("3")
    form.get_by_role("button", name="Publish").click()
    expect(form.locator("details[open]")).to_have_count(1)
    expect(form.get_by_text("People who come in teams cannot bring guests.").last).to_be_visible()
    expect(form.locator("details[open] small")).to_contain_text("Guests per person: 2 · Size of a team: 3")
    if kept := os.environ.get("PICTURES"):
        page.screenshot(path=Path(kept) / "event-wrong.png", full_page=True)
    page.context.close()

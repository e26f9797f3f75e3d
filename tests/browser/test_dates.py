"""A date is typed in the order of the page, or chosen in the browser’s calendar; the box is what is sent."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from communities.models import Membership
from tests.conftest import Cast

SignIn = Callable[[Membership], None]


def test_what_is_chosen_in_the_calendar_is_written_as_people_type_it(
    cast: Cast, page: Page, sign_in: SignIn, complaints: list[str], server: str
) -> None:
    sign_in(cast.marketing)
    page.goto(server + cast.url("/manage/banners/new/"))
    box = page.get_by_label("From", exact=True)
    place = page.locator(".typed-date").filter(has=box)
    expect(place.get_by_role("button", name="Choose in a calendar")).to_be_visible()
    # What the browser’s own calendar does once somebody has pressed a day in it.
    native = place.locator("[data-native]")
    native.evaluate("(native) => { native.value = '2026-12-31T14:30' }")
    native.dispatch_event("change")
    expect(box).to_have_value("31/12/2026 14:30")
    expect(box).to_be_focused()
    # It opens where the box stands, however the hour is written.
    for typed, hour in (("14 h 30", "14:30"), ("2:30 pm", "14:30"), ("at 1430", "14:30"), ("9", "09:00")):
        box.fill(f"30/11/2026 {typed}")
        place.get_by_role("button", name="Choose in a calendar").click()
        expect(native).to_have_value(f"2026-11-30T{hour}")
        page.keyboard.press("Escape")
    box.fill("31/12/2026")
    page.get_by_label("Text").fill("Come aboard.")
    page.locator("[data-banner-form] .btn-main").click()
    expect(page.get_by_role("alert")).to_contain_text("Add the time after the date")
    expect(page.get_by_label("From", exact=True)).to_have_value("31/12/2026")
    assert not [one for one in complaints if "422" not in one]

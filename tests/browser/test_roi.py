"""The marketing lead’s half of the journey: change a rate, see total ROI move, go down to orders, export."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from communities.models import Membership
from tests.analytics.money import make_october
from tests.conftest import Cast

SignIn = Callable[[Membership], None]


def test_a_rate_moves_total_roi_and_leaves_the_measured_one(
    cast: Cast, page: Page, sign_in: SignIn, complaints: list[str], server: str
) -> None:
    with cast.scope():
        make_october(cast)
    sign_in(cast.marketing)
    page.goto(server + cast.url("/results/?month=2026-10"))
    total, hard = page.locator("[data-roi=total]"), page.locator("[data-roi=hard]")
    expect(total).to_have_text("+160%")
    expect(hard).to_have_text("−90%")

    page.get_by_role("link", name="Your rates").click()
    page.get_by_label("What is valued").select_option("cpm")
    page.get_by_label("Value", exact=True).fill("12.5")
    page.get_by_label("Where it comes from").fill("Agency, autumn 2026")
    page.get_by_label("Valid from").fill("2026-10-01")
    page.get_by_role("button", name="Save rate").click()
    expect(page.get_by_role("cell", name="€12.50")).to_be_visible()

    page.goto(server + cast.url("/results/?month=2026-10"))
    expect(total).to_have_text("+223%")
    expect(hard).to_have_text("−90%")

    page.get_by_role("link", name="Orders, margin").click()
    expect(page.get_by_role("heading", name="Orders, margin")).to_be_visible()
    expect(page.get_by_role("row", name="A1")).to_contain_text("€600.00")
    expect(page.get_by_role("row", name="A2")).to_contain_text("no: not attributable")
    with page.expect_download() as started:
        page.get_by_role("link", name="Export the rows").click()
    assert started.value.suggested_filename == "order-2026-10.csv"
    text = started.value.path().read_text(encoding="utf-8-sig")
    assert text.startswith("day,side,")
    assert ",A1,1,1500.00,600.00," in text
    assert complaints == []


def test_the_chart_says_each_month_by_keyboard(
    cast: Cast, page: Page, sign_in: SignIn, complaints: list[str], server: str
) -> None:
    with cast.scope():
        make_october(cast)
    sign_in(cast.marketing)
    page.goto(server + cast.url("/results/?month=2026-10"))
    mark: Any = page.locator(".wide-only .c-hit").first
    mark.focus()
    expect(page.locator(".chart .tip")).to_contain_text("October 2026: benefit so far €15,600")

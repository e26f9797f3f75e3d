"""Where the words of a column stand is chosen by hand, kept as it was chosen, and found again."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_editor import address, last_post, pages, send, writer
from tests.browser.test_editor_keeps import OPEN_EACH, made_of, stored
from tests.conftest import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
__all__ = ["address", "pages", "writer"]

ROWS = ".editor-paper tr"
LEFT, CENTRE, RIGHT = "Align column left", "Centre column", "Align column right"
ALIGNED = "(cell) => getComputedStyle(cell).textAlign"


def places(page: Page) -> list[list[str]]:
    found: list[list[str]] = page.locator(ROWS).evaluate_all(
        "(rows) => rows.map((row) => [...row.cells].map((cell) => cell.className.match(/to-\\w+/)?.[0] ?? ''))"
    )
    return found


def test_a_column_is_aligned_by_keyboard(writer: Page, cast: Cast, complaints: list[str]) -> None:
    writer.get_by_role("button", name="Table", exact=True).click()
    writer.keyboard.insert_text("Knot")
    writer.keyboard.press("Tab")
    writer.keyboard.insert_text("Strength")
    left, centre, right = (writer.get_by_role("button", name=name) for name in (LEFT, CENTRE, RIGHT))
    expect(left).to_have_attribute("aria-pressed", "true")
    expect(right).to_have_attribute("aria-pressed", "false")
    writer.keyboard.press("Alt+F10")
    for _name in range(6):
        writer.keyboard.press("ArrowRight")
    expect(right).to_be_focused()
    writer.keyboard.press("Enter")
    expect(writer.locator(".editor-paper")).to_be_focused()
    expect(right).to_have_attribute("aria-pressed", "true")
    expect(left).to_have_attribute("aria-pressed", "false")
    assert places(writer) == [["", "to-end", ""]] * 3
    assert writer.locator(f"{ROWS} th").nth(1).evaluate(ALIGNED) == "end"
    writer.get_by_role("button", name="Row below").click()
    assert places(writer) == [["", "to-end", ""]] * 4, "a new row follows its columns"
    writer.get_by_role("button", name="Column before").click()
    assert places(writer) == [["", "", "to-end", ""]] * 4
    for _cell in range(2):
        writer.keyboard.press("Shift+Tab")
    centre.click()
    assert places(writer) == [["to-center", "", "to-end", ""]] * 4
    send(writer)
    html = last_post(cast).body_html
    head = '<th class="to-center"><p>Knot</p></th><th></th><th class="to-end"><p>Strength</p></th><th></th>'
    assert head in html
    assert html.count('class="to-end"') == 4
    [again] = writer.evaluate(OPEN_EACH, [html]) if writer.locator("[data-settings]").count() else [html]
    assert made_of(stored(again)) == made_of(html)
    assert complaints == []


def test_several_columns_are_aligned_at_once_and_put_back(writer: Page, complaints: list[str]) -> None:
    writer.get_by_role("button", name="Table", exact=True).click()
    cells = writer.locator(f"{ROWS} :is(th, td)")
    cells.nth(0).drag_to(cells.nth(4))
    centre = writer.get_by_role("button", name=CENTRE)
    centre.click()
    assert places(writer) == [["to-center", "to-center", ""]] * 3
    expect(centre).to_have_attribute("aria-pressed", "true")
    writer.get_by_role("button", name=LEFT).click()
    assert places(writer) == [["", "", ""]] * 3
    assert complaints == []

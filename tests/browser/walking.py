"""A person at a browser: reads and presses what is written on the page, in their own language."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

from django.utils.translation import gettext, override, pgettext
from PIL import Image
from playwright.sync_api import FilePayload, Locator, Page, expect

from config.services.processes import wait_until
from tests.conftest import Cast
from tests.mailing import delivered

FOCUS = """() => {
  const one = document.activeElement;
  const style = getComputedStyle(one);
  const shown = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
  const box = one.getBoundingClientRect();
  const name = one.getAttribute("aria-label") || one.labels?.[0]?.textContent || one.textContent || one.value || "";
  return { name: name.replace(/\\s+/g, " ").trim(), tag: one.tagName, shown: shown || one.matches(".editor-paper"),
           inside: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight };
}"""

BUSY = "[aria-busy=true], .htmx-request"


class Person:
    """Finds things by their words; every word is looked up in the catalogue of the person's language."""

    def __init__(self, page: Page, cast: Cast, server: str, language: str) -> None:
        self.page, self.cast, self.server, self.language = page, cast, server, language

    def word(self, text: str, context: str = "", **values: str) -> str:
        """A sentence of the interface as this person reads it."""
        with override(self.language):
            said = pgettext(context, text) if context else gettext(text)
        assert self.language == "en" or said != text, f"not translated: {text}"
        return said % values if values else said

    def go(self, path: str) -> None:
        self.page.goto(self.server + self.cast.url(path))
        assert self.page.locator("html").get_attribute("lang") == self.language

    def link(self, text: str, context: str = "", **values: str) -> Locator:
        return self.page.get_by_role("link", name=self.word(text, context, **values), exact=True).first

    def button(self, text: str, context: str = "") -> Locator:
        return self.page.get_by_role("button", name=self.word(text, context), exact=True).first

    def field(self, text: str) -> Locator:
        return self.page.get_by_label(self.word(text)).first

    def sees(self, text: str, **values: str) -> None:
        """These words of the interface are on the page, for everybody to see."""
        expect(self.page.get_by_text(self.word(text, **values)).first).to_be_visible()

    def reads(self, text: str) -> None:
        """These words of a member are on the page, as they were written."""
        expect(self.page.get_by_text(text).first).to_be_visible()

    def enter_code(self) -> None:
        """Reads the code in the last mail, once its field is there, and types it."""
        field = self.field("Code received by e-mail")
        field.wait_for()
        field.fill(last_code())

    def writes(self, label: str, text: str) -> Locator:
        """Opens the rich editor by going to its field, and types."""
        paper = self.page.locator(".editor-paper").and_(
            self.page.get_by_role("textbox", name=self.word(label))
        )
        wait_until(lambda: self._is_in_editor(label), seconds=60)
        expect(paper).to_be_focused()
        self.page.keyboard.type(text)
        return paper

    def _is_in_editor(self, label: str) -> bool:
        """A text area that gives way to the editor at this moment takes no focus; the next time its label means the
        editor."""
        self.field(label).focus()
        return bool(self.page.evaluate("document.activeElement?.matches('.editor-paper')"))

    def adds_picture(self, shows: str) -> None:
        with self.page.expect_file_chooser() as chooser:
            self.button("Add a picture").click()
        chooser.value.set_files(picture())
        described = self.page.locator(".editor").get_by_label(self.word("Description of the picture"))
        described.fill(shows)
        described.press("Enter")
        expect(self.page.locator(f'.editor-paper img[alt="{shows}"]')).to_be_visible()

    def sees_picture(self, shows: str) -> None:
        """It is shown, and it came: an address that answers nothing has no width."""
        image = self.page.get_by_role("img", name=shows)
        image.scroll_into_view_if_needed()
        expect(image).to_be_visible()
        expect(image).not_to_have_js_property("naturalWidth", 0)

    def presses(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def focus(self) -> dict[str, Any]:
        found: dict[str, Any] = self.page.evaluate(FOCUS)
        return found

    def tabs_to(self, name: str, *, key: str = "Tab", at_most: int = 60) -> None:
        """Goes from control to control; each one passed shows that it has the focus, and is in view."""
        passed = []
        for _time in range(at_most):
            self.presses(key)
            found = self.focus()
            passed.append(found["name"])
            assert found["tag"] == "BODY" or (found["shown"] and found["inside"]), f"not to be seen: {found}"
            if found["name"].startswith(name):
                return
        raise AssertionError(f"“{name}” was not reached by {key}, but {passed}")


def comes_true(page: Page, what: str, arg: object = None) -> None:
    """Waits for what a page knows. The browser's own waiting evaluates words a second time, which the policy of our
    pages forbids, and takes a promise for its answer."""
    assert wait_until(lambda: bool(page.evaluate(what, arg)), seconds=30), what


def settles(page: Page) -> None:
    """What was pressed has been answered: by another page, or by the block that takes its place in this one. Until
    then the button shows that it is busy, and nothing is to be expected of anybody else."""
    page.wait_for_load_state()
    expect(page.locator(BUSY)).to_have_count(0)


def picture() -> FilePayload:
    out = BytesIO()
    Image.new("RGB", (900, 600), "teal").save(out, "PNG")
    return {"name": "deck.png", "mimeType": "image/png", "buffer": out.getvalue()}


def last_code() -> str:
    found = re.search(r"^\s*(\d{6})\s*$", str(delivered()[-1].body), re.M)
    assert found, delivered()[-1].body
    return found[1]

"""One setting after another: set on its page by the names of its fields, met by others, and taken back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Locator, Page

from tests.browser.onlooking import Onlooker, Onlookers, saves, takes_back
from tests.browser.walking import Person

UNFOLDS = """one => {
  for (let box = one.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
  return one.type;
}"""
# A page that leads visitors to the stylesheet of the look.
THEME = "the stylesheet"


@dataclass(frozen=True)
class Sees:
    """What one finds at an address once the setting is changed, and only then; or finds no more.

    The pattern is looked for in the status, the address that one is led to, and the page.
    """

    path: str
    pattern: str
    by: tuple[str, ...] = ("visitor", "member")
    no_more: bool = False


@dataclass(frozen=True)
class Change:
    page: str
    sets: dict[str, Any]
    seen: tuple[Sees, ...]
    button: str = "Save"
    # Whether the journal takes it back here; each has a line in it.
    undone: bool = True


def fills(page: Page, sets: dict[str, Any]) -> None:
    """As somebody does who looks for each field, opens what hides it, and types, ticks or chooses."""
    for name, value in sets.items():
        found = page.locator(f'main [name="{name}"]:not([type=hidden])')
        kind = found.first.evaluate(UNFOLDS)
        if kind == "radio":
            _with_value(page, name, value).check()
        elif kind == "checkbox" and isinstance(value, bool):
            found.set_checked(value)
        elif kind == "checkbox":
            for one in found.all():
                one.set_checked(one.get_attribute("value") in value)
        elif kind.startswith("select"):
            found.select_option(value)
        elif kind == "file":
            found.set_input_files(value)
        elif found.get_attribute("data-editor") is not None:
            writes_in(page, name, value)
        else:
            found.fill(value)


def writes_in(page: Page, name: str, words: str) -> None:
    """Into the editor, which is there without being reached for: instead of what it holds."""
    editor = page.locator(".editor", has=page.locator(f'[name="{name}"]'))
    editor.locator(".editor-paper").fill(words)


def _with_value(page: Page, name: str, value: str) -> Locator:
    return page.locator(f'main [name="{name}"][value="{value}"]')


def tries(person: Person, seen: Onlookers, change: Change) -> None:
    """The change on its page; those whom it concerns meet it, those of another community meet what they met before,
    and all do so again once it is taken back."""
    before, outside = _met(seen, change), _met_outside(seen, change)
    assert not any(before.values()), f"was there before: {before}"
    person.go(change.page)
    fills(person.page, change.sets)
    saves(person, change.button)
    after = _met(seen, change)
    assert all(after.values()), f"is not met: {after}"
    assert _met_outside(seen, change) == outside
    if change.undone:
        takes_back(person)
        again = _met(seen, change)
        assert not any(again.values()), f"is still there: {again}"


def _met(seen: Onlookers, change: Change) -> dict[tuple[str, str, str], bool]:
    return {
        (who, sees.path, sees.pattern): bool(re.search(sees.pattern, read(getattr(seen, who), sees.path)))
        is not sees.no_more
        for sees in change.seen
        for who in sees.by
    }


def _met_outside(seen: Onlookers, change: Change) -> list[bool]:
    return [
        bool(re.search(sees.pattern, read(who, sees.path)))
        for sees in change.seen
        for who in (seen.outside, seen.member_outside)
    ]


def read(onlooker: Onlooker, path: str) -> str:
    """Status, where it leads to, what it is, and the text."""
    if path == THEME:
        address = re.search(r'href="([^"]*/theme/[^"]+)"', onlooker.reads("/"))
        assert address is not None
        return onlooker.context.request.get(onlooker.server + address[1]).text()
    answer = onlooker.asks(path)
    kind = answer.headers.get("content-type", "")
    text = answer.text() if kind.startswith("text/html") else ""
    return f"{answer.status} {answer.headers.get('location', '')} {kind}\n{text}"

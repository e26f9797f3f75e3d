"""Every page for everybody who may read it: at 320 px, at 400 % zoom, from right to left, each control with a name.

Some thousand pages, each looked at four times, so not in the usual run: `bin/test -m everywhere` looks at all, with
`-k owner` at those of one role. Whether pages are valid HTML is told by tests/sweeps/test_addresses.py, every time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import override_settings
from playwright.sync_api import Browser, BrowserContext, Page

from tests.analytics.conftest import BROWSER
from tests.browser.conftest import PATIENCE, SAVES_DATA
from tests.sweeps.addresses import COMMUNITY
from tests.sweeps.audiences import OPENS
from tests.sweeps.conftest import QUICK
from tests.sweeps.world import ROLES, World, make_world

pytestmark = [pytest.mark.browser, pytest.mark.everywhere]

# Width, height, direction: a small phone, a screen of 1280 × 1024 enlarged four times, the same read from the right.
LOOKS = ((320, 640, "ltr"), (320, 256, "ltr"), (320, 640, "rtl"), (1280, 900, "rtl"))
# How far a page is wider than its screen, and what sticks out first; then what stays where it is on a low screen.
WIDER = """() => {
  const wide = document.scrollingElement.scrollWidth - innerWidth;
  if (wide <= 0) return "";
  const out = [...document.querySelectorAll("main *, header *, footer *")].find((one) => {
    const { left, right } = one.getBoundingClientRect();
    return right > innerWidth + 1 || left < -1;
  });
  return `${wide} px wider: ${out?.outerHTML.slice(0, 120)}`;
}"""
STAYS = """() => [...document.querySelectorAll("body *")].filter((one) => {
  const { position, visibility } = getComputedStyle(one);
  const { height, width, top, bottom } = one.getBoundingClientRect();
  return ["fixed", "sticky"].includes(position) && visibility !== "hidden" && one.checkVisibility()
    && width > innerWidth / 2 && height > innerHeight / 3 && bottom > 0 && top < innerHeight;
}).map((one) => `stays at 400 %: ${one.outerHTML.slice(0, 120)}`)"""
CONTROLS = frozenset(
    (
        "button",
        "checkbox",
        "combobox",
        "link",
        "menuitem",
        "option",
        "radio",
        "searchbox",
        "slider",
        "switch",
        "tab",
    )
) | {"textbox", "img", "image", "dialog"}


@pytest.fixture
def everything(server: str, settings: Any, tmp_path: Any) -> World:
    settings.MEDIA_ROOT = tmp_path
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    with override_settings(PASSWORD_HASHERS=QUICK):
        return make_world()


@pytest.fixture
def reader(browser: Browser, everything: World, server: str, role: str) -> Iterator[BrowserContext]:
    context = browser.new_context(locale="en-GB", user_agent=BROWSER)
    context.set_default_timeout(PATIENCE)
    # Else whether the editor has come by then would be a matter of the machine’s speed.
    context.add_init_script(SAVES_DATA)
    cookies = everything.client(role).cookies
    context.add_cookies([{"name": n, "value": one.value, "url": server} for n, one in cookies.items()])
    yield context
    context.close()


@pytest.mark.parametrize("role", ROLES)
def test_every_page_reflows_and_names_its_controls(
    role: str, reader: BrowserContext, everything: World, server: str
) -> None:
    page, found = reader.new_page(), dict[str, list[str]]()
    for route, address in COMMUNITY.items():
        if address.get.get(role) != OPENS:
            continue
        url = f"{server}{everything.here.url(address.path(route, everything))}"
        # What leads elsewhere is looked at by its own address.
        answer = reader.request.get(url, max_redirects=0)
        if (
            answer.status == 200
            and "text/html" in answer.headers.get("content-type", "")
            and (faults := _faults(page, url))
        ):
            found[route] = faults
    assert found == {}


def _faults(page: Page, url: str) -> list[str]:
    faults = []
    page.goto(url)
    for width, height, direction in LOOKS:
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate("direction => { document.documentElement.dir = direction; }", direction)
        if wider := page.evaluate(WIDER):
            faults.append(f"{width} × {height} {direction}: {wider}")
        if height < width:
            faults += page.evaluate(STAYS) if width == 320 else []
    return faults + _nameless(page)


def _nameless(page: Page) -> list[str]:
    """What the browser tells assistive software of each control, where it has no name to tell."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    return [
        f"without a name: {node['role']['value']}"
        for node in nodes
        if not node["ignored"]
        and node["role"]["value"] in CONTROLS
        and not node.get("name", {}).get("value", "").strip()
    ]

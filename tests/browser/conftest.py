"""A real browser against the real application, in threads of the test process; skipped without one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)

from communities.models import Membership
from tests.analytics.conftest import BROWSER
from tests.browser.onlooking import Onlookers, onlookers
from tests.conftest import Cast, make_cast

WHOLE = ("chromium", "chromium-browser", "google-chrome")
# The same browser without the window that it otherwise draws for nobody to see, at half the work. It shows no
# notifications: tests of these start a whole one.
CHROMIUM = ("chromium-headless-shell", *WHOLE)
# Milliseconds; generous, since only what fails takes as long.
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)
LOCALES = {"en": "en-GB", "fr": "fr-FR"}
SAVES_DATA = "Object.defineProperty(navigator, 'connection', { value: { saveData: true } });"
# A click that waits for what it presses to stand still scrolls again at each try, and so would wait for itself.
SCROLLS_AT_ONCE = (
    "addEventListener('DOMContentLoaded', () => { document.documentElement.style.scrollBehavior = 'auto'; });"
)


def chromium(names: tuple[str, ...] = CHROMIUM) -> str:
    """The path of the program; without it, the test is skipped."""
    path = next((found for name in names if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip("no Chromium on this machine")
    return path


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium()
    # Playwright keeps an event loop in this thread; the ORM calls of the tests are not asynchronous for that.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def cast(server: str) -> Cast:
    """As `here`, but committed."""
    return make_cast()


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complained about: errors of scripts, of loading, and of the content security policy."""
    return []


@pytest.fixture
def language() -> str:
    """The language that the browser asks for."""
    return "en"


@pytest.fixture
def context(browser: Browser, server: str, language: str) -> Iterator[BrowserContext]:
    # A headless browser's own name is on the list of programs, whose visits are not counted.
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, locale=LOCALES[language], user_agent=BROWSER
    )
    context.set_default_timeout(PATIENCE)
    # The editor comes when it is reached for, as in browsers that save data, so that a test says when. That it is there
    # before, where nothing is saved, has tests of its own (test_editor_is_there.py).
    context.add_init_script(SAVES_DATA)
    context.add_init_script(SCROLLS_AT_ONCE)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, complaints: list[str]) -> Page:
    page = context.new_page()

    def listen(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(f"{message.text} {message.location.get('url', '')}")

    page.on("console", listen)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return page


@pytest.fixture
def sign_in(context: BrowserContext, cast: Cast, server: str) -> Callable[[Membership], None]:
    """Signs a member in by the session's cookie; the sign-in pages have tests of their own."""

    def enter(membership: Membership) -> None:
        cookies = cast.sign_in(membership).cookies
        context.add_cookies(
            [{"name": name, "value": morsel.value, "url": server} for name, morsel in cookies.items()]
        )

    return enter


@pytest.fixture
def seen(browser: Browser, cast: Cast, server: str) -> Iterator[Onlookers]:
    with onlookers(browser, cast, server) as watching:
        yield watching

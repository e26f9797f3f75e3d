"""A slow line: requests that are kept until they are let go, and waiting for what comes over it."""

from __future__ import annotations

import time
from collections.abc import Callable

from playwright.sync_api import Page, Route

from tests.browser.conftest import PATIENCE


def wait_until(page: Page, is_so: Callable[[], bool]) -> None:
    """Until what the browser tells this process has come true, also where the page’s own clock stands still."""
    deadline = time.monotonic() + PATIENCE / 1000
    while not is_so():
        assert time.monotonic() < deadline, "it did not come"
        page.wait_for_timeout(20)


class Held:
    """Requests of one kind, kept until they are let go; those that come later go on at once."""

    def __init__(self, page: Page, pattern: str) -> None:
        self.page, self.is_open = page, False
        self.routes: list[Route] = []
        page.route(pattern, self._keep)

    def _keep(self, route: Route) -> None:
        if self.is_open:
            route.continue_()
        else:
            self.routes.append(route)

    def let_go(self) -> None:
        wait_until(self.page, lambda: bool(self.routes))
        self.is_open = True
        for route in self.routes:
            route.continue_()

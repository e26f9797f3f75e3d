"""The application as a browser or a proxy reaches it: a server in threads of the test process."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started


class Doors:
    """Of the server: a page that was left may still have asked for something, which must not meet the database while it
    is emptied. Closed between two tests, and counting what has come in."""

    def __init__(self) -> None:
        self.are_open, self.inside = False, 0
        self.lock = threading.Lock()

    def enter(self, **_rest: Any) -> None:
        with self.lock:
            if not self.are_open:
                raise ConnectionAbortedError("The test is over.")
            self.inside += 1

    def leave(self, **_rest: Any) -> None:
        with self.lock:
            self.inside -= 1

    def open(self) -> None:
        with self.lock:
            self.are_open, self.inside = True, 0

    def close(self, at_most: float = 60.0) -> None:
        """Nobody comes in any more; waits until everybody has left."""
        with self.lock:
            self.are_open = False
        deadline = time.monotonic() + at_most
        while self.inside > 0 and time.monotonic() < deadline:
            time.sleep(0.02)


@pytest.fixture(scope="session")
def doors() -> Iterator[Doors]:
    doors = Doors()
    request_started.connect(doors.enter, sender=WSGIHandler)
    request_finished.connect(doors.leave, sender=WSGIHandler)
    yield doors
    request_started.disconnect(doors.enter, sender=WSGIHandler)
    request_finished.disconnect(doors.leave, sender=WSGIHandler)


@pytest.fixture
def pages() -> str:
    """The URLconf; a module with a page of its own names another."""
    return "config.urls"


@pytest.fixture
def server(
    transactional_db: None, settings: Any, pages: str, doors: Doors, request: pytest.FixtureRequest
) -> Iterator[str]:
    """The address of the application; what a test writes is committed, so that the server sees it."""
    settings.ROOT_URLCONF = pages
    settings.SECURE_SSL_REDIRECT = False
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.PLATFORM_HOSTS = ["localhost", "127.0.0.1"]
    address = str(request.getfixturevalue("live_server").url)
    doors.open()
    yield address
    doors.close()

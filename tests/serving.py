"""The application as a browser or a proxy reaches it: a server in threads of the test process."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.core.signals import request_finished, request_started
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.test.testcases import LiveServerThread


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


class Serving(ThreadedWSGIServer):
    """As Django's, but a thread goes on with the next browser when one has hung up, and keeps its connection to the
    database: a new one first learns of all tables, which takes longer than many a page."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._waiting: queue.SimpleQueue[tuple[Any, Any]] = queue.SimpleQueue()
        self._idle = threading.Semaphore(0)
        self._ours: set[threading.Thread] = set()
        self._connections: list[BaseDatabaseWrapper] = []
        connection_created.connect(self._note)

    def process_request(self, request: Any, client_address: Any) -> None:
        if not self._idle.acquire(blocking=False):
            thread = threading.Thread(target=self._serve, daemon=True)
            self._ours.add(thread)
            thread.start()
        self._waiting.put((request, client_address))

    def _serve(self) -> None:
        while True:
            self.process_request_thread(*self._waiting.get())
            self._idle.release()

    def _note(self, connection: BaseDatabaseWrapper, **_rest: Any) -> None:
        if threading.current_thread() in self._ours:
            self._connections.append(connection)

    def _close_connections(self) -> None:
        """Django's calls this when a browser has hung up."""

    def server_close(self) -> None:
        super().server_close()
        connection_created.disconnect(self._note)
        for one in self._connections:
            one.inc_thread_sharing()
            one.close()


class StaticFiles(StaticFilesHandler):
    """A browser asks for each once, as it does where they carry a name of their own for each version."""

    def serve(self, request: Any) -> Any:
        response = super().serve(request)
        response["Cache-Control"] = "max-age=3600"
        return response


@pytest.fixture(scope="session")
def listening() -> Iterator[str]:
    """The address of the server, which is one for all tests of a process."""
    thread = LiveServerThread("localhost", static_handler=StaticFiles)
    thread.server_class = Serving
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    yield f"http://{thread.host}:{thread.port}"
    thread.terminate()


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
    address = str(request.getfixturevalue("listening"))
    doors.open()
    yield address
    doors.close()

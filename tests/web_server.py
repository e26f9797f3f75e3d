"""A web server on loopback that answers as a test tells it, and the open network pointed at it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from communities import outbound

HOST = "news.example.com"


@dataclass
class Answer:
    """`drip` goes on with the next bytes, until it has none."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    drip: Callable[[], bytes] | None = None


@dataclass
class WebServer:
    port: int = 0
    pages: dict[str, Answer | Callable[[dict[str, str]], Answer]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)


class _Handler(BaseHTTPRequestHandler):
    web: WebServer

    def do_GET(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.web.asked.append((self.path, headers))
        page = self.web.pages.get(self.path, Answer(404))
        answer = page(headers) if callable(page) else page
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        with suppress(OSError):
            self.wfile.write(answer.body)
            while answer.drip is not None and (more := answer.drip()):
                self.wfile.write(more)
                self.wfile.flush()

    def log_message(self, *_said: Any) -> None:
        """Nothing is written beside the tests."""


@contextmanager
def serving_web(monkeypatch: pytest.MonkeyPatch) -> Iterator[WebServer]:
    """Public names lead to this server, and only `HOST` exists; the guards before that are as they are."""
    web = WebServer()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"web": web}))
    server.daemon_threads = True
    web.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    connect = socket.create_connection

    def to_us(address: tuple[str, int], *args: Any, **named: Any) -> socket.socket:
        assert address[0] == "93.184.216.34", "only to the address that was looked at"
        return connect(("127.0.0.1", web.port), *args, **named)

    def found(host: str) -> str:
        if host != HOST:
            raise outbound.NotFetched(outbound.Why.NAME)
        return "93.184.216.34"

    monkeypatch.setattr(outbound, "find_address", found)
    monkeypatch.setattr(outbound.socket, "create_connection", to_us)
    try:
        yield web
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=60)


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[WebServer]:
    with serving_web(monkeypatch) as server:
        yield server

"""Results read from a replica: web processes whose DATABASE_URL leads there answer the pages that only read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from django.db import InternalError, connection

from communities.memory import forget_all
from communities.models import Community
from tests.conftest import make_cast
from tests.delivery.leading import led_to
from tests.delivery.proxies import nginx
from tests.delivery.standby import caught_up, first_alone, standby
from tests.delivery.visitor import Visitor

pytestmark = pytest.mark.proxies
READ = ("/results/", "/results/community/", "/results/community/visits/", "/results/community/visits.csv")


@pytest.fixture
def replica(transactional_db: None) -> Iterator[str]:
    with (
        first_alone(connection.settings_dict) as first,
        led_to(HOST=first),
        standby(connection.settings_dict) as socket,
    ):
        yield socket


def test_results_are_the_same_there_and_nothing_is_written(replica: str) -> None:
    cast = make_cast(name="Halyard")
    client = cast.sign_in(cast.marketing)
    database = dict(connection.settings_dict)
    here = {path: _said(client.get(cast.url(path))) for path in READ}
    assert "Halyard" in here["/results/"]
    caught_up(connection, replica, database)
    with led_to(HOST=replica):
        assert {path: _said(client.get(cast.url(path))) for path in READ} == here
        with pytest.raises(InternalError, match="read-only"):
            Community.objects.update(name="Written there")
    Community.objects.filter(pk=cast.community.pk).update(name="Mirabelle")
    caught_up(connection, replica, database)
    forget_all()
    with led_to(HOST=replica):
        assert "Mirabelle" in client.get(cast.url("/results/")).content.decode()


def _said(answer: object) -> str:
    assert answer.status_code == 200  # type: ignore[attr-defined]
    text = b"".join(answer).decode()  # type: ignore[call-overload]
    # The token of forms and what is named after the moment differ each time, and so does the minute.
    return re.sub(r'value="[\w-]{64}"|"X-CSRFToken":\s*"[^"]+"|nonce="[^"]+"|\b\d\d:\d\d\b', "", text)


@contextmanager
def answering(name: str) -> Iterator[str]:
    """A server that says its name to everybody; its address."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(name.encode())

        do_POST = do_GET

        def log_message(self, *_: object) -> None:
            """Nothing: the test asks."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_only_what_only_reads_is_asked_for_there(tmp_path: Path) -> None:
    with ExitStack() as stack:
        first, replica = (stack.enter_context(answering(name)) for name in ("first", "replica"))
        front = stack.enter_context(nginx(first, tmp_path, tmp_path, results=replica))
        visitor = Visitor(front)
        read = ("/results/?month=2026-11", "/c/halyard/results/", "/c/halyard/results/line/cost/")
        written = (
            "/c/halyard/results/costs/",
            "/results/orders/",
            "/c/results/forums/",
            "/forums/t/results/",
        )
        assert {visitor.at(path).text for path in (*read, *(f"/c/halyard{path}" for path in READ))} == {
            "replica"
        }
        assert {visitor.at(path).text for path in written} == {"first"}
        assert {visitor.send(path).text for path in (*read, *written)} == {"first"}

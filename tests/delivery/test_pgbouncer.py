"""Web processes behind PgBouncer in transaction mode: each transaction may have another connection to the server."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.db import connection, connections
from django.test import Client

from communities.content.models import Post, Thread
from config.database.prepared import Prepared
from tests.conftest import Cast, make_cast
from tests.delivery.leading import led_to
from tests.delivery.proxies import pgbouncer
from tests.factories import make_thread

pytestmark = pytest.mark.proxies
WRITERS, REPLIES = 8, 6


@pytest.fixture
def pooled(transactional_db: None, tmp_path: Path) -> Iterator[int]:
    """The port of the pool, which all of Django's connections go through."""
    with pgbouncer(connection.settings_dict, tmp_path) as port, led_to(HOST="127.0.0.1", PORT=str(port)):
        yield port


def test_communities_stay_apart_and_nothing_is_lost(pooled: int) -> None:
    one, other = make_cast(name="Halyard"), make_cast(name="Mirabelle")
    threads = []
    for cast in (one, other):
        with cast.scope():
            threads.append(make_thread(cast.forum, by=cast.member, title=f"Of {cast.community.name}"))

    def write(number: int) -> list[str]:
        try:
            return list(_written(number))
        finally:
            connections.close_all()

    def _written(number: int) -> Iterator[str]:
        """Replies in turn here and there, and what the reader found that is not theirs."""
        for round_ in range(REPLIES):
            cast, thread, foreign = [(one, threads[0], other), (other, threads[1], one)][
                (number + round_) % 2
            ]
            client = cast.sign_in(cast.member)
            answer = _reply(client, cast, thread, f"<p>{cast.community.name} {number} {round_}</p>")
            assert answer.status_code == 302, answer.content
            page = client.get(cast.url(thread.get_absolute_url())).content.decode()
            assert cast.community.name in page
            if foreign.community.name in page:
                yield page

    with ThreadPoolExecutor(WRITERS) as pool:
        assert [page for found in pool.map(write, range(WRITERS)) for page in found] == []
    for cast, thread in zip((one, other), threads, strict=True):
        with cast.scope():
            posts = Post.objects.filter(thread=thread).order_by("position")
            assert [post.position for post in posts] == list(range(1, 2 + WRITERS * REPLIES // 2))
            assert all(cast.community.name in post.body_html for post in posts[1:])
    assert _connections(pooled) <= 3


def test_nothing_is_prepared_in_a_session_that_others_have_next(pooled: int) -> None:
    statement = Prepared("one", "select %s::int")
    for number in range(4):
        with connection.cursor() as cursor:
            statement.run(cursor, [number])
            assert cursor.fetchall() == [(number,)]
            cursor.execute("select count(*) from pg_prepared_statements")
            assert cursor.fetchall() == [(0,)]


def _reply(client: Client, cast: Cast, thread: Thread, body: str) -> Any:
    return client.post(cast.url(f"{thread.get_absolute_url()}reply/"), {"body": body})


def _connections(port: int) -> int:
    """How many the pool has opened to the server."""
    console = psycopg2.connect(host="127.0.0.1", port=port, dbname="pgbouncer", user="pgbouncer")
    console.autocommit = True
    try:
        with console.cursor() as cursor:
            cursor.execute("show servers")
            rows = cursor.fetchall()
            return len(rows)
    finally:
        console.close()

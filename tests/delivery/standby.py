"""A real streaming replica of the server that the tests use, made by the programs of the same package."""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from config.services.addresses import ADMIN_ROLE
from config.services.embedded import postgres_programs
from tests.delivery.proxies import as_nobody

PATIENCE = 60.0  # seconds


@contextmanager
def standby(database: dict[str, Any]) -> Iterator[str]:
    """The folder of the replica's socket; skipped where the server is not the embedded one of this machine."""
    with _copied(database, "-R") as socket:
        yield socket


@contextmanager
def first_alone(database: dict[str, Any]) -> Iterator[str]:
    """The folder of the socket of a server with the same databases that nobody else uses.

    A replica lets nobody in as long as the first server has a transaction open with many savepoints, as most tests have
    that run beside this one, some of them for minutes.
    """
    with _copied(database) as socket:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and not _is_up(socket, database):
            time.sleep(0.05)
        yield socket


@contextmanager
def _copied(database: dict[str, Any], *options: str) -> Iterator[str]:
    if not database["HOST"].startswith("/"):
        pytest.skip("the server is elsewhere")
    # Paths of sockets are short.
    with tempfile.TemporaryDirectory(prefix="pv-", dir="/tmp") as name:
        folder = Path(name)
        data = folder / "data"
        copy = [postgres_programs() / "pg_basebackup", "-h", database["HOST"], "-U", ADMIN_ROLE, "-D", data]
        subprocess.run(
            [*copy, *options, "-X", "stream", "--checkpoint=fast"], check=True, capture_output=True
        )
        with _running(data, folder):
            yield str(folder)


def _is_up(socket: str, database: dict[str, Any]) -> bool:
    try:
        psycopg2.connect(host=socket, dbname=database["NAME"], user=database["USER"]).close()
    except psycopg2.OperationalError:
        return False
    return True


@contextmanager
def _running(data: Path, folder: Path) -> Iterator[None]:
    # No fewer connections than the first has, or it refuses to follow.
    options = ["-c", "listen_addresses=", "-c", "max_connections=500", "-c", "shared_buffers=32MB"]
    server = [postgres_programs() / "postgres", "-D", data, "-k", folder, *options]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen([*as_nobody(), *server], stdout=log, stderr=subprocess.STDOUT)
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def caught_up(primary: Any, socket: str, database: dict[str, Any]) -> None:
    """Wait until all that was written until now can be read on the replica. What came after the last commit (a hint on
    a page, say) leaves the first server with the next one only, which on a quiet day never comes."""
    with primary.cursor() as cursor:
        # Commits of the tests do not wait for the disk, and only what is there leaves: this one does, and those before
        # it with it.
        cursor.execute("set synchronous_commit = on")
        cursor.execute("select pg_logical_emit_message(true, 'tests', '')")
        cursor.execute("select pg_current_wal_flush_lsn()")
        [written] = cursor.fetchone()
        cursor.execute("reset synchronous_commit")
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if _has_replayed(socket, database, written):
            return
        time.sleep(0.05)
    pytest.fail("the replica did not catch up")


def _has_replayed(socket: str, database: dict[str, Any], written: str) -> bool:
    try:
        connection = psycopg2.connect(host=socket, dbname=database["NAME"], user=database["USER"])
    except psycopg2.OperationalError:
        return False  # not up yet
    try:
        with connection.cursor() as cursor:
            cursor.execute("select pg_last_wal_replay_lsn() >= %s::pg_lsn", [written])
            [there] = cursor.fetchone()
            return bool(there)
    finally:
        connection.close()

"""How the owner’s database is spoken to: by a connection of its own, and by PostgreSQL’s client programs."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg2
from django.db import connections
from psycopg2.extensions import make_dsn

from config.services.embedded import ServerFailed, clean_environment, postgres_programs

SCRATCH = "parvis_scratch_"
# Any number that no other lock of the database has.
LOCK = 0x5041_5256


class ProgramFailed(Exception):
    """A program of PostgreSQL’s refused; the message is its own."""


def owner_parameters(database: str = "") -> dict[str, Any]:
    """What a connection as the owner of the tables needs; to another database of the same server, if one is named."""
    parameters = dict(connections["owner"].get_connection_params())
    parameters.pop("cursor_factory", None)
    return parameters | ({"dbname": database} if database else {})


@contextmanager
def as_owner(database: str = "") -> Iterator[Any]:
    """A connection of the owner’s, apart from Django’s, in one repeatable transaction that is committed at the end."""
    connection = psycopg2.connect(**owner_parameters(database))
    try:
        connection.set_session(isolation_level="REPEATABLE READ")
        with connection, connection.cursor() as cursor:
            # How a row is written as text, and thus its digest, must not depend on who asks.
            cursor.execute("set local timezone = 'UTC'; set local datestyle = 'ISO, YMD'")
            cursor.execute("set local extra_float_digits = 1; set local bytea_output = 'hex'")
            yield cursor
    finally:
        connection.close()


@contextmanager
def alone() -> Iterator[bool]:
    """Whether nobody else makes the backup of the day at this moment; a process that dies lets go."""
    connection = psycopg2.connect(**owner_parameters())
    # Not in a transaction, which would stand open for as long as the backup takes.
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute("select pg_try_advisory_lock(%s)", [LOCK])
            yield bool(cursor.fetchone()[0])
    finally:
        connection.close()


def somebody_is_at_it() -> bool:
    """Whether a process makes the backup of the day at this moment."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            """select exists (select from pg_locks join pg_database on pg_database.oid = pg_locks.database
            where datname = current_database() and locktype = 'advisory' and classid = 0 and objid = %s)""",
            [LOCK],
        )
        return bool(cursor.fetchone()[0])


@contextmanager
def scratch_database() -> Iterator[str]:
    """The name of an empty database on the same server, dropped afterwards."""
    name = f"{SCRATCH}{secrets.token_hex(6)}"
    connection = psycopg2.connect(**owner_parameters("postgres"))
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"create database {name} template template0")
            try:
                yield name
            finally:
                cursor.execute(f"drop database if exists {name}")
    finally:
        connection.close()


def run(program: str, *arguments: str) -> None:
    """Run `pg_dump` as the owner. Raises ProgramFailed."""
    with start(program, *arguments) as process:
        finish(program, process)


def start(
    program: str,
    *arguments: str,
    database: str = "",
    stdin: int = subprocess.DEVNULL,
    stdout: int = subprocess.DEVNULL,
) -> subprocess.Popen[bytes]:
    """The running program; its words about what went wrong are read by `finish`."""
    parameters = owner_parameters(database)
    password = parameters.pop("password", None)
    dsn = make_dsn(**parameters)
    named = ["--dbname", dsn] if program in ("pg_dump", "psql") else []
    environment = clean_environment() | ({"PGPASSWORD": str(password)} if password else {})
    return subprocess.Popen(
        [_path(program), *named, *arguments],
        env=environment,
        stdin=stdin,
        stdout=stdout,
        stderr=subprocess.PIPE,
    )


def finish(program: str, process: subprocess.Popen[bytes]) -> None:
    """Wait for its end. Raises ProgramFailed."""
    _nothing, told = process.communicate()
    if process.returncode:
        raise ProgramFailed(f"{program}: {told.decode(errors='replace').strip()[-2000:]}")


def _path(program: str) -> str:
    """The program of the embedded server, which is the newest; else the machine’s own."""
    try:
        own = postgres_programs() / program
    except ServerFailed:
        own = Path("/nonexistent")
    found = str(own) if os.access(own, os.X_OK) else shutil.which(program)
    if found is None:
        raise ProgramFailed(f"{program} is not installed: it comes with PostgreSQL’s client programs")
    return found

"""The databases of a test run: copies of a template that was migrated once.

A template is named by what it was made of, so that it is never out of date: change a migration, and the next run
makes another. Runs may start, stop and be killed side by side on one server: whatever two of them could do at once
is done under locks of the server's, which end with the process that holds them, however it ends. See
docs/decisions/0026-test-databases.md.
"""

from __future__ import annotations

import datetime
import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django
import psycopg2
import psycopg2.errors
from django.apps import apps
from django.core.management import call_command
from django.db import connections

from config.services import running_servers

PROJECT = Path(__file__).resolve().parent.parent
TEMPLATE = "parvis_template_"
DRAFT = "parvis_draft_"
COPY = "test_parvis_"
# Of a branch or two that one goes to and fro between; each is about 13 MB.
KEPT_TEMPLATES = 3

# The two kinds of lock: one for all that is done to templates, and one for each copy while it is used.
TEMPLATES_LOCK, COPY_LOCK = 1, 2
# What migrations call, and what makes the roles.
CALLED = ("communities/fields.py", "communities/rowsecurity.py", "config/services/roles.sql")


@contextmanager
def own_database(worker: str) -> Iterator[str]:
    """The name of a database of our own, with all tables, empty; it is dropped afterwards."""
    with Server() as server:
        name = f"{COPY}{worker}_{secrets.token_hex(4)}"
        server.lock(COPY_LOCK, name)
        server.lock(TEMPLATES_LOCK)
        drop_orphans(server)
        server.run(f"create database {name} template {_template(server)}")
        # What a test commits is to be seen by others at once, and need not outlive a machine that loses its power.
        server.run(f"alter database {name} set synchronous_commit = off")
        server.unlock(TEMPLATES_LOCK)
        try:
            yield name
        finally:
            server.drop(name)


def ensure_template() -> str:
    """The name of the template that every copy is made of, made where it is missing."""
    with Server() as server:
        server.lock(TEMPLATES_LOCK)
        return _template(server)


def drop_orphans(server: Server) -> list[str]:
    """Drop the copies that killed runs have left: nobody holds their locks. Returns their names."""
    orphans = [name for name in server.databases(COPY) if server.try_lock(COPY_LOCK, name)]
    gone = [name for name in orphans if server.drop(name)]
    for name in orphans:
        server.unlock(COPY_LOCK, name)
    return gone


def fingerprint() -> str:
    """Stands for all that a migrated database is made of."""
    # A fresh database has partitions for the months around the present one.
    month = datetime.datetime.now(datetime.UTC).strftime("%Y-%m")
    digest = hashlib.sha256(f"{django.__version__} {month} {_web_role()}".encode())
    for file in ingredients():
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def ingredients() -> list[Path]:
    """The files that shape a database: the migrations of all apps, ours or not, and what they call."""
    files = [PROJECT / path for path in CALLED] + [Path(__file__)]
    for app in apps.get_app_configs():
        files += sorted((Path(app.path) / "migrations").glob("*.py"))
    return files


def _template(server: Server) -> str:
    """The name of the template, which is made where it is missing; called under the lock of the templates."""
    name = TEMPLATE + fingerprint()
    for unfinished in server.databases(DRAFT):
        server.drop(unfinished)
    existing = server.databases(TEMPLATE)
    if name in existing:
        return name
    for old in existing[: 1 - KEPT_TEMPLATES]:
        server.drop(old)
    # Renamed at the end: a run that is killed half-way leaves a draft, and nothing that looks like a template.
    draft = name.replace(TEMPLATE, DRAFT)
    server.run(f"create database {draft}")
    _migrate(draft)
    server.run(f"alter database {draft} rename to {name}")
    # Whoever were connected to it would keep everybody from copying it.
    server.run(f"alter database {name} allow_connections false")
    return name


def _migrate(name: str) -> None:
    owner = connections["owner"]
    before = owner.settings_dict["NAME"]
    owner.close()
    owner.settings_dict["NAME"] = name
    try:
        call_command("migrate", database="owner", verbosity=0, interactive=False, run_syncdb=True)
        with owner.cursor() as cursor:
            # Tests count what they made themselves, so that the planner knows it.
            rights = "select, insert, update, delete, truncate, maintain"
            cursor.execute(f'grant {rights} on all tables in schema public to "{_web_role()}"')
            cursor.execute(f'grant usage on all sequences in schema public to "{_web_role()}"')
    finally:
        owner.close()
        owner.settings_dict["NAME"] = before


def _web_role() -> str:
    return str(connections["default"].settings_dict["USER"])


class Server:
    """A connection of the owner's to the server, apart from Django's: it holds the locks."""

    def __enter__(self) -> Server:
        self._connection = psycopg2.connect(
            **connections["owner"].get_connection_params() | {"dbname": "postgres"}
        )
        self._connection.autocommit = True
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def run(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        with self._connection.cursor() as cursor:
            cursor.execute(statement, values)
            return list(cursor.fetchall()) if cursor.description else []

    def databases(self, prefix: str) -> list[str]:
        """Those whose names begin so, the oldest first."""
        found = self.run(
            "select datname from pg_database where starts_with(datname, %s) order by oid", prefix
        )
        return [name for (name,) in found]

    def drop(self, name: str) -> bool:
        """Whether it is gone. One that a thread of the run still holds open stays for the next run to sweep up.

        Not by force: the owner may end neither the web role's connections nor a vacuum's, which the server ends by
        itself where it is asked without.
        """
        try:
            self.run(f"drop database if exists {name}")
        except psycopg2.errors.ObjectInUse:
            return False
        return True

    def lock(self, kind: int, name: str = "") -> None:
        self.run("select pg_advisory_lock(%s, hashtext(%s))", kind, name)

    def try_lock(self, kind: int, name: str = "") -> bool:
        return bool(self.run("select pg_try_advisory_lock(%s, hashtext(%s))", kind, name)[0][0])

    def unlock(self, kind: int, name: str = "") -> None:
        self.run("select pg_advisory_unlock(%s, hashtext(%s))", kind, name)


if __name__ == "__main__":
    # For bin/test, which has it made beside what else it does before the tests.
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    with running_servers():
        ensure_template()

"""What a test has committed is taken away after it.

Hardly any test fills more than thirty of the tables, but to truncate one is to make its files and those of its indexes
anew, of all of them some thousands, of which every connection then has to learn. Deleting is a tenth of that. It needs
somebody whom no wall, no reference and no “this is never deleted” holds back: the superuser of the embedded server.
Where there is none, tables are truncated.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import psycopg2
from django.core.management.color import no_style
from django.db import connections

from config.database.prepared import Kept
from config.services.addresses import ADMIN_ROLE

# What migrating writes down of the code, and no test changes.
STANDING = {"auth_permission", "django_content_type"}
# Bytes that rows may take up, gone ones with the others: tests that count pages are to find few that hold nothing.
MOST = 8_000_000

SIZE = """
select sum(pg_relation_size(oid)) from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace
"""
# Whoever is still at work is waited for, as they are where tables are truncated: what has only read so far may write
# next, and would write into the following test.
DELETE = """
lock table {tables} in access exclusive mode;
do $$
declare one text;
begin
  foreach one in array string_to_array('{tables}', ', ') loop
    execute 'delete from ' || one;
  end loop;
end $$
"""

# Of this process: the superuser’s connection to each database, or None where there is none to be had.
_deleting: dict[tuple[str, str, str], Any] = {}


def empty(aliases: Iterable[str]) -> None:
    """Each database is emptied once, by however many names the test has used it.

    Django's own way empties it by each name, and writes the types of content and all permissions anew, a thousand
    rows, which took longer than many of these tests.
    """
    for connection in _databases(aliases):
        if not _delete(connection):
            _truncate(connection)


def empty_to_the_last_page(aliases: Iterable[str]) -> None:
    """As `empty`, and no page is left of what was there: for tests that count pages."""
    for connection in _databases(aliases):
        _truncate(connection)


def make_as_new(used: Iterable[Any]) -> None:
    """Connections of a test that is over, as the next one wants them: nothing is set, locked or listened to.

    Django's own way closes them; a new one first learns of all tables, which takes longer than many of these tests.
    """
    for one in used:
        if one.connection is None:
            continue
        if one.in_atomic_block or not one.get_autocommit():
            one.close()
            continue
        one.run_on_commit.clear()
        try:
            with one.connection.cursor() as cursor:
                cursor.execute("discard all")
            one.kept_statements = Kept()
        except psycopg2.Error:
            one.close()


def close() -> None:
    """The databases can be dropped."""
    for one in _deleting.values():
        if one is not None:
            one.close()
    _deleting.clear()


def _databases(aliases: Iterable[str]) -> Iterable[Any]:
    return {_place(connections[alias]): connections[alias] for alias in aliases}.values()


def _place(connection: Any) -> tuple[str, str, str]:
    at = connection.settings_dict
    return at["HOST"], at["PORT"], at["NAME"]


def _truncate(connection: Any) -> None:
    connection.ops.execute_sql_flush(connection.ops.sql_flush(no_style(), _tables(connection)))


def _delete(connection: Any) -> bool:
    """Whether it was possible, and not too much has been deleted here before."""
    superuser = _superuser(connection)
    if superuser is None:
        return False
    tables = ", ".join(connection.ops.quote_name(table) for table in _tables(connection))
    try:
        with superuser, superuser.cursor() as cursor:
            cursor.execute(SIZE)
            if cursor.fetchone()[0] > MOST:
                return False
            cursor.execute(DELETE.format(tables=tables))
    except (psycopg2.OperationalError, psycopg2.InterfaceError):
        # A test has ended all connections.
        with suppress(psycopg2.Error):
            superuser.close()
        del _deleting[_place(connection)]
        return False
    return True


def _superuser(connection: Any) -> Any:
    place = _place(connection)
    if place not in _deleting:
        _deleting[place] = _connected(connection.get_connection_params() | {"user": ADMIN_ROLE})
    return _deleting[place]


def _connected(params: dict[str, Any]) -> Any:
    """Whom nothing holds back; None where nobody of this name is let in, or holds that right."""
    try:
        made = psycopg2.connect(**params, application_name="emptying")
    except psycopg2.OperationalError:
        return None
    try:
        with made, made.cursor() as cursor:
            cursor.execute("set session_replication_role = replica")
    except psycopg2.Error:
        made.close()
        return None
    return made


def _tables(connection: Any) -> list[str]:
    found = connection.introspection.django_table_names(only_existing=True, include_views=False)
    return sorted(set(found) - STANDING)

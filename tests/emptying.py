"""What a test has committed is taken away after it."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.management.color import no_style
from django.db import connections

# What migrating writes down of the code, and no test changes.
STANDING = {"auth_permission", "django_content_type"}


def empty(aliases: Iterable[str]) -> None:
    """Each database is emptied once, by however many names the test has used it.

    Django's own way empties it by each name, and writes the types of content and all permissions anew, a thousand
    rows, which took longer than many of these tests.
    """
    found = {}
    for alias in aliases:
        at = connections[alias].settings_dict
        found.setdefault((at["HOST"], at["PORT"], at["NAME"]), connections[alias])
    for connection in found.values():
        tables = set(connection.introspection.django_table_names(only_existing=True, include_views=False))
        connection.ops.execute_sql_flush(connection.ops.sql_flush(no_style(), sorted(tables - STANDING)))

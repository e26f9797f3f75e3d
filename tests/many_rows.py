"""Large tables made of one row, and which rows are read in them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.db.models import QuerySet

# Rows of a large table. What is asked reads some hundred of them at most; by a walk it would read all.
MANY, SOME = 3_000, 300


def columns(table: str, without: set[str]) -> str:
    """Of a table, without those that are made by the database or given here."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select string_agg(quote_ident(column_name), ', ') from information_schema.columns"
            " where table_schema = 'public' and table_name = %s and is_generated = 'NEVER' and column_name <> all(%s)",
            [table, list(without | {"id"})],
        )
        told: str = cursor.fetchone()[0]
        return told


def multiply(table: str, pk: int, **changed: str) -> None:
    """Copies of one row, with some columns said in SQL; `n` counts them."""
    same = columns(table, set(changed))
    names, told = ", ".join(changed), ", ".join(changed.values())
    with connection.cursor() as cursor:
        cursor.execute(
            f"insert into {table} ({same}, {names}) select {same}, {told}"
            f" from (select * from {table} where id = %s) one, generate_series(1, %s) n",
            [pk, MANY],
        )
        cursor.execute(f"analyze {table}")


def walked(act: Callable[[], object]) -> dict[str, int]:
    """Rows that were read, where they are many: one by one or by an index, also within functions of the database."""
    # Of a table that holds little now, what tests before these committed may be what the planner knows.
    with connection.cursor() as cursor:
        cursor.execute("analyze")
    before = _walked()
    act()
    return {name: n - before.get(name, 0) for name, n in _walked().items() if n - before.get(name, 0) > SOME}


def _walked() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select relname, seq_tup_read + coalesce(idx_tup_fetch, 0) from pg_stat_xact_user_tables"
        )
        return dict(cursor.fetchall())


def scans_of(asked: QuerySet[Any]) -> dict[str, str]:
    """How a question reaches rows where walking through the table counts as dear: the kind of scan, and its index."""
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off; set local enable_bitmapscan = off")
    text = asked.explain(format="json", verbose=False)
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = on; set local enable_bitmapscan = on")
    return dict(re.findall(r'"Node Type": "([^"]*Scan)".*?"Index Name": "([^"]*)"', text))

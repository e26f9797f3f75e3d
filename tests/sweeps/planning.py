"""Statements that walk through a table from its first row to its last, found while they are asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.db import connection

PLANNED = ("select", "with", "insert", "update", "delete")
# Tables that may be walked through, each with its reason.
SMALL = {
    "django_migrations": "One row for each migration.",
    "members_jobround": "One row for each job.",
    "members_setaside": "What failed, and waits to be looked after.",
    "operator_alarm": "One row for each kind of alarm.",
    "operator_jobstate": "One row for each job.",
    "pg_class": "Tables.",
}


class Plans:
    """Wrapper of a connection: the texts that walk through a table, by its name."""

    def __init__(self) -> None:
        self.known: set[str] = set()
        self.walking: dict[str, set[str]] = {}

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql not in self.known and not many and sql.lstrip("( \n").lower().startswith(PLANNED):
            self.known.add(sql)
            self._plan(sql, params)
        return execute(sql, params, many, context)

    def _plan(self, sql: str, params: Any) -> None:
        with connection.connection.cursor() as cursor:
            cursor.execute("set local enable_seqscan = off")
            cursor.execute("explain (format json) " + sql, params)
            found = cursor.fetchone()[0]
            cursor.execute("set local enable_seqscan = on")
        for part in _parts((json.loads(found) if isinstance(found, str) else found)[0]["Plan"]):
            if part["Node Type"] == "Seq Scan":
                self.walking.setdefault(part["Relation Name"], set()).add(sql)


def _parts(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", []):
        yield from _parts(part)

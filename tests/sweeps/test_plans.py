"""No page and no job reads a table that grows from its first row to its last: what it asks for has an index.

All addresses are read and acted on by those who may, all jobs are run, and whatever they ask is planned while walking
through a table counts as dear as can be. What walks all the same has no index to go by.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils.module_loading import import_string

from communities.memory import forget_all
from config.schedule import SCHEDULE
from tests.sweeps.audiences import OPENS
from tests.sweeps.walking import places, visit
from tests.sweeps.world import World

# Each sees what others do not. What is done is done by the first of them who may.
EYES = ("owner", "member", "visitor", "operator")
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
# What jobs add up as a whole.
ADDED_UP = {
    "communities_community": "How many there are of each state, for the operator.",
    "operator_communityfigures": "Figures of all communities, for the operator.",
}
# They end transactions of their own, and are watched by `tests/members/mails`.
COMMITTING = ("send-mails", "sweep-mails")


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


@pytest.mark.slow
def test_no_page_walks_through_a_table_that_grows(world: World) -> None:
    forget_all()
    plans = Plans()
    with transaction.atomic(), connection.execute_wrapper(plans):
        for _route, address, path, headers in places(world):
            for role in EYES:
                if address.get[role] == OPENS:
                    visit(world, role, "GET", path, OPENS, **headers)
            may = [role for role in EYES if address.post is not None and address.post[role] == OPENS]
            for role in may[:1]:
                visit(world, role, "POST", path, OPENS, address.fields(world), **headers)
        transaction.set_rollback(True)
    assert len(plans.known) > 700, "they have asked hardly anything"
    assert {table: texts for table, texts in plans.walking.items() if table not in SMALL} == {}


def test_no_job_walks_through_a_table_that_grows(world: World) -> None:
    plans = Plans()
    with transaction.atomic(), connection.execute_wrapper(plans):
        for name, entry in SCHEDULE.items():
            if name not in COMMITTING:
                import_string(entry["task"])()
        transaction.set_rollback(True)
    assert len(plans.known) > 80, "they have asked hardly anything"
    allowed = {*SMALL, *ADDED_UP}
    assert {table: texts for table, texts in plans.walking.items() if table not in allowed} == {}


def test_an_index_is_missed(world: World) -> None:
    plans = Plans()
    with transaction.atomic(), connection.execute_wrapper(plans), connection.cursor() as cursor:
        cursor.execute("select id from members_member where language = %s", ["fr"])
        cursor.execute("select id from members_member where lower(email) = %s", ["nobody@example.org"])
    assert [len(texts) for texts in plans.walking.values()] == [1]

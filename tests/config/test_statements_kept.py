"""Statements that a kept connection plans once say what they said before, whatever values they are run with."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from config.database.prepared import MOST, Kept, Prepared

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _as_new() -> None:
    """As a connection that nothing was prepared on."""
    connection.ensure_connection()
    connection.kept_statements = Kept()  # type: ignore[attr-defined]


def ran(statement: Prepared, values: Any) -> tuple[Any, str]:
    """Its only row, and what was sent for it, in one piece."""
    with CaptureQueriesContext(connection) as captured, connection.cursor() as cursor:
        statement.run(cursor, values)
        row = cursor.fetchone()
    [sent] = captured.captured_queries
    return row, sent["sql"]


def test_it_is_prepared_the_second_time() -> None:
    sums = Prepared("sums", "select %s::int + %s::int, '100 %%'")
    sent = []
    for one in range(8):
        row, text = ran(sums, [one, 10])
        assert row == (one + 10, "100 %")
        sent.append(text.split()[0])
    assert sent == ["select", "prepare", *["execute"] * 6]


def test_values_have_names_and_may_stand_twice() -> None:
    twice = Prepared("twice", "select %(text)s::text || %(count)s::int || %(text)s")
    for text in ("a", "b'%s", "%(count)s", None):
        expected = None if text is None else f"{text}3{text}"
        assert ran(twice, {"text": text, "count": 3})[0] == (expected,)


def test_what_is_fixed_is_in_the_plan() -> None:
    fixed = Prepared("fixed", "select %s::text, %s::int, %s::text", {0: "it’s 5 % 'more'", 2: "end"})
    for number in range(3):
        row, text = ran(fixed, ["it’s 5 % 'more'", number, "end"])
        assert row == ("it’s 5 % 'more'", number, "end")
    assert text.endswith(f"({number})")


def test_a_statement_without_values_is_prepared_too() -> None:
    for _turn in range(3):
        assert ran(Prepared("one", "select 1"), [])[0] == (1,)


def test_what_fails_can_be_run_again() -> None:
    with connection.cursor() as cursor:
        cursor.execute("create temporary table once (number int primary key) on commit drop")
    put = Prepared("put", "insert into once values (%s) returning number")
    for number, fails in ((1, False), (1, True), (1, True), (2, False), (2, True), (3, False)):
        if fails:
            with pytest.raises(IntegrityError), transaction.atomic():
                ran(put, [number])
        else:
            assert ran(put, [number])[0] == (number,)


def test_a_session_that_was_emptied_is_noticed_once() -> None:
    one = Prepared("one", "select %s::int")
    for number in range(3):
        ran(one, [number])
    with connection.cursor() as cursor:
        cursor.execute("deallocate all")
    with pytest.raises(DatabaseError), transaction.atomic():
        ran(one, [3])
    assert [ran(one, [number])[0] for number in range(3)] == [(0,), (1,), (2,)]


def test_where_sessions_are_shared_nothing_is_prepared() -> None:
    class Pool:
        """A pooler names a process that the database does not know."""

        class info:
            backend_pid = -1

        cursor = connection.cursor

    assert Kept().is_session(connection.connection)
    kept = connection.kept_statements  # type: ignore[attr-defined]
    assert not kept.is_session(Pool)
    one = Prepared("one", "select %s")
    assert all(ran(one, ["a"])[1] == "select 'a'" for _turn in range(3))


def test_a_connection_keeps_so_many_and_a_new_one_none() -> None:
    many = [Prepared("one", "select %s::int") for _number in range(MOST + 5)]
    for statement in many * 3:
        assert ran(statement, [1])[0] == (1,)
    names = connection.kept_statements.names  # type: ignore[attr-defined]
    assert len(names) == MOST
    assert all(names.values())

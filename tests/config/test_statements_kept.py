"""Statements that a kept connection plans once say what they said before, whatever values they are run with."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from config.database.prepared import MOST, Kept, Prepared

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _as_new() -> None:
    """As a connection that nothing was prepared on."""
    with connection.cursor() as cursor:
        cursor.execute("deallocate all")
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


def prepared_there() -> set[str]:
    """What the database itself says that it keeps for this connection."""
    with connection.cursor() as cursor:
        cursor.execute("select name from pg_prepared_statements where from_sql")
        return {name for (name,) in cursor.fetchall()}


def test_what_was_run_longest_ago_makes_room() -> None:
    often, *others = (Prepared(f"of{number}", "select %s::int") for number in range(2 * MOST))
    most = 0
    for number, statement in enumerate(others):
        for one in (often, statement, statement):
            assert ran(one, [number])[0] == (number,)
        most = max(most, len(prepared_there()))
    assert most == MOST
    last = {name.split("_")[0] for name in prepared_there()}
    assert last == {"of0", *(f"of{2 * MOST - number}" for number in range(1, MOST))}
    # Who had to go begins anew.
    assert [ran(others[0], [number])[1].split()[0] for number in range(3)] == [
        "select",
        "deallocate",
        "execute",
    ]
    assert "of1" in {name.split("_")[0] for name in prepared_there()}
    assert len(prepared_there()) == MOST


def test_those_that_are_run_once_leave_the_others_theirs() -> None:
    often = Prepared("often", "select %s::int")
    for number in range(3 * MOST):
        ran(Prepared("once", "select %s::int"), [number])
        assert ran(often, [number])[0] == (number,)
    assert [name.split("_")[0] for name in prepared_there()] == ["often"]


def test_a_session_that_was_emptied_is_noticed_by_what_makes_room_too() -> None:
    for _number in range(MOST):
        statement = Prepared("one", "select %s::int")
        ran(statement, [1])
        ran(statement, [1])
    with connection.cursor() as cursor:
        cursor.execute("deallocate all")
    other = Prepared("other", "select %s::int")
    ran(other, [1])
    with pytest.raises(DatabaseError), transaction.atomic():
        ran(other, [2])
    assert [ran(other, [number])[0] for number in range(3)] == [(0,), (1,), (2,)]


def after(text: str, statement: Prepared, values: list[Any]) -> None:
    """It is run in the same transaction, whatever that text has come to."""
    with transaction.atomic(), connection.cursor() as cursor:
        with suppress(DatabaseError):
            cursor.execute(text)
        statement.run(cursor, values)


def test_what_could_not_be_prepared_is_not_given_back() -> None:
    """Cancelled, say, while a migration held what it reads: giving back what is not there would be an error of what
    comes next."""
    slow = Prepared("slow", "select pg_sleep(%s)")
    ran(slow, [0])
    with pytest.raises(DatabaseError):
        after("set local statement_timeout = 50", slow, [5])
    assert {name.split("_")[0] for name in prepared_there()} <= {"slow"}
    for _number in range(MOST + 1):
        statement = Prepared("more", "select %s::int")
        for number in range(3):
            assert ran(statement, [number])[0] == (number,)
    assert {name.split("_")[0] for name in prepared_there()} == {"more"}
    assert len(prepared_there()) == MOST


def test_in_a_transaction_that_has_failed_nothing_is_taken_for_prepared() -> None:
    one = Prepared("one", "select %s::int")
    ran(one, [1])
    with pytest.raises(DatabaseError, match="aborted"):
        after("select 1 / 0", one, [2])
    assert [ran(one, [number])[0] for number in range(3)] == [(0,), (1,), (2,)]

"""Savepoints that go along with the next statement keep what they promise."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from django.db import DatabaseError, InternalError, ProgrammingError, connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from communities.scoping import community_scope


@pytest.fixture
def table(db: None) -> None:
    """What stands around a test has its savepoint made."""
    run("create temporary table put (number int primary key) on commit drop")
    assert waiting() == []


def waiting() -> list[str]:
    kept: list[str] = connection.connection.waiting
    return kept


def run(text: str, values: Any = None) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return cursor.fetchall() if cursor.description else []


def put(number: int) -> None:
    run("insert into put values (%s)", [number])


def numbers() -> list[int]:
    return [number for (number,) in run("select number from put order by number")]


@contextmanager
def undone() -> Iterator[None]:
    """A savepoint that is gone back to."""
    with suppress(LookupError), transaction.atomic():
        yield
        raise LookupError


def test_one_in_which_nothing_is_asked_is_never_made(table: None) -> None:
    with transaction.atomic(), transaction.atomic():
        pass
    with undone(), transaction.atomic():
        pass
    assert waiting() == []


def test_it_is_sent_with_the_next_statement_and_its_end_with_the_one_after(table: None) -> None:
    with CaptureQueriesContext(connection) as captured:
        with transaction.atomic():
            put(1)
        assert [text.split()[0] for text in waiting()] == ["RELEASE"]
        put(2)
    # What is seen of a statement is the statement.
    assert [one["sql"] for one in captured.captured_queries] == [
        "insert into put values (1)",
        "insert into put values (2)",
    ]
    assert waiting() == []


def test_what_was_done_in_it_is_undone_with_it_alone(table: None) -> None:
    put(1)
    with transaction.atomic():
        put(2)
        with undone():
            put(3)
            with transaction.atomic():
                put(4)
        put(5)
    assert numbers() == [1, 2, 5]


def test_the_statement_that_brings_it_may_fail(table: None) -> None:
    put(1)
    for _turn in range(2):
        with pytest.raises(DatabaseError), transaction.atomic():
            put(1)
        put(len(numbers()) + 1)
    assert numbers() == [1, 2, 3]


def test_what_was_not_even_sent_leaves_it_waiting(table: None) -> None:
    with transaction.atomic():
        with pytest.raises(ValueError, match="NUL"):
            run("select %s", ["\0"])
        assert len(waiting()) == 1
        put(1)
    assert numbers() == [1]


def test_what_breaks_in_while_the_database_is_waited_for_finds_it_made(table: None) -> None:
    """As a job’s limit of time does: the savepoint was sent, is gone back to, and the work around it goes on."""

    def break_in(*_: Any) -> None:
        raise TimeoutError

    def put_slowly() -> None:
        with transaction.atomic():
            run("insert into put select 2 from pg_sleep(0.4)")

    former = signal.signal(signal.SIGALRM, break_in)
    try:
        for _turn in range(2):
            # The end of this one goes along with what takes long.
            with transaction.atomic():
                run("insert into put values (1) on conflict do nothing")
            signal.setitimer(signal.ITIMER_REAL, 0.2)
            with pytest.raises(TimeoutError):
                put_slowly()
    finally:
        signal.signal(signal.SIGALRM, former)
    assert numbers() == [1]


def test_an_error_that_was_passed_over_is_told_at_its_end(table: None) -> None:
    put(1)

    def pass_over() -> None:
        with transaction.atomic(), suppress(DatabaseError):
            put(1)

    with pytest.raises(InternalError):
        pass_over()
    assert numbers() == [1]


def test_a_text_that_cannot_be_read_undoes_all_around_it(transactional_db: None) -> None:
    """It was never sent, so that there is nothing to go back to."""

    def read() -> None:
        with suppress(ProgrammingError), transaction.atomic():
            run("selekt 1")
        run("select 1")

    with pytest.raises(TransactionManagementError), transaction.atomic():
        read()
    assert run("select 1") == [(1,)]


def test_other_ways_of_asking_take_it_along(table: None) -> None:
    with undone(), connection.cursor() as cursor:
        cursor.executemany("insert into put values (%s)", [[1], [2]])
    with undone():
        with connection.chunked_cursor() as cursor:
            cursor.execute("select generate_series(1, 3)")
            assert cursor.fetchall() == [(1,), (2,), (3,)]
        put(3)
    assert numbers() == []


def test_nothing_waits_beyond_its_transaction(transactional_db: None) -> None:
    for whole in (transaction.atomic, undone):
        with whole():
            run("select 1")
            with transaction.atomic():
                run("select 2")
            assert waiting()
        assert waiting() == []


def test_the_scope_of_a_transaction_goes_along_and_one_within_it_is_told_at_once(
    transactional_db: None,
) -> None:
    def here() -> str:
        return str(run("select current_setting('app.community', true)")[0][0])

    with community_scope(7):
        assert waiting() == ["set local app.community = '7'"]
        with undone():
            assert here() == "7"
            assert waiting() == []
            with community_scope(8):
                assert here() == "8"
            assert waiting()[0].startswith("RELEASE")
            assert here() == "7"
        assert here() == "7"
    assert here() == ""
    with pytest.raises(DatabaseError), community_scope(7):
        run("selekt 1")
    with community_scope(9), connection.chunked_cursor() as cursor:
        cursor.execute("select current_setting('app.community', true)")
        assert cursor.fetchall() == [("9",)]
    with community_scope(9):
        pass
    assert here() == ""

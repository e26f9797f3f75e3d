"""The connection to PostgreSQL that a process keeps."""

from __future__ import annotations

import datetime
import select
from collections.abc import Iterator
from unittest import mock

import pytest
from django.db import connection

from config.database.base import DatabaseWrapper


@pytest.fixture
def kept(transactional_db: None) -> Iterator[DatabaseWrapper]:
    """A connection of its own, which may be ended under it."""
    made = connection.copy()
    made.connect()
    yield made
    made.close()


def test_a_kept_connection_is_asked_nothing(kept: DatabaseWrapper) -> None:
    asking = "django.db.backends.postgresql.base.DatabaseWrapper.is_usable"
    with mock.patch(asking, side_effect=AssertionError):
        assert kept.is_usable()


def test_one_that_the_server_has_ended_is_found_out(kept: DatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_terminate_backend(%s)", [kept.connection.info.backend_pid])
    # The end is told, and nobody has read it yet.
    assert select.select([kept.connection.fileno()], [], [], 30)[0]
    assert not kept.is_usable()


def test_each_moment_is_in_one_zone(transactional_db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select now(), timestamptz '1970-01-01 00:00+05:30', null::timestamptz")
        [(now, then, nothing)] = cursor.fetchall()
    assert now.tzinfo is then.tzinfo is datetime.UTC
    assert then == datetime.datetime(1969, 12, 31, 18, 30, tzinfo=datetime.UTC)
    assert nothing is None

"""What only frames statements goes to the database together with the next one, in one piece.

Each service opens a savepoint within the transaction of its request, and ends it: two more ways to the database and
back, for what most of the time is never needed. A savepoint in which nothing is asked is never made at all.
"""

from __future__ import annotations

from typing import Any

from psycopg2 import extensions


class Connection(extensions.connection):  # type: ignore[misc, name-defined]
    """One that keeps statements `waiting` for the next; what ends its transaction ends what waits in it."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.waiting: list[str] = []

    def commit(self) -> None:
        self.waiting.clear()
        super().commit()

    def rollback(self) -> None:
        self.waiting.clear()
        super().rollback()


class Cursor(extensions.cursor):  # type: ignore[misc, name-defined]
    """Takes along what waits on its connection. `query` says, as ever, what was asked."""

    connection: Connection
    _before = 0

    def execute(self, query: Any, vars: Any = None) -> None:
        waiting = self.connection.waiting
        if not waiting:
            self._before = 0
            super().execute(query, vars)
        elif self.name is not None or not isinstance(query, str):
            self._send_first()
            super().execute(query, vars)
        else:
            before = "; ".join(waiting) + "; "
            # What the driver refuses is refused here, and was not sent.
            text = before + query if vars is None else self.mogrify(before + query, vars)
            # Handed over before the database is waited for: whatever breaks in there from outside, a job’s limit of
            # time among it, they are no longer such as were never made.
            waiting.clear()
            self._before = len(before)
            super().execute(text)

    def executemany(self, query: Any, vars_list: Any) -> None:
        self._send_first()
        super().executemany(query, vars_list)

    def callproc(self, *args: Any) -> Any:
        self._send_first()
        return super().callproc(*args)

    def copy_expert(self, *args: Any, **options: Any) -> None:
        self._send_first()
        super().copy_expert(*args, **options)

    def copy_from(self, *args: Any, **options: Any) -> None:
        self._send_first()
        super().copy_from(*args, **options)

    def copy_to(self, *args: Any, **options: Any) -> None:
        self._send_first()
        super().copy_to(*args, **options)

    @property
    def query(self) -> bytes | None:
        asked: bytes | None = super().query
        return asked if asked is None else asked[self._before :]

    def _send_first(self) -> None:
        self._before = 0
        if self.connection.waiting:
            with self.connection.cursor() as cursor:
                cursor.execute("")

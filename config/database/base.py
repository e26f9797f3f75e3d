"""PostgreSQL as Django speaks to it, where nothing that follows a commit turns its answer into an error.

What was stored is stored: a file that cannot be deleted, a queue that is full or a mark that is not set is logged, and
whoever wrote gets the answer that their text is there. Django leaves that to each call (`robust`), and one forgotten
call is enough.

A savepoint goes to the database with the first statement in it, as does what opens a scope (`together`).

Before each request Django asks a kept connection whether it still answers. One that the server has closed shows that
without being asked: there is something to read on it, though nothing was said.
"""

from __future__ import annotations

import datetime
import select
from collections.abc import Callable
from typing import Any

from django.db.backends.postgresql import base
from psycopg2.extensions import (  # type: ignore[attr-defined]  # not named in its stubs
    TRANSACTION_STATUS_INERROR,
    UNICODE,
    new_type,
    register_type,
)

from config.database.prepared import Kept
from config.database.together import Connection, Cursor

# JSON as the text that it is: a field of Django’s reads it. Django’s own reader of it hands on each text in two steps.
JSONB = new_type((3802,), "JSONB", UNICODE)


class DatabaseWrapper(base.DatabaseWrapper):  # the name that Django looks for
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        factories = {"connection_factory": Connection, "cursor_factory": Cursor}
        connection = super().get_new_connection(conn_params | factories)
        register_type(JSONB, connection)
        self.kept_statements = Kept()
        return connection

    def on_commit(self, func: Callable[[], Any], robust: bool = True) -> None:
        """Call it after the commit; whatever it raises is logged, whatever `robust` says."""
        super().on_commit(func, robust=True)

    def send_with_next(self, text: str) -> None:
        """Something without values to be done before the next statement of this transaction, if there is one."""
        self.connection.waiting.append(text)

    def _savepoint(self, sid: str) -> None:
        self.send_with_next(self.ops.savepoint_create_sql(sid))

    def _savepoint_commit(self, sid: str) -> None:
        """Where a statement has failed, the database says so now."""
        if self._waits(sid):
            # Nothing was asked within it.
            self.connection.waiting.pop()
        elif self.connection.info.transaction_status == TRANSACTION_STATUS_INERROR:
            super()._savepoint_commit(sid)  # type: ignore[misc]
        else:
            self.send_with_next(self.ops.savepoint_commit_sql(sid))

    def _savepoint_rollback(self, sid: str) -> None:
        if not self._waits(sid):
            # What waits lies within it.
            self.connection.waiting.clear()
            super()._savepoint_rollback(sid)  # type: ignore[misc]

    def _waits(self, sid: str) -> bool:
        """Whether a savepoint still waits to be made; what waits after it lies within it, and comes to nothing."""
        waiting, made = self.connection.waiting, self.ops.savepoint_create_sql(sid)
        if made not in waiting:
            return False
        del waiting[waiting.index(made) + 1 :]
        return True

    def create_cursor(self, name: str | None = None) -> Any:
        """Django asks a function of its own for the zone of each moment that is read. Its sessions are in UTC, of which
        there is one object, and the class gives that by itself."""
        cursor = super().create_cursor(name)
        if cursor.tzinfo_factory is not None and self.timezone is datetime.UTC:
            cursor.tzinfo_factory = datetime.timezone
        return cursor

    def is_usable(self) -> bool:
        """Whether a kept connection answers; the question is sent only where its silence is broken."""
        if self.connection is None or self.connection.closed:
            return False
        silence = select.poll()
        silence.register(self.connection.fileno(), select.POLLIN | select.POLLPRI)
        return True if not silence.poll(0) else super().is_usable()

"""UUIDs of compiled reads: texts in the rows, which are keys for what is kept, and UUIDs in the instances made of them.

The driver would make an object of each as it arrives, those of rows that nobody asks for as well.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.db import connection
from psycopg2.extensions import UNICODE, new_type, register_type  # type: ignore[attr-defined]  # not named in its stubs

_UUID = 2950
_as_text = new_type((_UUID,), "UUID_AS_TEXT", UNICODE)


def leave_uuids(cursor: Any) -> None:
    """What this cursor of Django's reads has UUIDs as texts."""
    register_type(_as_text, cursor.cursor)


def uuid_converters(select: Sequence[Any]) -> dict[int, tuple[Any, Any]]:
    """Makes UUIDs of the columns of a compiler's answer that hold some, as its own converters are given."""
    columns = [column[0] for column in select]
    return {
        place: ([_converted], column)
        for place, column in enumerate(columns)
        if column.output_field.db_type(connection) == "uuid"
    }


def _converted(value: str | None, _expression: Any, _connection: Any) -> uuid.UUID | None:
    return value if value is None else uuid.UUID(value)

"""New numbers for the rows that arrive, in their order: eight bytes a row, as on the way out."""

from __future__ import annotations

import uuid
from array import array
from collections.abc import Mapping
from typing import Any

from django.db import connection, models

from communities.archive.coming.checking import Table
from communities.archive.going.numbering import has_number, named_tables, numbered


class NewNumbers:
    """Which row of an export becomes which row here.

    `salt` is given where the original stands in this installation: then what is numbered once in an installation (posts
    and pictures in addresses) gets numbers that follow from the old ones.
    """

    def __init__(self, tables: Mapping[str, Table], salt: str = "") -> None:
        self._tables = tables
        self._namespace = uuid.uuid5(uuid.NAMESPACE_OID, salt) if salt else None
        self._given: dict[type[models.Model], array[int]] = {}

    def take(self) -> None:
        """Reserve as many numbers as each table needs."""
        for model in named_tables():
            table = self._tables.get(model._meta.label_lower)
            if table is None or not table.numbers:
                continue
            with connection.cursor() as cursor:
                cursor.execute(
                    "select nextval(pg_get_serial_sequence(%s, 'id')) from generate_series(1, %s)",
                    [model._meta.db_table, table.numbers],
                )
                given = array("q")
                while rows := cursor.fetchmany(5000):
                    given.extend(number for (number,) in rows)
            # Others may take numbers meanwhile: what they leave is in order, and so are we.
            self._given[model] = array("q", sorted(given))

    def moved(self, model: type[models.Model], number: Any) -> Any:
        """The key here of a row of the export; None for a number that the export does not give."""
        model = numbered(model)
        if number is None:
            return None
        if not has_number(model):
            return self.once(number)
        given = self._given.get(model)
        place = number - 1 if isinstance(number, int) and not isinstance(number, bool) else -1
        return given[place] if given is not None and 0 <= place < len(given) else None

    def once(self, value: Any) -> Any:
        """What a number that is given once in an installation becomes."""
        if self._namespace is None or not isinstance(value, str):
            return value
        return str(uuid.uuid5(self._namespace, value))

    @property
    def renames(self) -> bool:
        return self._namespace is not None

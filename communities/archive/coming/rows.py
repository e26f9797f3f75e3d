"""Lines of an export as rows here, many in a statement. The database reads the JSON, as it wrote it.

Policies and composite keys hold for these statements as for all others: a file can say what it likes, its rows are of
the community in scope and lead to rows of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, MaxLengthValidator, ProhibitNullCharactersValidator
from django.db import connection, models
from django.utils.translation import gettext as _

from communities.archive.coming.checking import Archive, Table
from communities.archive.coming.cleaning import clean
from communities.archive.coming.numbers import NewNumbers
from communities.archive.exceptions import ArchiveRefused
from communities.archive.going.files import walk
from communities.archive.going.numbering import named_tables, parent_of
from communities.archive.going.rows import columns_of
from communities.portable import Portable, Row
from communities.scoping import active_community_id

# Rows in one statement, and the longest line.
AT_ONCE = 500
LONGEST = 64 * 1024 * 1024  # bytes
# Where texts name posts and pictures.
_NAMED = re.compile(r"((?:/media/|/p/|data-post=\"))([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")

Place = Callable[[str], str]


def damaged(table: str) -> ArchiveRefused:
    return ArchiveRefused(
        _("The rows of “%(name)s” do not fit together. Nothing was brought in; take another export.")
        % {"name": table}
    )


def lines_of(archive: Archive, table: Table) -> Iterator[Row]:
    """The rows of a table as the file has them. Raises ArchiveRefused."""
    with archive.zip.open(table.file) as file:
        while line := file.readline(LONGEST + 1):
            if len(line) > LONGEST:
                raise damaged(table.name)
            try:
                row = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise damaged(table.name) from error
            if not isinstance(row, dict):
                raise damaged(table.name)
            yield row


class Incoming:
    """Makes rows of this community of the lines of one table."""

    def __init__(self, table: Portable, numbers: NewNumbers, place: Place) -> None:
        self.table = table
        self.numbers = numbers
        self.place = place
        self.fields = {field.attname: field for field in columns_of(table)}
        self.keys = {column: field for column, field in self.fields.items() if field.is_relation}
        # What forms refuse and the database does not: addresses that are none, links that run.
        self.checked = [(name, rule) for name, field in self.fields.items() for rule in _rules(field)]
        own = table.model._meta.pk
        self.numbered = isinstance(own, models.AutoField | models.BigAutoField)
        self.named = table.model in named_tables()
        # Rows of a table that lead to later rows of it, which are not there yet.
        self.later: list[tuple[str, int, int]] = []

    def names(self) -> list[str]:
        """What is written of each row."""
        own = [name for name in self.fields if name != "id" or not self.numbered or self.named]
        return [*own, *self.table.blank]

    def row(self, line: Row) -> Row:
        """Raises ArchiveRefused for a line that fits no row of this table."""
        if set(line) - set(self.fields):
            raise damaged(self.table.name)
        row = {
            column: line[column] if column in line else _default(field)
            for column, field in self.fields.items()
        }
        if self.numbered:
            row["id"] = self.numbers.moved(self.table.model, line.get("id")) if self.named else None
            if self.named and row["id"] is None:
                raise damaged(self.table.name)
        self._lead(row)
        for column, rewrite in self.table.numbers.items():
            try:
                row[column] = rewrite(row[column], line, self.numbers.moved)
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise damaged(self.table.name) from error
        if self.numbers.renames:
            row = {column: self._renamed(value) for column, value in row.items()}
            row |= {column: self.numbers.once(line[column]) for column in self.table.once if column in line}
        for column in self.table.files:
            row[column] = walk(row[column], self.place)
        for column in self.table.html:
            row[column] = clean(row[column])
        self._check(row)
        return row | {
            name: str(value()) if callable(value) else value for name, value in self.table.blank.items()
        }

    def _lead(self, row: Row) -> None:
        for column, field in self.keys.items():
            number = row[column]
            if number is None:
                continue
            key = self.numbers.moved(parent_of(field), number)
            if key is None:
                raise damaged(self.table.name)
            # A table beside another one has the key of that.
            own = row[self.table.model._meta.pk.attname] if field.related_model is self.table.model else key
            if key > own:
                self.later.append((column, own, key))
                key = None
            row[column] = key

    def _renamed(self, value: Any) -> Any:
        if isinstance(value, str):
            return _NAMED.sub(lambda match: f"{match[1]}{self.numbers.once(match[2])}", value)
        if isinstance(value, list):
            return [self._renamed(one) for one in value]
        if isinstance(value, dict):
            return {name: self._renamed(one) for name, one in value.items()}
        return value

    def _check(self, row: Row) -> None:
        for name, rule in self.checked:
            if row[name]:
                try:
                    rule(row[name])
                except (ValidationError, TypeError) as error:
                    raise damaged(self.table.name) from error


def _rules(field: models.Field[Any, Any]) -> list[Callable[[Any], object]]:
    """The rules of a text column beyond its length, which the database knows; addresses of people are of old date."""
    if not isinstance(field, models.CharField | models.TextField):
        return []
    known = (MaxLengthValidator, EmailValidator, ProhibitNullCharactersValidator)
    return [rule for rule in field.validators if not isinstance(rule, known)]


def _default(field: models.Field[Any, Any]) -> Any:
    """What a column that is newer than the export holds."""
    value: Any = field.get_default() if field.has_default() else None if field.null else ""
    return value.isoformat() if hasattr(value, "isoformat") else value


def bring_rows(archive: Archive, table: Table, incoming: Incoming) -> int:
    """Insert all rows of a table, in the scope of the community; how many. Raises ArchiveRefused."""
    columns = columns_here(incoming.table, incoming.names())
    lines = lines_of(archive, table)
    count = 0
    with _as_it_was():
        while batch := [incoming.row(line) for line in islice(lines, AT_ONCE)]:
            _insert(incoming.table.model._meta.db_table, columns, batch)
            count += len(batch)
    if count != table.rows:
        raise damaged(table.name)
    _lead_on(incoming)
    return count


@contextmanager
def _as_it_was() -> Iterator[None]:
    """Triggers that say something of what is written say nothing of what was written elsewhere, and said there."""
    with connection.cursor() as cursor:
        cursor.execute("select set_config('app.as_it_was', 'yes', true)")
        yield
        # After an error the transaction is over, and with it the setting.
        cursor.execute("select set_config('app.as_it_was', '', true)")


def columns_here(table: Portable, names: list[str]) -> dict[str, str]:
    """The column of each name in the database; one of ours is called otherwise there."""
    columns = {field.attname: str(field.column) for field in table.model._meta.concrete_fields}
    return {name: columns[name] for name in names}


def _insert(table: str, columns: dict[str, str], rows: list[Row]) -> None:
    quote = connection.ops.quote_name
    names = ", ".join(map(quote, columns.values()))
    said = [{column: row[name] for name, column in columns.items()} for row in rows]
    with connection.cursor() as cursor:
        # Names are those of our own models; values are one parameter.
        cursor.execute(
            f"insert into {quote(table)} (community_id, {names})"  # noqa: S608
            f" select %s, {names} from jsonb_populate_recordset(null::{quote(table)}, %s::jsonb)",
            [active_community_id(), json.dumps(said, ensure_ascii=False)],
        )


def _lead_on(incoming: Incoming) -> None:
    rows: Any = incoming.table.model
    for column, key, to in incoming.later:
        rows.objects.filter(pk=key).update(**{column: to})

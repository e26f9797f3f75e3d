"""Rows of a table as lines of JSON, written by the database: no value passes through a form of ours."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import IO, Any

from django.db import connection, models
from django.db.models import F

from communities.archive.going.numbering import parent_of
from communities.models import Community, Membership
from communities.portable import Moved, Portable, Row

# Rows fetched at a time.
READ = 500


def columns_of(table: Portable) -> list[models.Field[Any, Any]]:
    """The columns that travel."""
    return [
        field
        for field in table.model._meta.concrete_fields
        if not isinstance(field, models.GeneratedField | models.CompositePrimaryKey)
        and field.name != "community"
        and field.attname not in table.blank
    ]


def write_rows(table: Portable, out: IO[bytes], moved: Moved, met: Callable[[Any], Any], named: Any) -> int:
    """Write all rows of a table, in the scope of the community; how many. Rows whose parent came too late for this
    export are left out."""
    translate = translator(table, moved, met, named)
    written = 0
    for row in _rows(table):
        line = translate(row)
        if line is not None:
            out.write(f"{as_line(line)}\n".encode())
            written += 1
    return written


def as_line(row: Row) -> str:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"))


def translator(
    table: Portable, moved: Moved, met: Callable[[Any], Any], named: Any
) -> Callable[[Row], Row | None]:
    """What makes of a row of the database a line of the export."""
    fields = columns_of(table)
    keys = [field for field in fields if field.is_relation]
    own = table.model._meta.pk
    number = own is not None and isinstance(own, models.AutoField | models.BigAutoField)

    def translate(row: Row) -> Row | None:
        line = dict(row)
        if number:
            # Rows that nothing leads to need no number.
            own_number = moved(table.model, row["id"]) if table.model in named else None
            line.pop("id")
            if table.model in named:
                if own_number is None:
                    return None
                line = {"id": own_number, **line}
        for field in keys:
            if row[field.attname] is None:
                continue
            line[field.attname] = moved(parent_of(field), row[field.attname])
            if line[field.attname] is None and not field.null:
                return None
        for column, rewrite in table.numbers.items():
            line[column] = rewrite(row[column], row, moved)
        for column in table.files:
            line[column] = met(line[column])
        return line

    return translate


def _rows(table: Portable) -> Iterator[Row]:
    rows: Any = table.model
    found = rows.objects.filter(**table.among)
    yield from told(found.order_by("pk"), [field.attname for field in columns_of(table)])


def told(rows: Any, columns: list[str]) -> Iterator[Row]:
    """Rows of a query set as the database writes them in JSON: to the microsecond, and read as they come."""
    query, values = rows.values_list(*columns).query.sql_with_params()
    with connection.chunked_cursor() as cursor:
        # The inner statement is Django’s, with its values apart.
        cursor.execute(f"select row_to_json(one)::text from ({query}) one", values)  # noqa: S608
        while lines := cursor.fetchmany(READ):
            for (line,) in lines:
                yield json.loads(line)


def write_community(
    table: Portable, community: Community, out: IO[bytes], moved: Moved, met: Callable[[Any], Any]
) -> int:
    """The community’s own row, of which its number does not travel."""
    columns = [field.attname for field in columns_of(table)]
    (row,) = told(Community.objects.filter(pk=community.pk), columns)
    line = translator(table, moved, met, ())(row)
    assert line is not None  # it refers to nothing
    out.write(f"{as_line(line)}\n".encode())
    return 1


def write_accounts(out: IO[bytes], moved: Moved) -> int:
    """Whose memberships they are: address and language of the account, by the number of the membership."""
    people = Membership.objects.filter(member__isnull=False).order_by("pk")
    found = people.annotate(email=F("member__email"), speaks=F("member__language"))
    written = 0
    for key, email, language in found.values_list("pk", "email", "speaks").iterator(chunk_size=READ):
        number = moved(Membership, key)
        if number is not None:
            line = {"membership": number, "email": email, "language": language}
            out.write(f"{as_line(line)}\n".encode())
            written += 1
    return written

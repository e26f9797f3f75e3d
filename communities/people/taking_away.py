"""What is kept about a member here, for them to take away: one table for each name that a model gives, and one for
each kind of content whose threads have something beside them; and what packages say in words (`Taken`).

Columns that lead to other people stay here, and so does what a model withholds (`members/personal.py`).
"""

from __future__ import annotations

import json
import mimetypes
import shutil
import zipfile
from collections.abc import Iterator
from typing import IO, Any, cast

from django.core.files.storage import default_storage
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from communities.content.addresses import community_root, to_shown
from communities.content.kinds import KINDS
from communities.disclosures import taken
from communities.models import Community, Membership
from communities.people.departing import leaver_of
from communities.people.fields.showing import words_of_profile
from communities.people.models import ProfileFile
from members.personal import Departure, Record, records

Row = dict[str, Any]
# Rows read at a time: a long life here fits into little memory.
READ = 500
# The folder of files beside the tables.
FILES = "files_for_verification"


def tables_of(membership: Membership) -> Iterator[tuple[str, Iterator[Row]]]:
    """Name and rows of every table that a person may take away, in the community’s scope."""
    person = leaver_of(membership, Departure.LEAVING)
    for record in records():
        if record.personal.exported_as:
            rows = cast("Any", record.model).objects.filter(record.of(person)).order_by("pk")
            columns = columns_of(record)
            found = rows.values(*columns).iterator(chunk_size=READ)
            yield record.personal.exported_as, _in_words(found) if record.model is Membership else found
    for kind in KINDS:
        if kind.side is not None:
            rows = cast("Any", kind.side).objects.filter(thread__author=membership).order_by("pk")
            yield kind.threads_name, rows.values(*_readable(kind.side)).iterator(chunk_size=READ)
    for one in taken:
        yield one.name, one.rows(membership)


def _in_words(rows: Iterator[Row]) -> Iterator[Row]:
    """Answers to profile fields stand under keys that say nothing to anybody."""
    for row in rows:
        yield {**row, "profile": words_of_profile(row["profile"])} if "profile" in row else row


def columns_of(record: Record) -> list[str]:
    """The columns that a person may read: about themselves, and not about anybody else."""
    return _readable(record.model, record.personal.withheld)


def _readable(model: type[models.Model], withheld: tuple[str, ...] = ()) -> list[str]:
    return [
        one.attname
        for one in model._meta.concrete_fields
        if one.name not in withheld
        and one.name != "community"
        and not isinstance(one, models.GeneratedField)
        and not (one.is_relation and getattr(one.related_model, "stands_for_person", False))
    ]


def write_archive(membership: Membership, community: Community, file: IO[bytes]) -> int:
    """Write a ZIP of JSON files, one for each table, and of the files that they sent the team; how many rows that was.

    Addresses lead here from anywhere.
    """
    root = community_root(community)
    written = 0
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in tables_of(membership):
            with archive.open(f"{name}.json", "w", force_zip64=True) as out:
                written += _write_rows(rows, out, root)
        _write_files(membership, archive)
    return written


def _write_files(membership: Membership, archive: zipfile.ZipFile) -> None:
    """The files for verification, named by the number of their row: a name that somebody gave may be a path."""
    for file in ProfileFile.objects.filter(membership=membership).exclude(path="").order_by("pk"):
        try:
            stored = default_storage.open(file.path)
        except FileNotFoundError:
            # The storage lost it; the rest is theirs all the same.
            continue
        name = f"{FILES}/{file.pk}{mimetypes.guess_extension(file.content_type) or ''}"
        with stored, archive.open(name, "w", force_zip64=True) as out:
            shutil.copyfileobj(stored, out)


def _write_rows(rows: Iterator[Row], out: IO[bytes], root: str) -> int:
    number = 0
    out.write(b"[")
    for row in rows:
        whole = {name: to_shown(said, root) if isinstance(said, str) else said for name, said in row.items()}
        text = json.dumps(whole, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
        out.write(f"{',' if number else ''}\n{text}".encode())
        number += 1
    out.write(b"\n]\n")
    return number

"""Counts and check sums: of tables, of files, of the pictures in a tar."""

from __future__ import annotations

import hashlib
import os
import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psycopg2 import sql

from communities.console.operator.backups import TableSum

PIECE = 1024 * 1024
TABLES = """
select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = 'public' and c.relkind = 'r' order by c.relname
"""
# Each row counts by 60 bits of its digest, whatever the order in which the server reads them.
SUM = """
select count(*), coalesce(sum(('x' || substr(md5(one::text), 1, 15))::bit(60)::bigint::numeric), 0)
from ({rows}) one
"""


def sums_of_all(cursor: Any) -> dict[str, TableSum]:
    """What every table of the database holds, as the connection sees it."""
    cursor.execute(TABLES)
    names = [name for (name,) in cursor.fetchall()]
    return {
        name: sum_of(cursor, sql.SQL("select * from {}").format(sql.Identifier("public", name)))
        for name in names
    }


def sum_of(cursor: Any, rows: sql.Composable, columns: Iterable[str] = ()) -> TableSum:
    """The count and the digest of the rows that a query finds."""
    cursor.execute(sql.SQL(SUM).format(rows=rows))
    count, digest = cursor.fetchone()
    return TableSum(int(count), f"{int(digest):x}", tuple(columns))


def differences(expected: dict[str, TableSum], found: dict[str, TableSum]) -> list[str]:
    """What differs, a sentence for each table."""
    told = []
    for name in sorted(expected.keys() | found.keys()):
        one, other = expected.get(name), found.get(name)
        if one is None or other is None:
            told.append(f"{name}: {'not in the backup' if one is None else 'missing'}")
        elif (one.rows, one.digest) != (other.rows, other.digest):
            told.append(
                f"{name}: {other.rows} rows instead of {one.rows}"
                if one.rows != other.rows
                else f"{name}: other content"
            )
    return told


def sum_of_file(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            digest.update(piece)
    return digest.hexdigest()


@dataclass(frozen=True)
class Packed:
    """What is in a tar of pictures; `digest` is that of the sorted list of their sums and names."""

    files: int
    bytes: int
    digest: str


def pack(root: Path, names: Iterable[str], tar_path: Path) -> Packed:
    """Put files into a tar. One that goes while we read is left out: its row went before."""
    sums: dict[str, str] = {}
    size = 0
    with tarfile.open(tar_path, "w") as tar:
        for name in sorted(names):
            try:
                with (root / name).open("rb") as file:
                    entry = tar.gettarinfo(arcname=name, fileobj=file)
                    reader = _Reading(file)
                    tar.addfile(entry, reader)
            except FileNotFoundError:
                continue
            sums[name] = reader.digest.hexdigest()
            size += entry.size
    return Packed(len(sums), size, _whole(sums))


def unpack(tar_path: Path, into: Path | None) -> Packed:
    """Read a tar of pictures through, and write them under `into`, if it is said.

    Raises ValueError for a name that leads out of the folder.
    """
    sums: dict[str, str] = {}
    size = 0
    with tarfile.open(tar_path, "r") as tar:
        for entry in tar:
            name = _checked(entry)
            source = tar.extractfile(entry)
            assert source is not None  # a file, as checked
            reader = _Reading(source)
            _keep(reader, into / name if into else None)
            sums[name] = reader.digest.hexdigest()
            size += entry.size
    return Packed(len(sums), size, _whole(sums))


def files_under(root: Path) -> Iterator[str]:
    """The names of all files, relative to the folder; what is hidden is half done or set aside."""
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(one for one in folders if not one.startswith("."))
        for file in sorted(files):
            if not file.startswith("."):
                yield str((Path(folder) / file).relative_to(root))


class _Reading:
    """A file that is summed while somebody reads it."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece: bytes = self._file.read(size)
        self.digest.update(piece)
        return piece


def _checked(entry: tarfile.TarInfo) -> str:
    parts = Path(entry.name).parts
    if not entry.isfile() or Path(entry.name).is_absolute() or ".." in parts:
        raise ValueError(f"{entry.name!r} is no picture’s name")
    return entry.name


def _keep(reader: _Reading, path: Path | None) -> None:
    if path is None:
        while reader.read(PIECE):
            pass
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        while piece := reader.read(PIECE):
            file.write(piece)


def _whole(sums: dict[str, str]) -> str:
    digest = hashlib.sha256()
    for name in sorted(sums):
        digest.update(f"{sums[name]}  {name}\n".encode())
    return digest.hexdigest()

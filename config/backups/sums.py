"""Counts and check sums: of tables, of files, of the pictures in a tar."""

from __future__ import annotations

import hashlib
import tarfile
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psycopg2 import sql

from communities.console.operator.backups import TableSum
from communities.files import opened

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


def pack(names: Iterable[str], tar_path: Path) -> Packed:
    """Put stored files into a tar. One that goes while we read is left out: its row went before."""
    sums: dict[str, str] = {}
    size = 0
    with tarfile.open(tar_path, "w") as tar:
        for name in sorted(names):
            try:
                with opened(name) as (file, weight):
                    entry = tarfile.TarInfo(name)
                    entry.size = weight
                    reader = Reading(file)
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

    def write(name: str, reader: Reading, _size: int) -> None:
        path = into / name if into else None
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") if path else nullcontext() as file:
            while piece := reader.read(PIECE):
                if file is not None:
                    file.write(piece)

    return each_in(tar_path, write)


def each_in(tar_path: Path, take: Callable[[str, Reading, int], object]) -> Packed:
    """Read a tar of pictures through: `take` is given the name of each, what reads it, and its size in bytes.

    Raises ValueError for a name that leads out of the folder.
    """
    sums: dict[str, str] = {}
    size = 0
    with tarfile.open(tar_path, "r") as tar:
        for entry in tar:
            name = _checked(entry)
            source = tar.extractfile(entry)
            assert source is not None  # a file, as checked
            reader = Reading(source)
            take(name, reader, entry.size)
            sums[name] = reader.digest.hexdigest()
            size += entry.size
    return Packed(len(sums), size, _whole(sums))


class Reading:
    """A file that is summed while somebody reads it, once and from its beginning."""

    closed = False

    def __init__(self, file: Any) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def seekable(self) -> bool:
        return False

    def read(self, size: int = -1) -> bytes:
        piece: bytes = self._file.read(size)
        self.digest.update(piece)
        return piece


def _checked(entry: tarfile.TarInfo) -> str:
    parts = Path(entry.name).parts
    if not entry.isfile() or Path(entry.name).is_absolute() or ".." in parts:
        raise ValueError(f"{entry.name!r} is no picture’s name")
    return entry.name


def _whole(sums: dict[str, str]) -> str:
    digest = hashlib.sha256()
    for name in sorted(sums):
        digest.update(f"{sums[name]}  {name}\n".encode())
    return digest.hexdigest()

"""Which backups there are: each is a folder with a manifest. They are made and restored by `config.backups`."""

from __future__ import annotations

import datetime
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings

MANIFEST = "manifest.json"
# Raised when a manifest of today could not be read by the code of yesterday.
FORM = 1
# Shown at once; a machine that keeps more is looked after on the machine.
MOST_SHOWN = 100


class NoBackup(Exception):
    """A folder that is no backup, or one of a form that this release does not know."""


@dataclass(frozen=True)
class TableSum:
    """What one table held: how many rows, and the sum over the digests of its rows, which no order changes."""

    rows: int
    digest: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself. Times are ISO 8601 in UTC, sizes bytes, sums SHA-256 in hexadecimal."""

    name: str
    made_at: str
    release: str
    postgres: str
    tables: dict[str, TableSum]
    migrations: tuple[str, ...]
    files: int
    bytes: int
    sums: dict[str, str]
    community_id: int | None = None
    slug: str = ""
    community: str = ""
    verified_at: str = ""
    form: int = FORM

    @property
    def at(self) -> datetime.datetime:
        return datetime.datetime.fromisoformat(self.made_at)

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables.values())

    def written(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


@dataclass(frozen=True)
class Backup:
    """One backup in the folder of backups; `size` is what its files take, in bytes."""

    folder: Path
    manifest: Manifest
    size: int = field(default=0)

    @property
    def name(self) -> str:
        return self.folder.name


@dataclass(frozen=True)
class EachDay:
    """The backup that is made by itself: from which hour (UTC), how many stay, after how many days one is tried."""

    hour: datetime.time
    keep: int
    verify_days: int


def each_day() -> EachDay | None:
    """None where the settings leave it to the machine’s own clock."""
    if not settings.BACKUPS:
        return None
    return EachDay(datetime.time(settings.BACKUP_HOUR), settings.BACKUP_KEEP, settings.BACKUP_VERIFY_DAYS)


def read_manifest(folder: Path) -> Manifest:
    """Raises NoBackup with a sentence for the operator."""
    try:
        told: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise NoBackup(f"{folder} is no backup: {MANIFEST} cannot be read") from error
    if told.get("form") != FORM:
        raise NoBackup(f"{folder} was made by another release (form {told.get('form')}, not {FORM})")
    try:
        told["tables"] = {
            name: TableSum(int(one["rows"]), str(one["digest"]), tuple(one["columns"]))
            for name, one in told["tables"].items()
        }
        told["migrations"] = tuple(told["migrations"])
        return Manifest(**told)
    except (KeyError, TypeError, ValueError) as error:
        raise NoBackup(f"{folder}: {MANIFEST} is damaged ({error})") from error


def kept_backups() -> list[Backup]:
    """The backups of this machine, the latest first; what is damaged, unfinished or not ours to read is none."""
    found = []
    for folder in _folders(Path(settings.BACKUP_ROOT)):
        try:
            manifest = read_manifest(folder)
            size = sum(file.stat().st_size for file in folder.iterdir())
        except (NoBackup, OSError):  # or it was deleted while we looked
            continue
        found.append(Backup(folder, manifest, size))
    return sorted(found, key=lambda one: one.manifest.made_at, reverse=True)


def _folders(root: Path) -> list[Path]:
    """None where there is no such folder, or another account of the machine keeps it."""
    try:
        return [one for one in root.iterdir() if not one.name.startswith(".")]
    except OSError:
        return []


def latest_whole() -> Backup | None:
    """The latest backup of the whole installation."""
    return next((one for one in kept_backups() if one.manifest.community_id is None), None)

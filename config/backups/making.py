"""Backing up the whole installation."""

from __future__ import annotations

import datetime
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from communities.console.operator.backups import MANIFEST, Backup, Manifest, TableSum, kept_backups
from communities.files import names_below
from config.backups import programs, sums
from config.backups.restoring import DUMP, MEDIA, Say, load_dump


class NotVerified(Exception):
    """A backup that does not bring back what was there; it is kept aside and never listed."""


def back_up_all(*, verify: bool = True, say: Say = bool) -> Backup:
    """Keep database and pictures as they are at one moment; pages may be read and written meanwhile.

    With `verify`, the dump is restored into a scratch database and every table counted and summed again.
    Raises ProgramFailed, NotVerified, OSError.
    """
    with draft_folder("parvis") as (draft, name):
        with programs.as_owner() as cursor:
            # The dump sees exactly what we count.
            cursor.execute("select pg_export_snapshot()")
            (snapshot,) = cursor.fetchone()
            say("Dumping the database")
            programs.run(*("pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--file={draft / DUMP}"))
            say("Counting the tables")
            tables = sums.sums_of_all(cursor)
            facts = facts_of(cursor)
        say("Packing the pictures")
        packed = sums.pack(names_below(), draft / MEDIA)
        manifest = Manifest(
            name=name,
            tables=tables,
            files=packed.files,
            bytes=packed.bytes,
            sums={"pictures": packed.digest} | {one: sums.sum_of_file(draft / one) for one in (DUMP, MEDIA)},
            **facts,
        )
        if verify:
            say("Restoring into a scratch database")
            _verify(draft, manifest)
            manifest = replace(manifest, verified_at=timezone.now().isoformat(timespec="seconds"))
        return publish(draft, manifest)


def facts_of(cursor: Any) -> dict[str, Any]:
    """What a manifest says of time and versions."""
    cursor.execute("select app || '.' || name from django_migrations order by 1")
    migrations = tuple(name for (name,) in cursor.fetchall())
    cursor.execute("show server_version")
    (version,) = cursor.fetchone()
    return {
        "made_at": timezone.now().isoformat(timespec="seconds"),
        "release": settings.RELEASE,
        "postgres": version,
        "migrations": migrations,
    }


def prune(keep: int) -> list[str]:
    """Delete all but the latest `keep` backups of the whole installation; their names. Those of one community stay."""
    whole = [one for one in kept_backups() if one.manifest.community_id is None]
    gone = whole[max(keep, 1) :]
    for backup in gone:
        shutil.rmtree(backup.folder)
    return [backup.name for backup in gone]


@contextmanager
def draft_folder(prefix: str) -> Iterator[tuple[Path, str]]:
    """A private folder beside the backups, gone at the end unless it was published; and the name to be."""
    root = Path(settings.BACKUP_ROOT)
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"{prefix}-{timezone.now().astimezone(datetime.UTC):%Y%m%d-%H%M%S}"
    draft = root / f".{name}.{os.getpid()}"
    draft.mkdir(mode=0o700)
    try:
        yield draft, name
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def publish(draft: Path, manifest: Manifest) -> Backup:
    """Write the manifest last, see all of it on the disk, and give the folder its name."""
    (draft / MANIFEST).write_text(manifest.written(), encoding="utf-8")
    for file in draft.iterdir():
        file.chmod(0o600)
        _flush(file)
    _flush(draft)
    target = draft.with_name(manifest.name)
    draft.rename(target)
    _flush(target.parent)
    return Backup(target, manifest, sum(file.stat().st_size for file in target.iterdir()))


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _verify(draft: Path, manifest: Manifest) -> None:
    with programs.scratch_database() as scratch:
        load_dump(draft / DUMP, database=scratch)
        with programs.as_owner(scratch) as cursor:
            found: dict[str, TableSum] = sums.sums_of_all(cursor)
    wrong = sums.differences(manifest.tables, found)
    packed = sums.unpack(draft / MEDIA, into=None)
    if (packed.files, packed.digest) != (manifest.files, manifest.sums["pictures"]):
        wrong.append("the pictures cannot be read back as they were")
    if wrong:
        raise NotVerified("; ".join(wrong[:20]))

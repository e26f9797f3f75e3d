"""Bringing back the whole installation."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.db import connections

from communities.console.operator.backups import Manifest, read_manifest
from config.backups import programs, sums

DUMP, MEDIA = "database.dump", "media.tar"
# Before the dump is read, in the same transaction: either all of it comes back, or everything stays as it is.
WIPE = "drop schema public cascade; create schema public; grant usage on schema public to public;\n"
ASIDE, COMING = ".before-restoring", ".coming"
# What a file system keeps at the top of its mount, and lets nobody move.
OF_THE_DISK = ("lost+found",)
Say = Callable[[str], object]


class RestoreRefused(Exception):
    """Nothing was changed; the sentence says why and what to do."""


def restore_all(folder: Path, *, replace: bool = False, say: Say = bool) -> Manifest:
    """Make database and pictures what they were. Stop web, worker, mailer and beat before.

    Refused where communities stand, unless `replace` says that they are to go. Afterwards every table is counted
    and summed; raises RestoreRefused, ProgramFailed, and ValueError where something differs.
    """
    manifest = read_manifest(folder)
    if manifest.community_id is not None:
        raise RestoreRefused(f"{folder} is a backup of one community: restore it with --community")
    check_sums(folder, manifest)
    standing = _communities_here()
    if standing and not replace:
        raise RestoreRefused(
            f"{standing} communities stand here. To lose them and bring back the backup: --replace"
        )
    say("Unpacking the pictures")
    root = Path(settings.MEDIA_ROOT)
    packed = _unpack_aside(folder / MEDIA, root)
    if packed.digest != manifest.sums["pictures"]:
        shutil.rmtree(root / COMING)
        raise RestoreRefused("The pictures of this backup are damaged. Nothing was changed.")
    say("Loading the database")
    connections.close_all()
    load_dump(folder / DUMP, wiping=True)
    swap_pictures(root)
    say("Counting")
    with programs.as_owner() as cursor:
        wrong = sums.differences(manifest.tables, sums.sums_of_all(cursor))
    if wrong:
        raise ValueError("Restored, but not as it was: " + "; ".join(wrong[:20]))
    return manifest


def check_sums(folder: Path, manifest: Manifest) -> None:
    """Raises RestoreRefused where a file is missing, or other than it was when the backup was made."""
    for name, expected in manifest.sums.items():
        if name == "pictures":
            continue
        file = folder / name
        if not file.is_file():
            raise RestoreRefused(f"{file} is missing")
        if sums.sum_of_file(file) != expected:
            raise RestoreRefused(f"{file} has changed since the backup was made. Take another backup.")


def load_dump(dump: Path, *, database: str = "", wiping: bool = False) -> None:
    """Read a dump into a database, in one transaction. Raises ProgramFailed."""
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as first:
        first.write(WIPE if wiping else "select 1;\n")
        first.flush()
        script = programs.start("pg_restore", "--no-owner", "--file=-", str(dump), stdout=subprocess.PIPE)
        loading = programs.start(
            *("psql", "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"),
            *("--file", first.name, "--file", "-"),
            database=database,
            stdin=subprocess.PIPE,
        )
        with script, loading:
            _pour(script, loading)


def _pour(script: subprocess.Popen[bytes], loading: subprocess.Popen[bytes]) -> None:
    """From one program into the other. The end of the text commits, so it comes only where all of it was told."""
    assert script.stdout is not None
    assert loading.stdin is not None
    try:
        shutil.copyfileobj(script.stdout, loading.stdin)
        programs.finish("pg_restore", script)
    except BrokenPipeError:
        # The database refused something, and says below what.
        script.kill()
    except programs.ProgramFailed:
        loading.kill()
        with suppress(BrokenPipeError):
            loading.stdin.close()
        raise
    programs.finish("psql", loading)


def swap_pictures(root: Path) -> None:
    """Put what was unpacked into the place of what is there. The folder itself stays: it may be a mount."""
    aside = root / ASIDE
    # Of an attempt that was killed half way: what it put aside was to go then.
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir()
    for present in root.iterdir():
        if present.name not in (ASIDE, COMING, *OF_THE_DISK):
            present.rename(aside / present.name)
    for coming in (root / COMING).iterdir():
        coming.rename(root / coming.name)
    (root / COMING).rmdir()
    shutil.rmtree(aside)


def _unpack_aside(tar: Path, root: Path) -> sums.Packed:
    coming = root / COMING
    shutil.rmtree(coming, ignore_errors=True)
    coming.mkdir(parents=True)
    return sums.unpack(tar, into=coming)


def _communities_here() -> int:
    with programs.as_owner() as cursor:
        cursor.execute("select to_regclass('public.communities_community') is not null")
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute("select count(*) from public.communities_community")
        return int(cursor.fetchone()[0])

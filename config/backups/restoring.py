"""Bringing back the whole installation."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from django.db import connections

from communities.console.operator.backups import Manifest, read_manifest
from communities.files import in_store
from config.backups import programs, sums
from config.backups.pictures import PicturesOnDisk, StoredPictures

DUMP, MEDIA = "database.dump", "media.tar"
# Before the dump is read, in the same transaction: either all of it comes back, or everything stays as it is.
WIPE = "drop schema public cascade; create schema public; grant usage on schema public to public;\n"
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
    pictures = StoredPictures(folder / MEDIA) if in_store() else PicturesOnDisk(folder / MEDIA)
    if not pictures.bring(manifest.sums["pictures"]):
        raise RestoreRefused("The pictures of this backup are damaged. Nothing was changed.")
    say("Loading the database")
    connections.close_all()
    try:
        load_dump(folder / DUMP, wiping=True)
    except BaseException:
        pictures.give_up()
        raise
    pictures.take_place()
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
        # A disk that events had for themselves need not be here.
        options = ("--no-owner", "--no-tablespaces", "--file=-", str(dump))
        script = programs.start("pg_restore", *options, stdout=subprocess.PIPE)
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


def _communities_here() -> int:
    with programs.as_owner() as cursor:
        cursor.execute("select to_regclass('public.communities_community') is not null")
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute("select count(*) from public.communities_community")
        return int(cursor.fetchone()[0])

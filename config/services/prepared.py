"""Whether everything is prepared since an earlier start, found out without reading the program: that takes seconds.

What preparation looks at has not changed where no file of the program has, and the database of the same folder tells
the same of itself. Anything that is not known for certain has preparation run, which then finds nothing to do.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from config.environment import env_text
from config.services import addresses
from config.services.embedded import clean_environment, postgres_programs
from config.services.sharing import PROJECT

# What the program consists of; and what says which packages are there.
FOLDERS = ("analytics", "communities", "config", "locale", "members", "moderation", "static")
LOCKS = ("requirements/run.txt", "requirements/dev.txt", ".venv/parvis-run.stamp", ".venv/parvis-dev.stamp")
# What decides what is prepared, and where.
VARIABLES = ("DEMO", "DEV", "DJANGO_SETTINGS_MODULE", "MEDIA_ROOT", "MEDIA_STORE", "PARVIS_VAR")
ELSEWHERE = ("DATABASE_URL", "DATABASE_OWNER_URL")
# One line that is another one after a migration, and where communities or operators have come or gone.
STATE = """
select count(*), max(id), (select count(*) > 0 from communities_community),
  (select count(*) > 0 from members_member where is_operator and is_active)
from django_migrations
"""


# What preparation makes within the program: catalogs in the form that is read.
MADE = ".mo"
# Seconds that the database has for its answer: a start waits for it.
PATIENCE = 10


class Fingerprints(NamedTuple):
    """Of the program as it lies here, and without what preparation makes in it; empty where it is not known."""

    whole: str = ""
    edited: str = ""


UNKNOWN = Fingerprints()


def fingerprints(var_dir: Path) -> Fingerprints:
    """Both by one look at each file; unknown where the database is elsewhere, of which nothing is known, and where a
    file goes while it is looked at."""
    if any(env_text(name) for name in ELSEWHERE):
        return UNKNOWN
    whole = hashlib.sha256(f"{sys.version} {var_dir.resolve()}\n".encode())
    for name in VARIABLES:
        whole.update(f"{name}={env_text(name)}\n".encode())
    try:
        for name in LOCKS:
            lock = PROJECT / name
            whole.update(lock.read_bytes() if lock.exists() else b"-")
        edited = whole.copy()
        for folder in FOLDERS:
            for path, about in _files(PROJECT / folder, ()):
                told = f"{path} {about}\n".encode(errors="surrogateescape")
                whole.update(told)
                if not path.endswith(MADE):
                    edited.update(told)
    except OSError:
        return UNKNOWN
    return Fingerprints(whole.hexdigest(), edited.hexdigest())


def is_prepared(var_dir: Path) -> bool:
    """Whether preparation ended well for the program as it is, and all that it made is still there."""
    program = fingerprints(var_dir).whole
    stamp, run = _stamp(var_dir), var_dir / "run"
    there = [var_dir / "static", var_dir / "mail", Path(env_text("MEDIA_ROOT") or var_dir / "media")]
    unfinished = [run / "demo.unfinished", addresses.first_link_file(var_dir)]
    if not program or not stamp.exists() or any(path.exists() for path in unfinished):
        return False
    if not all(path.is_dir() for path in there):
        return False
    return stamp.read_text() == f"{program}\n{_state(var_dir)}"


def keep_prepared(var_dir: Path, before: str) -> None:
    """Preparation has just ended well; `before` is the fingerprint, without what it makes, from when it began: what was
    edited meanwhile may not have been seen."""
    state, now = _state(var_dir), fingerprints(var_dir)
    if state and before and before == now.edited:
        _stamp(var_dir).write_text(f"{now.whole}\n{state}")


def forget_prepared(var_dir: Path) -> None:
    _stamp(var_dir).unlink(missing_ok=True)


def _stamp(var_dir: Path) -> Path:
    return var_dir / "run" / "prepared.stamp"


def _files(folder: Path, above: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Each file below it with its size and time, in an order that does not change. `above` are the folders that we came
    through: a link to one of them leads round in a circle. Raises OSError where one goes meanwhile."""
    way = (*above, os.path.realpath(folder))
    for entry in sorted(os.scandir(folder), key=lambda one: one.name):
        if entry.name == "__pycache__":
            continue
        if entry.is_symlink():
            # What it says is a fact also where it leads nowhere, as the locks of some editors do.
            yield entry.path, f"-> {os.readlink(entry.path)}"
            if not os.path.exists(entry.path):
                continue
        if entry.is_dir():
            if os.path.realpath(entry.path) not in way:
                yield from _files(Path(entry.path), way)
        else:
            about = entry.stat()
            yield entry.path, f"{about.st_size} {about.st_mtime_ns}"


def _state(var_dir: Path) -> str:
    """What the embedded database says of itself; empty where it does not answer in time, or has no tables yet."""
    role = addresses.ROLES["owner"]
    where = ["-h", str(addresses.socket_dir(var_dir)), "-U", role, "-d", addresses.DATABASE]
    try:
        told = subprocess.run(
            [str(postgres_programs() / "psql"), "-X", "-q", "-A", "-t", *where, "-c", STATE],
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
            env=clean_environment() | {"PGOPTIONS": f"-c statement_timeout={PATIENCE - 2}s"},
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return told.stdout.strip() if told.returncode == 0 else ""

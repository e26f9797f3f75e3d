"""What has to be done before the platform can serve: each step says what it does and is skipped when done."""

from __future__ import annotations

import hashlib
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import CommandError, call_command, get_commands
from django.db import DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor

from config.services.addresses import first_link_file
from config.services.sharing_memory import read_ahead
from config.translations import compile_catalogs


class CannotPrepare(Exception):
    """A step did not get to its end; what went wrong was printed."""


def prepare() -> None:
    """Bring database, translations, static files and (on the first run) the demo up to date."""
    # Catalogs first: Django keeps those it has read.
    _step("Translations compiled", lambda: compile_catalogs(settings.LOCALE_PATHS) > 0)
    for folder in (
        settings.MEDIA_ROOT,
        settings.STATIC_ROOT,
        settings.VAR_DIR / "mail",
        settings.VAR_DIR / "run",
    ):
        Path(folder).mkdir(parents=True, exist_ok=True)
    _step("Tables up to date", _migrate)
    if not settings.DEV:
        _step("Static files collected", _collect_static)
    if settings.DEMO and "seed_demo" in get_commands():
        _step("Demo communities made", _seed_demo)
    _keep_first_link()


def _step(done: str, work: Callable[[], bool]) -> None:
    """Do one step and say so, with the seconds it took, if there was anything to do."""
    started = time.monotonic()
    if work():
        print(f"{done} ({time.monotonic() - started:.1f} s)", flush=True)


def _migrate() -> bool:
    executor = MigrationExecutor(connections["owner"])
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return False
    print("Making tables", flush=True)
    call_command("migrate", database="owner", interactive=False, verbosity=0)
    return True


def _collect_static() -> bool:
    seen = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            found = os.stat(storage.path(name))
            seen.update(f"{name} {found.st_size} {found.st_mtime_ns}\n".encode())
    stamp = Path(settings.VAR_DIR) / "run" / "static.stamp"
    if stamp.exists() and stamp.read_text() == seen.hexdigest() and Path(settings.STATIC_ROOT).exists():
        return False
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    stamp.write_text(seen.hexdigest())
    return True


def _seed_demo() -> bool:
    # Left behind by a first run that was interrupted half-way: then the seed, which can be repeated, goes on.
    unfinished = Path(settings.VAR_DIR) / "run" / "demo.unfinished"
    if apps.get_model("communities", "Community")._default_manager.exists() and not unfinished.exists():
        return False
    print("Making the demo communities; this is done once and takes a minute or two", flush=True)
    unfinished.touch()
    # Each community is made by a process of its own, forked from this one.
    read_ahead()
    try:
        call_command("seed_demo", together=True)
    except CommandError as problem:
        raise CannotPrepare(str(problem)) from None
    unfinished.unlink()
    return True


def _keep_first_link() -> None:
    """While nobody is an operator, keep the path of the link for the first one, for whoever says where Parvis runs."""
    # Models can be read only now that Django is set up.
    from django.urls import reverse

    from members.operators import first_key, operator_is_wanted

    kept = first_link_file(Path(settings.VAR_DIR))
    if not operator_is_wanted():
        kept.unlink(missing_ok=True)
        return
    kept.touch(mode=0o600)
    kept.write_text(reverse("platform:become-operator", args=[first_key()], urlconf="config.platform_urls"))


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    try:
        prepare()
    except DatabaseError as error:
        print(f"The database refused: {error}", file=sys.stderr, flush=True)
        return 1
    except CannotPrepare as problem:
        print(problem, file=sys.stderr, flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

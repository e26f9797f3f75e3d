"""Stored files wherever they lie: in the folder MEDIA_ROOT, or in the bucket that MEDIA_STORE names.

Whoever reads or writes one by its name takes Django’s `default_storage`. Here is what that does not offer: going
through all of them, and reading one without having its whole.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, cast

from django.apps import apps
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection

logger = logging.getLogger(__name__)

STORE = "communities.objects.ObjectStorage"


class Readable(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


class StoreAway(OSError):
    """The store does not answer, or refuses; `code` is what it said, by its own name."""

    def __init__(self, code: str, said: str) -> None:
        super().__init__(f"the store of media: {said}")
        self.code = code


def in_store() -> bool:
    """Whether files lie in a bucket; its storage is then `default_storage`."""
    return bool(settings.STORAGES["default"]["BACKEND"] == STORE)


def names_below(folder: str = "") -> Iterator[str]:
    """The paths of all files in a folder and those within, by name; what is hidden is half done or set aside."""
    if in_store():
        yield from cast("Any", default_storage).names_below(folder)
    else:
        yield from names_on_disk(folder)


def names_on_disk(folder: str = "") -> Iterator[str]:
    """The same of MEDIA_ROOT, wherever files are stored now."""
    root = Path(settings.MEDIA_ROOT)
    for found, folders, files in os.walk(root / folder):
        folders[:] = sorted(one for one in folders if not one.startswith("."))
        for file in sorted(files):
            if not file.startswith("."):
                yield str((Path(found) / file).relative_to(root))


def names_in(folder: str) -> list[str]:
    """The paths of the files that lie in a folder itself; none where there is no such folder."""
    try:
        return sorted(f"{folder}/{name}" for name in default_storage.listdir(folder)[1])
    except (FileNotFoundError, NotADirectoryError):
        return []


def size_of(path: str) -> int:
    """How many bytes a file has, for a page that says so; 0 where it is gone, or its store does not answer."""
    try:
        return default_storage.size(path)
    except (FileNotFoundError, StoreAway):
        return 0


def ask_store(path: str) -> None:
    """For jobs, before rows let go of the name of a file that is forgotten with them: raises StoreAway, and the next
    round comes back to a file that `forget` would leave for good."""
    if path:
        default_storage.exists(path)


def forget(*paths: str) -> None:
    """Delete files that nothing names any more; those that are gone already are no error.

    While the store does not answer they are left for later: whoever has done something is not told that it failed, and
    a refusal is not followed by another one.
    """
    for done, path in enumerate(paths):
        try:
            default_storage.delete(path)
        except StoreAway as away:
            leave(*paths[done:], away=away)
            return


def leave(*paths: str, away: StoreAway, pictures: bool = False) -> None:
    """For later, when the store answers again (`take_away_left`). `pictures`: with all that lies in their folders.

    In an act that is refused it is undone with the act, and the log alone names them.
    """
    logger.error("stored files stay", extra={"paths": paths, "problem": str(away)})
    if connection.needs_rollback:
        return
    left = apps.get_model("members", "LeftFile")
    rows = [left(path=path, is_picture=pictures) for path in paths if path]
    left.objects.bulk_create(rows, ignore_conflicts=True)


@contextmanager
def opened(path: str) -> Iterator[tuple[Readable, int]]:
    """A file to be read once from its beginning, and how many bytes that will be.

    Raises FileNotFoundError, and StoreAway where the store does not answer; also while it is read.
    """
    if in_store():
        with cast("Any", default_storage).opened(path) as found:
            yield found
        return
    with (Path(settings.MEDIA_ROOT) / path).open("rb") as file:
        yield file, os.fstat(file.fileno()).st_size

"""Pictures of a backup on their way back: brought beside those that are there, then put in their place."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage

from communities.files import names_below
from config.backups import sums

ASIDE, COMING = ".before-restoring", ".coming"
# What a file system keeps at the top of its mount, and lets nobody move.
OF_THE_DISK = ("lost+found",)


class PicturesOnDisk:
    """Unpacked aside, and then two folders change their names."""

    def __init__(self, tar: Path) -> None:
        self.tar = tar
        self.root = Path(settings.MEDIA_ROOT)

    def bring(self, digest: str) -> bool:
        """Whether they are those of the backup, by their digest; else nothing was changed."""
        coming = self.root / COMING
        shutil.rmtree(coming, ignore_errors=True)
        coming.mkdir(parents=True)
        if sums.unpack(self.tar, into=coming).digest == digest:
            return True
        self.give_up()
        return False

    def give_up(self) -> None:
        shutil.rmtree(self.root / COMING, ignore_errors=True)

    def take_place(self) -> None:
        swap_pictures(self.root)


class StoredPictures:
    """A bucket has no folders that change their names. What a name holds never changes, so those of the backup come
    beside the others, which nobody names once the database is the backup’s, and go then."""

    def __init__(self, tar: Path) -> None:
        self.tar = tar
        self.before: set[str] = set()
        self.brought: set[str] = set()

    def bring(self, digest: str) -> bool:
        """The same. Raises OSError where the store does not take them; then those that had come are gone again."""
        if sums.unpack(self.tar, into=None).digest != digest:
            return False
        self.before = set(names_below())
        try:
            sums.each_in(self.tar, self._store)
        except BaseException:
            self.give_up()
            raise
        return True

    def _store(self, name: str, reader: sums.Reading, _size: int) -> None:
        self.brought.add(name)
        store(name, reader)

    def give_up(self) -> None:
        forget(self.brought - self.before)

    def take_place(self) -> None:
        forget(self.before - self.brought)


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


def store(name: str, reader: Any) -> None:
    """Into the bucket, over what has the name."""
    default_storage.save(name, File(reader, name=name))


def forget(names: Iterable[str]) -> None:
    for name in names:
        default_storage.delete(name)

"""Where an uploaded export lies until it is done with: hidden, as exports are."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage

from communities.archive.form import PIECE
from communities.archive.models import Coming
from communities.files import forget, in_store, opened

ROOT = ".arrivals"


def file_of(coming: Coming) -> Path:
    """Its place on disk; where files lie in a bucket, that of the copy which a worker fetches."""
    return Path(settings.MEDIA_ROOT) / _path_of(coming)


def keep_file(coming: Coming, file: File[Any]) -> None:
    """Keep what was uploaded. Raises OSError, and then leaves nothing."""
    if in_store():
        default_storage.save(_path_of(coming), file)
        return
    target = file_of(coming)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with target.open("wb") as out:
            for piece in file.chunks(PIECE):
                out.write(piece)
    except OSError:
        target.unlink(missing_ok=True)
        raise


def has_file(coming: Coming) -> bool:
    return bool(default_storage.exists(_path_of(coming)))


@contextmanager
def at_hand(coming: Coming) -> Iterator[Path]:
    """The file on the disk of this machine. Raises FileNotFoundError where it is kept no more."""
    target = file_of(coming)
    if not in_store():
        yield target
        return
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with opened(_path_of(coming)) as (stored, _size), target.open("wb") as copy:
            shutil.copyfileobj(stored, copy, PIECE)
        yield target
    finally:
        target.unlink(missing_ok=True)


def forget_file(coming: Coming) -> None:
    """Delete it; one that is gone already is no error."""
    forget(_path_of(coming))


def _path_of(coming: Coming) -> str:
    return f"{ROOT}/{coming.public_id}.zip"

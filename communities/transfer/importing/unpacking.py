"""Unpacks an uploaded ZIP without believing what it says of itself: names, counts and sizes are checked on the way."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.utils.translation import gettext as _

from communities.sizes import size_in_words
from communities.transfer.exceptions import UnreadableExport

MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
# No export has more; a directory of millions of names fills memory before anything is unpacked.
MOST_FILES = 200_000
# Text packs to a fifth, at best to a fiftieth.
MOST_TIMES = 200
# What may be unpacked whatever it was packed in.
FREELY = 64 * 1024 * 1024
CHUNK = 1024 * 1024
ENCRYPTED = 0x1


def is_zip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) in MAGIC


def names_in(path: Path) -> list[str]:
    """The names of the files in a ZIP. Raises UnreadableExport where it is none, or holds too many."""
    with _opened(path) as packed:
        return [entry.filename for entry in packed.infolist() if not entry.is_dir()]


def unpack(path: Path, into: Path, *, wanted: Callable[[str], bool] = bool) -> None:
    """Write the files whose names are `wanted` below the folder `into`, in the folders that they are in.

    Raises UnreadableExport for what is damaged, locked, too large, or would lie elsewhere.
    """
    room = max(FREELY, MOST_TIMES * path.stat().st_size)
    room = min(room, settings.IMPORT_MAX_UNPACKED_BYTES)
    with _opened(path) as packed:
        for entry in packed.infolist():
            if entry.is_dir() or not wanted(entry.filename):
                continue
            try:
                room -= _write(packed, entry, into, room)
            except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
                raise UnreadableExport(
                    _("“%(file)s” in this ZIP file is cut off or damaged.") % {"file": entry.filename[:120]}
                ) from error


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        packed = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise UnreadableExport(_("This ZIP file is cut off or damaged. Upload it again.")) from error
    if len(packed.infolist()) > MOST_FILES:
        packed.close()
        raise UnreadableExport(_("This ZIP file contains more than 200,000 files; no export does."))
    return packed


def _write(packed: zipfile.ZipFile, entry: zipfile.ZipInfo, into: Path, room: int) -> int:
    """One file, as far as there is room; how many bytes it has."""
    if entry.flag_bits & ENCRYPTED:
        raise UnreadableExport(_("This ZIP file is locked with a password. Unlock it first."))
    target = _place(into, entry.filename)
    target.parent.mkdir(parents=True, exist_ok=True)
    written = 0
    with packed.open(entry) as source, target.open("wb") as file:
        while chunk := source.read(CHUNK):
            written += len(chunk)
            if written > room:
                raise UnreadableExport(_too_large())
            file.write(chunk)
    return written


def _place(into: Path, name: str) -> Path:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    inside = [part for part in parts if part not in ("", ".", "/")]
    if not inside or ".." in inside or any("\x00" in part or ":" in part for part in inside):
        raise UnreadableExport(
            _("This ZIP file contains a file that would end up outside its folder. It was refused.")
        )
    if any(len(part.encode()) > 250 for part in inside):
        raise UnreadableExport(_("This ZIP file contains a file whose name is too long."))
    return into.joinpath(*inside)


def _too_large() -> str:
    return _(
        "Unpacked, this file would be larger than an export can be (%(limit)s at most). It was refused."
    ) % {"limit": size_in_words(settings.IMPORT_MAX_UNPACKED_BYTES)}

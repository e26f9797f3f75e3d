"""Is this file whole, and can it be read here? All that can be wrong is found before a row is written."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from communities.archive.exceptions import ArchiveRefused
from communities.archive.form import (
    ACCOUNTS,
    ARTICLES,
    COMMUNITY,
    FORMAT,
    MANIFEST,
    PIECE,
    README,
    SOFTWARE,
    SUMS,
)
from communities.archive.going.files import is_stored
from communities.archive.going.numbering import portable_tables
from communities.fields import can_be_stored

MOST_FILES = 2_000_000
# Text shrinks to a tenth; what shrinks to a thousandth was made to.
MOST_SHRUNK = 300
SMALL = 10 * 1024 * 1024  # bytes: harmless, however they shrank
LONGEST_MANIFEST = 16 * 1024 * 1024
_HTML = re.compile(r"html(?:/[\w.-]+){1,3}", re.ASCII)
_SUM = re.compile(r"([0-9a-f]{64})  (.+)")
# What the library raises for a file that is none of its own, names that are no letters among it.
UNREADABLE = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError, OSError, UnicodeError
)  # fmt: skip


@dataclass(frozen=True)
class Table:
    name: str
    file: str
    rows: int
    numbers: int


@dataclass(frozen=True)
class Archive:
    """A file that was checked."""

    zip: zipfile.ZipFile
    manifest: dict[str, Any]
    tables: dict[str, Table]

    @property
    def community(self) -> dict[str, Any]:
        said: dict[str, Any] = self.manifest["community"]
        return said

    def media(self) -> list[str]:
        return [name for name in self.zip.namelist() if name.startswith("media/")]


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """An export, checked from its first to its last file. Raises ArchiveRefused with a sentence."""
    with ExitStack() as stack:
        # What fails once it has been checked has other reasons than the file.
        try:
            archive = stack.enter_context(zipfile.ZipFile(path))
            checked = _checked(archive)
        except UNREADABLE as error:
            raise ArchiveRefused(
                _(
                    "This file cannot be read: it is not a Parvis export, or it was cut short. Download it "
                    "again."
                )
            ) from error
        yield checked


def _checked(archive: zipfile.ZipFile) -> Archive:
    _check_names(archive)
    manifest = _manifest(archive)
    tables = _tables(manifest, archive)
    _check_sums(archive, manifest)
    return Archive(archive, manifest, tables)


def _check_names(archive: zipfile.ZipFile) -> None:
    """No name that leads out of the file, none twice, and no more than there is room for."""
    entries = archive.infolist()
    if len(entries) > MOST_FILES:
        raise ArchiveRefused(_("This file contains more files than any export does."))
    seen: set[str] = set()
    known = {MANIFEST, SUMS, README, ARTICLES}
    for entry in entries:
        name = entry.filename
        kind = stat.S_IFMT(entry.external_attr >> 16)
        ours = name in known or _HTML.fullmatch(name) or _is_data(name) or _is_media(name)
        if not ours or ".." in name.split("/") or kind not in (0, stat.S_IFREG) or entry.flag_bits & 0x1:
            raise ArchiveRefused(
                _("“%(name)s” does not belong in an export. Nothing was read.") % {"name": name}
            )
        if name in seen:
            raise ArchiveRefused(_("“%(name)s” is in this file twice. Nothing was read.") % {"name": name})
        seen.add(name)
        if entry.file_size > SMALL and entry.file_size > MOST_SHRUNK * max(entry.compress_size, 1):
            raise ArchiveRefused(
                _("“%(name)s” would become far larger than an export makes it. Nothing was read.")
                % {"name": name}
            )
    room = shutil.disk_usage(_existing(Path(settings.MEDIA_ROOT))).free
    if sum(entry.file_size for entry in entries) > room:
        raise no_room()


def no_room() -> ArchiveRefused:
    return ArchiveRefused(_("The disk has no room for what this file contains. Make some, and try again."))


def _existing(path: Path) -> Path:
    while not path.exists():
        path = path.parent
    return path


def _is_data(name: str) -> bool:
    return re.fullmatch(r"data/[a-z]+(?:\.[a-z]+)?\.jsonl", name) is not None


def _is_media(name: str) -> bool:
    return name.startswith("media/") and is_stored(name.removeprefix("media/"))


def _manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    if MANIFEST not in archive.namelist():
        raise ArchiveRefused(_("This is not a Parvis export: it contains no manifest.json."))
    if archive.getinfo(MANIFEST).file_size > LONGEST_MANIFEST:
        raise ArchiveRefused(_("The manifest of this file is damaged. Take another export."))
    try:
        manifest = json.loads(archive.read(MANIFEST))
        number = int(manifest["format"])
        fits = manifest["software"] == SOFTWARE
    except (ValueError, KeyError, TypeError, OverflowError) as error:
        raise ArchiveRefused(_("The manifest of this file is damaged. Take another export.")) from error
    if not fits:
        raise ArchiveRefused(
            _("This is an export of other software. Choose its own format on the page Import.")
        )
    if number > FORMAT:
        raise ArchiveRefused(
            _("This export was made by a newer release of Parvis. Bring this installation up to date first.")
        )
    found: dict[str, Any] = manifest
    return found


def _tables(manifest: dict[str, Any], archive: zipfile.ZipFile) -> dict[str, Table]:
    known = {one.name for one in portable_tables()} | {ACCOUNTS}
    names = set(archive.namelist())
    try:
        tables = {
            str(name): Table(str(name), str(said["file"]), int(said["rows"]), int(said["numbers"]))
            for name, said in manifest["tables"].items()
        }
        sound = all(str(manifest["community"][name]) for name in ("slug", "name", "language"))
        sound = sound and isinstance(manifest["sums"]["sha256"], str) and COMMUNITY in tables
        sound = sound and can_be_stored(manifest["community"])
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise ArchiveRefused(_("The manifest of this file is damaged. Take another export.")) from error
    if not sound or any(one.numbers < 0 or one.numbers > 2 * one.rows + 10_000 for one in tables.values()):
        raise ArchiveRefused(_("The manifest of this file is damaged. Take another export."))
    for table in tables.values():
        if table.name not in known:
            raise ArchiveRefused(
                _("This installation does not know “%(name)s”: the export was made by another release, or with parts"
                  " that are not installed here.") % {"name": table.name}
            )  # fmt: skip
        if table.file not in names:
            raise _missing(table.file)
    return tables


def _missing(name: str) -> ArchiveRefused:
    return ArchiveRefused(
        _("“%(name)s” is missing in this file. Download the export again.") % {"name": name}
    )


def _changed(name: str) -> ArchiveRefused:
    return ArchiveRefused(
        _("“%(name)s” has changed since the export was made. Download the export again.") % {"name": name}
    )


def _check_sums(archive: zipfile.ZipFile, manifest: dict[str, Any]) -> None:
    """Every file is there and as it was written, and no other one."""
    names = set(archive.namelist())
    if SUMS not in names:
        raise _missing(SUMS)
    if _sum_of(archive, SUMS) != manifest["sums"]["sha256"]:
        raise _changed(SUMS)
    left = names - {SUMS, MANIFEST}
    with archive.open(SUMS) as lines:
        for line in lines:
            match = _SUM.fullmatch(line.decode("utf-8", "replace").rstrip("\n"))
            if match is None:
                raise _changed(SUMS)
            if match[2] not in left:
                raise _missing(match[2])
            left.discard(match[2])
            if _sum_of(archive, match[2]) != match[1]:
                raise _changed(match[2])
    if left:
        raise ArchiveRefused(
            _("“%(name)s” does not belong in an export. Nothing was read.") % {"name": min(left)}
        )


def _sum_of(archive: zipfile.ZipFile, name: str) -> str:
    """Reads no more than the file says that it holds: the library stops there."""
    digest = hashlib.sha256()
    try:
        with archive.open(name) as file:
            while piece := file.read(PIECE):
                digest.update(piece)
    except zipfile.BadZipFile as error:
        raise _changed(name) from error
    return digest.hexdigest()

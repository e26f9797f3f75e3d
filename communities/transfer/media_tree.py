"""Where a file of the old site lies in the copy of its media folder: found by its path, never by its name alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext as _

from communities.transfer.exceptions import UnreadableExport
from communities.transfer.importing.unpacking import is_zip, unpack
from communities.transfer.old_site import PICTURES, path_in

# What is uploaded is filed under year and month by WordPress, and in a folder of one of these names by most.
MONTH = re.compile(r"(?:^|/)\d{4}/\d{2}$")
UPLOADS = ("uploads", "files")
HOST = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}")


@dataclass(frozen=True, slots=True)
class Habits:
    """How the old site names what was uploaded.

    `smaller` is what it adds to the name of a smaller size; `same_host` are hosts that have the same files; where
    `case_matters`, two names that differ in capitals only are two files.
    """

    smaller: re.Pattern[str]
    same_host: Mapping[str, str] = field(default_factory=dict)
    case_matters: bool = False


# A picture stands in several sizes beside the original: rose-300x200.jpg.
WORDPRESS = Habits(re.compile(r"-\d+x\d+(?=\.\w+$)"))
# Its pictures have names of chance, and lie on a host of their own: AbCdE.png, smaller as AbCdEm.png.
STACK_EXCHANGE = Habits(
    re.compile(r"(?<=imgur\.com/\w{5})[stmlh](?=\.\w+$)"),
    {"i.sstatic.net": "i.stack.imgur.com"},
    case_matters=True,
)


@dataclass(frozen=True, slots=True)
class _Place:
    """A place on the old site: host ("" for its own, and for uploads, whose host may be any), folders, name."""

    host: str
    parts: tuple[str, ...]

    def __str__(self) -> str:
        return "/".join(filter(None, (self.host, *self.parts)))


class MediaTree:
    """The files below a folder. Links in it are not followed, so that nothing outside is read."""

    def __init__(self, folder: Path | None, habits: Habits, *, owns: Callable[[str], bool]) -> None:
        self.habits = habits
        self.owns = owns
        self._files: dict[str, list[tuple[Path, tuple[str, ...]]]] = {}
        for path in sorted(folder.rglob("*")) if folder else ():
            if path.is_file() and not path.is_symlink():
                parts = _below_uploads(path.relative_to(folder or path).parts)
                self._files.setdefault(path.name.lower(), []).append((path, parts))
        folders = {"/".join(parts[:-1]) for files in self._files.values() for _path, parts in files}
        self._is_flat = folders <= {""}
        # In a copy with its months, what lies outside them is none of a month.
        self._has_months = any(MONTH.search(one) for one in folders)

    def find(self, address: str) -> tuple[Path, str] | None:
        """The file that lay there, else its original if that was a smaller size; and the place by which to know it."""
        for place in self._asked(address) if self._files else ():
            fitting = [
                (_in_common(parts, place), path.name == place.parts[-1], -len(parts), path)
                for path, parts in self._files.get(place.parts[-1].lower(), ())
                if self._fits(path, parts, place)
            ]
            if fitting:
                return max(fitting)[-1], self._known_as(place)
        return None

    def full_size(self, path: str) -> str:
        return self.habits.smaller.sub("", path)

    def places(self, address: str) -> list[str]:
        """By which places a picture of an earlier import may be known."""
        return [self._known_as(place) for place in self._asked(address)]

    def _asked(self, address: str) -> list[_Place]:
        host = "" if self.owns(address) else _host_in(address)
        host = self.habits.same_host.get(host, host)
        parts = PurePosixPath(unquote(path_in(address)).lstrip("/")).parts
        if not parts:
            return []
        below = _below_uploads(parts)
        asked = _Place("" if below != parts else host, below)
        full = self.habits.smaller.sub("", str(asked)).removeprefix(f"{asked.host}/" if asked.host else "")
        return list(dict.fromkeys([asked, _Place(asked.host, tuple(full.split("/")))]))

    def _known_as(self, place: _Place) -> str:
        return str(place) if self.habits.case_matters else str(place).lower()

    def _fits(self, path: Path, parts: Sequence[str], place: _Place) -> bool:
        """Whether a file may be the one of that place: nothing that is known of both says otherwise."""
        if self.habits.case_matters and path.name != place.parts[-1]:
            return False
        common = _in_common(parts, place)
        if common < len(place.parts):
            # The copy begins further down, or has all in one place; else it has its folders for all.
            return common == len(parts) and not self._has_months and (common > 1 or self._is_flat)
        rest = parts[: len(parts) - common]
        if common == len(place.parts) and rest:
            found = self.habits.same_host.get(rest[-1].lower(), rest[-1].lower())
            if place.host and HOST.fullmatch(found) and found != place.host:
                return False
        return not MONTH.search("/".join(rest))


@contextmanager
def media_folder(media: Path | None, *, beside: Path | None = None) -> Iterator[Path | None]:
    """The old media as a folder: as it is, or unpacked from a ZIP file, and then gone afterwards.

    Raises UnreadableExport where it is neither.
    """
    if media is None or media.is_dir():
        yield media
        return
    try:
        is_packed = is_zip(media)
    except OSError as error:
        raise UnreadableExport(
            _("%(file)s cannot be read: %(why)s.") % {"file": media, "why": error.strerror or error}
        ) from error
    if not is_packed:
        raise UnreadableExport(_("%(file)s is neither a folder nor a ZIP file.") % {"file": media})
    with TemporaryDirectory(prefix="parvis-import-", dir=beside) as temporary:
        unpack(media, Path(temporary), wanted=is_packed_picture)
        yield Path(temporary)


def is_packed_picture(name: str) -> bool:
    """Whether a name in a ZIP file is that of a picture, and no shadow that some systems keep of it."""
    return name.lower().endswith(PICTURES) and not name.startswith("__MACOSX/")


def _host_in(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _below_uploads(parts: tuple[str, ...]) -> tuple[str, ...]:
    last = max((at for at, part in enumerate(parts[:-1]) if part.lower() in UPLOADS), default=-1)
    return parts[last + 1 :]


def _in_common(parts: Sequence[str], place: _Place) -> int:
    """How many of the last parts are the same, the host's among them."""
    asked = [part.lower() for part in (place.host, *place.parts) if part]
    count = 0
    for one, other in zip(reversed(parts), reversed(asked), strict=False):
        if one.lower() != other:
            break
        count += 1
    return count

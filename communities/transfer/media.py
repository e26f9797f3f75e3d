"""Pictures of the old site, from a folder that the owner provides: nothing is fetched from the network."""

from __future__ import annotations

import datetime
import re
import uuid
from collections.abc import Iterator, Sequence
from itertools import takewhile
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.utils import timezone

from communities.content.addresses import MEDIA
from communities.content.attachments import FULL, picture_of
from communities.content.exceptions import NoRoom, UploadRefused
from communities.content.images import delete_picture, store_picture
from communities.content.models import Attachment, Post
from communities.content.text.sanitising import Picture
from communities.models import Community
from communities.transfer.arrivals import NewThread
from communities.transfer.memory_of_imports import ImportMemory, stored_key
from communities.transfer.models import ImportedItem
from communities.transfer.old_site import path_in
from communities.transfer.report import ImportReport

# WordPress keeps a picture in several sizes beside the original: rose-300x200.jpg.
# It files what is uploaded under year and month.
MONTH = re.compile(r"/(?P<month>\d{4}/\d{2})/[^/]+$")
AT_WORK = datetime.timedelta(hours=1)
SIZE = re.compile(r"-\d+x\d+(?=\.\w+$)")


class MediaFolder:
    """Finds pictures by where they lay on the old site, and keeps each once, as an upload would be kept."""

    def __init__(
        self, folder: Path | None, community: Community, memory: ImportMemory, report: ImportReport
    ) -> None:
        self.community = community
        self.memory = memory
        self.report = report
        self.files = _files_of(folder) if folder else {}
        self.pictures: dict[str, Picture] = {}
        self._kept: dict[str, str] = {}
        self._waiting: dict[str, list[str]] = {}
        # The old paths of the pictures that a thread shows, each with where it is now.
        self._shown: dict[str, dict[str, str]] = {}
        self._made_up: set[str] = set()
        self._remembered: dict[str, str] | None = None

    def keep(self, address: str, thread_key: str) -> str | None:
        """The stored address of a picture for the thread that shows it; None where the folder has no file."""
        attachment = self._attachment(address)
        if attachment is None:
            return None
        self._show(address, attachment, thread_key)
        return self.pictures[attachment].src

    def keep_cover(self, address: str, thread_key: str) -> str:
        """The attachment id of an article’s cover, "" where the folder has no file."""
        if not address:
            return ""
        attachment = self._attachment(address)
        if attachment is None:
            self.report.lose("picture", address)
            return ""
        self._show(address, attachment, thread_key)
        return "" if attachment in self._made_up else attachment

    def addresses_of(self, thread_key: str) -> dict[str, str]:
        """Where the pictures of a thread lay on the old site, and where each is now."""
        return self._shown.pop(thread_key, {})

    def _show(self, address: str, attachment: str, thread_key: str) -> None:
        self._waiting.setdefault(thread_key, []).append(attachment)
        path = unquote(path_in(address))
        self._shown.setdefault(thread_key, {})[path] = f"/media/{attachment}/{FULL}"

    def give_to(self, threads: list[NewThread]) -> None:
        """Attach each picture to its post; unattached ones would be deleted."""
        items = self.memory.known(
            ImportedItem.Kind.THREAD, [new.key for new in threads if new.key in self._waiting]
        )
        of_thread = {int(item.object_id): key for key, item in items.items()}
        bodies = (
            Post.objects.filter(thread_id__in=of_thread).order_by("thread_id", "id").distinct("thread_id")
        )
        for post in bodies:
            waiting = self._waiting.pop(of_thread[post.thread_id], [])
            Attachment.objects.filter(pk__in=waiting, post__isnull=True).update(post=post)

    def _attachment(self, address: str) -> str | None:
        path = self._find(address)
        keys = [_place_of(path)] if path else _places_remembered(address)
        for key in keys:
            if key not in self._kept:
                self._kept[key] = self._known(key) or (self._store(path, key) if path else "")
            if self._kept[key]:
                return self._kept[key]
        return None

    def _find(self, address: str) -> Path | None:
        """The file that lay there; one of the same name in the folder of another month is another picture."""
        for place in _places_asked(address) if self.files else ():
            parts = PurePosixPath(place).parts
            found = [path for path in self.files.get(parts[-1], ()) if not _is_elsewhere(path, parts)]
            if found:
                return max(found, key=lambda path: _in_common(path, parts))
        return None

    def _known(self, key: str) -> str:
        """The picture of an earlier import, even where the folder does not have it any more."""
        if self._remembered is None:
            items = ImportedItem.objects.filter(source=self.memory.source, kind=ImportedItem.Kind.PICTURE)
            self._remembered = dict(items.values_list("external_id", "object_id"))
        number = self._remembered.get(stored_key(key))
        attachment = Attachment.objects.filter(pk=number).first() if number else None
        if attachment is None:
            return ""
        known = self.memory.known(ImportedItem.Kind.PICTURE, [key])
        self.report.known["picture"] += self.memory.came_before(known.values())
        self.pictures[str(attachment.pk)] = picture_of(attachment)
        return str(attachment.pk)

    def _store(self, path: Path, key: str) -> str:
        """Redraws the picture and stores it; a dry run only checks that it could."""
        if self.report.dry_run:
            self.report.made["picture"] += 1
            made_up = str(uuid.uuid4())
            self._made_up.add(made_up)
            self.pictures[made_up] = Picture(f"{MEDIA}{made_up}/1.webp", 1, 1)
            return made_up
        try:
            with path.open("rb") as file:
                stored = store_picture(File(file, name=path.name), folder=brought_folder(self.community.pk))
        except NoRoom:
            self.report.lose("no_room", path.name)
            return ""
        except UploadRefused:
            self.report.lose("picture_refused", path.name)
            return ""
        attachment: Attachment = Attachment.objects.create(**stored.columns())
        # One that was deleted here since an earlier import is brought again.
        self.memory.forget(ImportedItem.Kind.PICTURE, [key])
        self.memory.remember(ImportedItem.Kind.PICTURE, {key: attachment.pk})
        self.report.made["picture"] += 1
        self.pictures[str(attachment.pk)] = picture_of(attachment)
        return str(attachment.pk)


def brought_folder(community_id: int) -> str:
    """Where the files of imported pictures lie: apart, so that those without a row are found."""
    return f"uploads/{community_id}/brought"


def sweep_brought(community_id: int) -> int:
    """Delete the files that a part left which was killed or taken back: nothing knows them. How many pictures.

    Needs the scope. What is an hour old is no part’s that is still at work.
    """
    folder = brought_folder(community_id)
    rows = Attachment.objects.filter(path__startswith=f"{folder}/").values_list("path", flat=True)
    known = {path.rpartition("/")[0] for path in rows.iterator(2000)}
    swept = 0
    for place, files in _folders_below(folder):
        moments = (default_storage.get_modified_time(file) for file in files)
        if place in known or any(moment >= timezone.now() - AT_WORK for moment in moments):
            continue
        # Its folder last; where a storage has no folders, that is nothing.
        delete_picture([*files, place])
        swept += 1
    return swept


def _folders_below(folder: str) -> Iterator[tuple[str, list[str]]]:
    """Each folder that holds files, with them."""
    try:
        inner, names = default_storage.listdir(folder)
    except (FileNotFoundError, NotADirectoryError):
        return
    if names:
        yield folder, [f"{folder}/{name}" for name in names]
    for name in inner:
        yield from _folders_below(f"{folder}/{name}")


def _files_of(folder: Path) -> dict[str, list[Path]]:
    """The files below a folder by name; links are not followed, so that nothing outside it is read."""
    found: dict[str, list[Path]] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            found.setdefault(path.name.lower(), []).append(path.relative_to(folder))
    return {name: [folder / path for path in paths] for name, paths in found.items()}


def _places_asked(address: str) -> list[str]:
    """Where a picture lay below the uploads, as it is asked for, and its original if that was a smaller size."""
    place = _below_uploads(unquote(path_in(address)))
    return [one for one in dict.fromkeys([place, SIZE.sub("", place)]) if PurePosixPath(one).parts]


def _places_remembered(address: str) -> list[str]:
    """By which of its places a picture of an earlier import may be remembered."""
    places = _places_asked(address)
    return (
        places
        if any(MONTH.search(f"/{one}") for one in places)
        else [one.rpartition("/")[2] for one in places]
    )


def _place_of(path: Path) -> str:
    months = MONTH.search(path.as_posix().lower())
    return months.group(0).lstrip("/") if months else _below_uploads(path.as_posix()).rpartition("/")[2]


def _below_uploads(path: str) -> str:
    return path.lower().rpartition("/uploads/")[2].lstrip("/")


def _is_elsewhere(path: Path, parts: Sequence[str]) -> bool:
    here, there = MONTH.search(path.as_posix().lower()), MONTH.search(f"/{'/'.join(parts)}")
    return bool(here and there and here.group("month") != there.group("month"))


def _in_common(path: Path, parts: Sequence[str]) -> int:
    """How many folders above the file are the same."""
    pairs = zip(reversed(path.as_posix().lower().split("/")), reversed(parts), strict=False)
    return len(list(takewhile(lambda pair: pair[0] == pair[1], pairs)))

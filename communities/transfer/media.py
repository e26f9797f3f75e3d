"""Pictures of the old site, from a folder that the owner provides: nothing is fetched from the network."""

from __future__ import annotations

import re
import uuid
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from django.core.files.base import File

from communities.content.addresses import MEDIA
from communities.content.attachments import picture_of
from communities.content.exceptions import NoRoom, UploadRefused
from communities.content.images import StoredPicture, store_picture
from communities.content.models import Attachment, Post
from communities.content.text.sanitising import Picture
from communities.models import Community
from communities.transfer.arrivals import NewThread
from communities.transfer.memory_of_imports import ImportMemory
from communities.transfer.models import ImportedItem
from communities.transfer.report import ImportReport

# WordPress keeps a picture in several sizes beside the original: rose-300x200.jpg.
SIZE = re.compile(r"-\d+x\d+(?=\.\w+$)")


class MediaFolder:
    """Finds pictures by their file name and keeps each once, as an upload would be kept."""

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

    def keep(self, address: str, thread_key: str) -> str | None:
        """The stored address of a picture for the thread that shows it; None where the folder has no file."""
        attachment = self._attachment(address)
        if attachment is None:
            return None
        self._waiting.setdefault(thread_key, []).append(attachment)
        return self.pictures[attachment].src

    def keep_cover(self, address: str, thread_key: str) -> str:
        """The attachment id of an article’s cover, "" where the folder has no file."""
        if not address:
            return ""
        attachment = self._attachment(address)
        if attachment is None:
            self.report.lose("picture", address)
            return ""
        self._waiting.setdefault(thread_key, []).append(attachment)
        return "" if self.report.dry_run else attachment

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
        if path is None:
            return None
        name = path.name.lower()
        if name not in self._kept:
            self._kept[name] = self._known(name) or self._store(path, name)
        return self._kept[name] or None

    def _find(self, address: str) -> Path | None:
        if not self.files:
            return None
        try:
            path = urlsplit(address).path
        except ValueError:
            return None
        name = PurePosixPath(unquote(path)).name.lower()
        return self.files.get(name) or self.files.get(SIZE.sub("", name))

    def _known(self, name: str) -> str:
        item = self.memory.known(ImportedItem.Kind.PICTURE, [name]).get(name)
        attachment = Attachment.objects.filter(pk=item.object_id).first() if item else None
        if item is None or attachment is None:
            return ""
        self.report.known["picture"] += self.memory.came_before([item])
        self.pictures[str(attachment.pk)] = picture_of(attachment)
        return str(attachment.pk)

    def _store(self, path: Path, name: str) -> str:
        """Redraws the picture and stores it; a dry run only checks that it could."""
        if self.report.dry_run:
            self.report.made["picture"] += 1
            made_up = str(uuid.uuid4())
            self.pictures[made_up] = Picture(f"{MEDIA}{made_up}/1.webp", 1, 1)
            return made_up
        try:
            with path.open("rb") as file:
                stored = store_picture(File(file, name=path.name), folder=f"uploads/{self.community.pk}")
        except NoRoom:
            self.report.lose("no_room", path.name)
            return ""
        except UploadRefused:
            self.report.lose("picture_refused", path.name)
            return ""
        attachment = _row(stored)
        self.memory.remember(ImportedItem.Kind.PICTURE, {name: attachment.pk})
        self.report.made["picture"] += 1
        self.pictures[str(attachment.pk)] = picture_of(attachment)
        return str(attachment.pk)


def _row(stored: StoredPicture) -> Attachment:
    row: Attachment = Attachment.objects.create(
        path=stored.path,
        content_type=stored.content_type,
        width=stored.width,
        height=stored.height,
        size=stored.size,
        renditions=[list(rendition) for rendition in stored.renditions],
    )
    return row


def _files_of(folder: Path) -> dict[str, Path]:
    """The files below a folder by name; links are not followed, so that nothing outside it is read."""
    found: dict[str, Path] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            found.setdefault(path.name.lower(), path)
    return found

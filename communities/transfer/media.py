"""Pictures of the old site, from a folder that the owner provides: nothing is fetched from the network."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Iterator
from hashlib import file_digest
from pathlib import Path
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
from communities.transfer.media_tree import MediaTree
from communities.transfer.memory_of_imports import ImportMemory, stored_key
from communities.transfer.models import ImportedItem
from communities.transfer.old_site import path_in
from communities.transfer.report import ImportReport

AT_WORK = datetime.timedelta(hours=1)


class MediaFolder:
    """Finds pictures by where they lay on the old site, and keeps each once, as an upload would be kept."""

    def __init__(
        self, tree: MediaTree, community: Community, memory: ImportMemory, report: ImportReport
    ) -> None:
        self.community = community
        self.memory = memory
        self.report = report
        self.tree = tree
        self.pictures: dict[str, Picture] = {}
        self._kept: dict[str, str] = {}
        self._waiting: dict[str, list[str]] = {}
        # The old paths of the pictures that a thread shows, each with where it is now.
        self._shown: dict[str, dict[str, str]] = {}
        self._made_up: set[str] = set()
        self._remembered: dict[str, str] | None = None

    def keep(self, address: str, thread_key: str) -> str | None:
        """The stored address of a picture for the thread that shows it; None where the folder has no file."""
        found = self._attachment(address)
        if found is None:
            return None
        self._show(address, *found, thread_key)
        return self.pictures[found[0]].src

    def keep_cover(self, address: str, thread_key: str) -> str:
        """The attachment id of an article’s cover, "" where the folder has no file."""
        if not address:
            return ""
        found = self._attachment(address)
        if found is None:
            self.report.lose("picture", address)
            return ""
        self._show(address, *found, thread_key)
        return "" if found[0] in self._made_up else found[0]

    def settle(self, threads: list[NewThread]) -> Iterable[tuple[str, str]]:
        """Give the pictures to the threads that are written now; where those that all may see lay, and are now."""
        self.give_to(threads)
        for new in threads:
            shown = self._shown.pop(new.key, {})
            if new.is_public:
                yield from shown.items()

    def _show(self, address: str, attachment: str, place: str, thread_key: str) -> None:
        self._waiting.setdefault(thread_key, []).append(attachment)
        if not self.tree.owns(address):
            return
        path = unquote(path_in(address))
        shown = self._shown.setdefault(thread_key, {})
        shown[path] = f"/media/{attachment}/{FULL}"
        if not path.lower().endswith(place.lower()):
            # What was asked for was a smaller size of it.
            shown.setdefault(self.tree.full_size(path), shown[path])

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

    def _attachment(self, address: str) -> tuple[str, str] | None:
        """The attachment, and the place by which it is known."""
        found = self.tree.find(address)
        for place in [found[1]] if found else self.tree.places(address):
            if place not in self._kept:
                file = found[0] if found else None
                self._kept[place] = self._known(place, file) or (self._store(file, place) if file else "")
            if self._kept[place]:
                return self._kept[place], place
        return None

    def _known(self, key: str, file: Path | None) -> str:
        """The picture of an earlier import, where the folder has no other in its place now."""
        if self._remembered is None:
            items = ImportedItem.objects.filter(source=self.memory.source, kind=ImportedItem.Kind.PICTURE)
            self._remembered = dict(items.values_list("external_id", "object_id"))
        number = self._remembered.get(stored_key(key))
        attachment = Attachment.objects.filter(pk=number).first() if number else None
        if attachment is None:
            return ""
        known = self.memory.known(ImportedItem.Kind.PICTURE, [key])
        now, then = _checksum_of(file) if file is not None else "", known[key].checksum
        if now and then and now != then:
            return ""
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
            file = path.open("rb")
        except OSError:
            self.report.lose("picture_refused", key)
            return ""
        try:
            with file:
                stored = store_picture(
                    File(file, name=path.name), folder=brought_folder(self.community.pk), avif=True
                )
        except NoRoom:
            self.report.lose("no_room", key)
            return ""
        except UploadRefused:
            self.report.lose("picture_refused", key)
            return ""
        attachment: Attachment = Attachment.objects.create(**stored.columns())
        # One that was deleted here since an earlier import is brought again.
        self.memory.forget(ImportedItem.Kind.PICTURE, [key])
        self.memory.remember(ImportedItem.Kind.PICTURE, {key: attachment.pk}, {key: _checksum_of(path)})
        self.report.made["picture"] += 1
        self.pictures[str(attachment.pk)] = picture_of(attachment)
        return str(attachment.pk)


def _checksum_of(path: Path) -> str:
    """Of what a file holds; "" where it cannot be read."""
    try:
        with path.open("rb") as file:
            return file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


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

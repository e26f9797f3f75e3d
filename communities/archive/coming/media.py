"""Pictures and fonts that arrive: each to the place that its row will name, unless something stands there."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from communities.archive.coming.checking import Archive
from communities.archive.exceptions import ArchiveRefused, StandsHere
from communities.archive.form import MEDIA
from communities.archive.going.files import WITHDRAWN
from communities.documents import OFFICE

# What a file of each ending begins with; nothing else was ever stored.
BEGINS = {
    ".webp": (b"RIFF", b"WEBP"),
    ".avif": (b"", b"ftypavif"),
    ".png": (b"\x89PNG", b""),
    ".jpg": (b"\xff\xd8", b""),
    ".woff2": (b"wOF2", b""),
    ".pdf": (b"%PDF-", b""),
    **{f".{end}": (b"PK\x03\x04", b"") for end in OFFICE},
}


class Media:
    """Where the files of one export go here."""

    def __init__(self, community_id: int, *, beside: bool) -> None:
        """`beside` says that the original stands in this installation: its folders stay its own."""
        self._community_id = community_id
        self._beside = beside

    def place(self, name: str) -> str:
        """The path here of a file that a row names. Uploads lie in the community’s own folder; the others share theirs
        with all communities, so that where the original stands they get another name."""
        aside = WITHDRAWN if name.startswith(WITHDRAWN) else ""
        bare = name.removeprefix(WITHDRAWN)
        if bare.startswith("uploads/"):
            return f"{aside}uploads/{self._community_id}/{bare.removeprefix('uploads/')}"
        if not self._beside:
            return name
        kind, _slash, rest = bare.partition("/")
        folder, _slash, rest = rest.partition("/")
        first, slash, last = rest.partition("/")
        stem, dot, ending = first.partition(".")
        other = hashlib.sha256(f"{self._community_id}/{stem}".encode()).hexdigest()[:22]
        return f"{aside}{kind}/{folder}/{other}{dot}{ending}{slash}{last}"

    def store(self, archive: Archive) -> Iterator[str]:
        """Write every file to its place, and tell which path is written next. Raises ArchiveRefused."""
        for name in archive.media():
            target = self.place(name.removeprefix(f"{MEDIA}/"))
            if default_storage.exists(target):
                # What another community has stands there: rows of ours would take it along one day.
                raise StandsHere
            _check_beginning(archive, name)
            yield target
            with archive.zip.open(name) as source:
                default_storage.save(target, File(source))


def _check_beginning(archive: Archive, name: str) -> None:
    begins = BEGINS.get(Path(name).suffix)
    with archive.zip.open(name) as file:
        head = file.read(12)
    if begins is None or not head.startswith(begins[0]) or not head.endswith(begins[1]):
        raise ArchiveRefused(_("“%(name)s” is neither a picture nor a font of ours.") % {"name": name})

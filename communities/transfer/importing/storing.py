"""Where an uploaded file lies until it is done with: among the community’s own files, which nobody can ask for."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from communities.content.storage import stored_bytes
from communities.files import forget
from communities.models import Community
from communities.quotas import Quota, limit_of
from communities.sizes import size_in_words
from communities.stored import NotKept, keep
from communities.transfer.importing.exceptions import ImportRefused

CHUNK = 1024 * 1024


def store_upload(file: File[bytes], community: Community) -> str:
    """Keep a file; its path in the storage. Raises ImportRefused where there is no room for it, or no store."""
    _check_quota(file.size, community)
    path = f"uploads/{community.pk}/imports/{uuid.uuid4().hex}"
    try:
        return keep(path, file)
    except NotKept as refusal:
        raise ImportRefused(str(refusal), field="file") from refusal


def forget_upload(path: str) -> None:
    """Delete the file; one that is gone already is no error."""
    if path:
        forget(path)


@contextmanager
def on_disk(path: str, name: str) -> Iterator[tuple[Path, Path]]:
    """The stored file as one on disk, with the ending of its name, and a folder beside it for what it is unpacked to.

    Raises FileNotFoundError where the storage no longer has it.
    """
    with TemporaryDirectory(prefix="parvis-import-") as temporary:
        folder = Path(temporary)
        target = folder / plain_name(name)
        try:
            target.symlink_to(default_storage.path(path))
        except NotImplementedError:
            # A storage elsewhere: its file is fetched, a piece at a time.
            with default_storage.open(path) as stored, target.open("wb") as copy:
                shutil.copyfileobj(stored, copy, CHUNK)
        if not target.exists():
            raise FileNotFoundError(path)
        beside = folder / "work"
        beside.mkdir()
        yield target, beside


def plain_name(name: str) -> str:
    """The name of a file without folders and signs that are none."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(sign for sign in last if sign.isprintable()).strip(". ")
    return kept[-120:] or "file"


def _check_quota(size: int, community: Community) -> None:
    limit = limit_of(community, Quota.STORAGE)
    if limit is not None and stored_bytes() + size > limit:
        raise ImportRefused(
            _(
                "This place has room for %(limit)s, and this file does not fit in what is left. Ask whoever runs the"
                " platform for more."
            )
            % {"limit": size_in_words(limit)},
            field="file",
        )

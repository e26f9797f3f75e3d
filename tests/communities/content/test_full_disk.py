"""A full disk is not a damaged picture, and leaves no file without a row."""

from __future__ import annotations

import errno
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from PIL import Image

from communities.content import images
from communities.content.exceptions import NoRoom
from communities.content.models import Attachment
from communities.content.services.uploading import upload_file
from tests.conftest import Cast


def photograph(width: int, height: int) -> ContentFile[bytes]:
    out = BytesIO()
    Image.new("RGB", (width, height), (20, 120, 200)).save(out, "JPEG")
    return ContentFile(out.getvalue(), name="p.jpg")


def test_it_says_that_there_is_no_room_and_leaves_nothing(
    here: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved: list[str] = []
    save = FileSystemStorage.save

    def fills(storage: FileSystemStorage, name: str, content: Any, **options: Any) -> str:
        if len(saved) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        saved.append(name)
        return str(save(storage, name, content, **options))

    monkeypatch.setattr(FileSystemStorage, "save", fills)
    with here.scope():
        with pytest.raises(NoRoom, match="There is no room for pictures"):
            upload_file(photograph(1800, 900), by=here.member)
        assert not Attachment.objects.exists()
    assert len(saved) == 2
    assert [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()] == []


def test_a_large_photograph_is_read_at_a_part_of_its_size() -> None:
    with images.opened_picture(photograph(7200, 5400)) as picture:
        assert picture.size == (3600, 2700)
    with images.opened_picture(photograph(4000, 3000)) as picture:
        assert picture.size == (4000, 3000)

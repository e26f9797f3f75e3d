"""Which stored files go into an export."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage

from communities.archive.coming.bringing import import_archive
from communities.archive.going.files import Files, files_to_pack
from communities.content.models import Attachment, Post
from communities.scoping import community_scope


def test_a_font_goes_without_those_that_lie_beside_it(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    folder = settings.MEDIA_ROOT / "public/fonts/Ab"
    folder.mkdir(parents=True)
    for name in ("Ab-cut", "Ab-whole", "Ab-of-another"):
        (folder / f"{name}.woff2").write_bytes(b"wOF2")
    picture = settings.MEDIA_ROOT / "public/brands/Ab/Ab-logo"
    picture.mkdir(parents=True)
    for name in ("full.webp", "480.webp"):
        (picture / name).write_bytes(b"RIFF")
    font = {"path": "public/fonts/Ab/Ab-cut.woff2", "whole": "public/fonts/Ab/Ab-whole.woff2"}
    listed = tmp_path / "listed"
    with listed.open("w") as out:
        Files(1, out).meet({"face_font": font, "logo": "public/brands/Ab/Ab-logo/full.webp"})
    assert {name for name, _path in files_to_pack(listed, 1)} == {
        "media/public/fonts/Ab/Ab-cut.woff2",
        "media/public/fonts/Ab/Ab-whole.woff2",
        "media/public/brands/Ab/Ab-logo/full.webp",
        "media/public/brands/Ab/Ab-logo/480.webp",
    }


def test_a_file_of_a_text_travels_with_it(small: Path) -> None:
    with zipfile.ZipFile(small) as opened:
        pages = "".join(opened.read(name).decode() for name in opened.namelist() if name.endswith(".html"))
    assert re.search(r'<a href="[./]*media/uploads/[^"]+/full\.pdf"[^>]*>plan\.pdf</a>', pages)
    arrival = import_archive(small, slug="copy")
    with community_scope(arrival.community):
        file = Attachment.objects.exclude(name="").get()
        assert (file.name, file.size) == ("plan.pdf", 17)
        assert f"/~/media/{file.pk}/file" in Post.objects.get(pk=file.post_id).body_html
    with default_storage.open(file.path) as stored:
        assert stored.read() == b"%PDF-1.7 of a jib"

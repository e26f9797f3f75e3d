"""A file that is not what an owner downloaded: a clear sentence, and nothing half done."""

from __future__ import annotations

import errno
import hashlib
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings

from communities.archive.coming import checking
from communities.archive.coming.bringing import import_archive
from communities.archive.coming.checking import Archive
from communities.archive.coming.media import Media
from communities.archive.exceptions import ArchiveRefused
from communities.archive.form import MANIFEST, SUMS
from communities.content.models import Post
from communities.models import Community
from communities.scoping import community_scope
from members.models import Member
from tests.communities.archive.conftest import Change
from tests.conftest import Cast

Files = dict[str, bytes]
POSTS = "data/content.post.jsonl"


def with_sums(files: Files) -> None:
    """As somebody would who knows how the file is made."""
    lines = [
        f"{hashlib.sha256(said).hexdigest()}  {name}\n"
        for name, said in files.items()
        if name not in (SUMS, MANIFEST)
    ]
    files[SUMS] = "".join(lines).encode()
    manifest = json.loads(files[MANIFEST])
    manifest["sums"]["sha256"] = hashlib.sha256(files[SUMS]).hexdigest()
    files[MANIFEST] = json.dumps(manifest).encode()


def refused(path: Path) -> str:
    files = _stored()
    before = (Community.objects.count(), Member.objects.count(), files)
    with pytest.raises(ArchiveRefused) as refusal:
        import_archive(path, slug="copy")
    assert (Community.objects.count(), Member.objects.count(), _stored()) == before
    return str(refusal.value)


def _stored() -> list[Path]:
    root = Path(settings.MEDIA_ROOT)
    return sorted(one for one in root.rglob("*") if one.is_file() and ".exports" not in one.parts)


def _changed(files: Files) -> None:
    files[POSTS] = files[POSTS].replace(b"A jib", b"A job")


def _missing(files: Files) -> None:
    del files[POSTS]


def _missing_picture(files: Files) -> None:
    del files[next(name for name in files if name.startswith("media/"))]


def _newer(files: Files) -> None:
    manifest = json.loads(files[MANIFEST])
    files[MANIFEST] = json.dumps(manifest | {"format": manifest["format"] + 1}).encode()


def _other_software(files: Files) -> None:
    files[MANIFEST] = json.dumps(json.loads(files[MANIFEST]) | {"software": "Elsewhere"}).encode()


def _no_manifest(files: Files) -> None:
    del files[MANIFEST]


def _damaged_manifest(files: Files) -> None:
    files[MANIFEST] = b'{"format": 1'


def _leads_out(files: Files) -> None:
    files["media/uploads/../../../evil.webp"] = b"RIFF0000WEBP"
    with_sums(files)


def _foreign(files: Files) -> None:
    files["bin/run.sh"] = b"true"
    with_sums(files)


def _unlisted(files: Files) -> None:
    files["html/added.html"] = b"<p>added</p>"


def _bomb(files: Files) -> None:
    files["html/bomb.html"] = b"0" * (checking.SMALL + 1)
    with_sums(files)


def _another_table(files: Files) -> None:
    manifest = json.loads(files[MANIFEST])
    manifest["tables"]["wishes.wish"] = {"file": POSTS, "rows": 1, "numbers": 0}
    files[MANIFEST] = json.dumps(manifest).encode()


def _leads_nowhere(files: Files) -> None:
    files[POSTS] = files[POSTS].replace(b'"thread_id":1,', b'"thread_id":99999,')
    with_sums(files)


def _too_few(files: Files) -> None:
    files[POSTS] = files[POSTS].split(b"\n", 1)[1]
    with_sums(files)


def _script_as_picture(files: Files) -> None:
    files["media/public/brands/abc.webp"] = b"<script>alert(1)</script>"
    with_sums(files)


def _bad_address(files: Files) -> None:
    files["data/promotions.banner.jsonl"] = files["data/promotions.banner.jsonl"].replace(
        b'"target":"/forums/"', b'"target":"javascript:alert(1)"'
    )
    with_sums(files)


def _half_a_character(files: Files) -> None:
    files[POSTS] = files[POSTS].replace(b"A jib", b"A \\ud800 jib")
    with_sums(files)


def _lists_in_lists(files: Files) -> None:
    files[POSTS] = b"[" * 200_000 + b"\n" + files[POSTS]
    with_sums(files)


def _format_without_end(files: Files) -> None:
    files[MANIFEST] = files[MANIFEST].replace(b'"format": 1', b'"format": Infinity')


def _name_that_cannot_be_kept(files: Files) -> None:
    manifest = json.loads(files[MANIFEST])
    manifest["community"]["name"] = "A\0"
    files[MANIFEST] = json.dumps(manifest).encode()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (_changed, "“data/content.post.jsonl” has changed"),
        (_missing, "“data/content.post.jsonl” is missing"),
        (_missing_picture, "is missing"),
        (_newer, "newer release"),
        (_other_software, "other software"),
        (_no_manifest, "no manifest.json"),
        (_damaged_manifest, "manifest of this file is damaged"),
        (_leads_out, "does not belong in an export"),
        (_foreign, "does not belong in an export"),
        (_unlisted, "does not belong in an export"),
        (_bomb, "far larger"),
        (_another_table, "does not know “wishes.wish”"),
        (_leads_nowhere, "“content.post” do not fit"),
        (_too_few, "“content.post” do not fit"),
        (_script_as_picture, "neither a picture nor a font"),
        (_bad_address, "“promotions.banner” do not fit"),
        (_half_a_character, "“content.post” do not fit"),
        (_lists_in_lists, "“content.post” do not fit"),
        (_format_without_end, "manifest of this file is damaged"),
        (_name_that_cannot_be_kept, "manifest of this file is damaged"),
    ],
)
def test_a_file_that_was_changed_is_refused(
    altered: Callable[[Change], Path], change: Change, sentence: str
) -> None:
    assert sentence in refused(altered(change))


def test_what_is_no_archive_is_refused(db: None, tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    path.write_bytes(b"not a zip")
    assert "not a Parvis export" in refused(path)


def test_a_file_that_was_cut_short_is_refused(small: Path) -> None:
    small.write_bytes(small.read_bytes()[:-500])
    assert "cut short" in refused(small)


def test_a_full_disk_is_said_as_such(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(media: Media, archive: Archive) -> Iterator[Path]:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Media, "store", full)
    assert "no room" in refused(small)


def test_a_short_name_that_is_taken_is_refused(small: Path, here: Cast) -> None:
    with pytest.raises(ArchiveRefused, match="another community"):
        import_archive(small, slug=here.community.slug)


def test_a_rehearsal_leaves_nothing(small: Path) -> None:
    before = (Community.objects.count(), Member.objects.count(), _stored())
    arrival = import_archive(small, slug="copy", rehearse=True)
    assert arrival.rows["content.post"] > 0
    assert (Community.objects.count(), Member.objects.count(), _stored()) == before


def test_texts_arrive_without_what_could_run(altered: Callable[[Change], Path]) -> None:
    def add(files: Files) -> None:
        files[POSTS] = files[POSTS].replace(
            b'"body_html":"<p>', b'"body_html":"<img src=x onerror=alert(1)><script>alert(2)</script><p>'
        )
        with_sums(files)

    arrival = import_archive(altered(add), slug="copy")
    with community_scope(arrival.community):
        bodies = " ".join(Post.objects.values_list("body_html", flat=True))
    assert "<img" in bodies
    assert "onerror" not in bodies
    assert "<script" not in bodies


def test_names_are_unique(small: Path) -> None:
    with zipfile.ZipFile(small) as opened:
        names = opened.namelist()
    assert len(names) == len(set(names))

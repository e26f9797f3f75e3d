"""What is no export, or one made to do harm: a sentence, and nothing kept."""

from __future__ import annotations

import errno
import gzip
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.storage import FileSystemStorage

from communities import stored
from communities.content.models import Thread
from communities.models import Community
from communities.transfer.importing import unpacking
from communities.transfer.models import Import
from communities.transfer.readers import safe_xml
from tests.communities.transfer.documents import wxr, wxr_author, wxr_item
from tests.communities.transfer.importing.conftest import Desk, packed
from tests.conftest import Cast

BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><rss><channel><title>&b;</title></channel></rss>'


def nothing_kept(here: Cast) -> bool:
    with here.scope():
        rows = Import.objects.exists() or Thread.objects.exists()
    return not rows and not [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def outside() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("../../export.xml", wxr())
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "export.xml", "empty"),
        (b"\x89PNG\r\n\x1a\n....", "export.xml", "is not well-formed XML at line 1"),
        (b"<html><body></body></html>", "export.xml", "export.xml is not a WordPress export (WXR)."),
        (b'<?xml version="1.0"?><posts><row Id="1"/></posts>', "Posts.xml", "is not a WordPress export"),
        (BOMB.encode(), "export.xml", "declares XML entities or points outside itself"),
        (b"PK\x03\x04 broken", "export.zip", "This ZIP file is cut off or damaged."),
        (packed({"notes.txt": "hello"}), "export.zip", "contains no XML file"),
        (packed({"a.xml": wxr(), "b.xml": wxr()}), "export.zip", "contains 2 XML files"),
        (gzip.compress(b"not xml", mtime=0), "export.xml.gz", "is not well-formed XML"),
        (gzip.compress(wxr().encode())[:-30], "export.xml.gz", "export.xml.gz is cut off or damaged."),
    ],
)
def test_another_file(desk: Desk, here: Cast, content: bytes, name: str, sentence: str) -> None:
    answer = desk.upload(content, name=name)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert nothing_kept(here)


def test_a_dump_that_is_none(desk: Desk, here: Cast) -> None:
    said = {"kind": "stackexchange", "site": "knots.example"}
    for content, sentence in (
        (b"7z\xbc\xaf\x27\x1c....", "This is a 7z file."),
        (b"<posts/>", "This is not a ZIP file."),
        (packed({"export.xml": wxr()}), "contains no Posts.xml"),
    ):
        assert sentence in desk.upload(content, name="dump.zip", **said).content.decode()
    assert "Write only the host name" in desk.upload(b"x", kind="stackexchange", site="a b").content.decode()
    assert nothing_kept(here)


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (wxr(wxr_author(), wxr_item(1))[:-40], "export.xml", "is not well-formed XML at line"),
        (outside(), "export.zip", "would end up outside its folder"),
        (gzip.compress(wxr(wxr_author()).encode() + b" " * 3_000_000), "bomb.xml.gz", "two hundred times"),
    ],
)
def test_what_is_seen_only_when_it_is_read(
    desk: Desk, here: Cast, content: bytes, name: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.upload(content, name=name)
    monkeypatch.setattr(safe_xml, "UNPACKED_FREELY", 1024 * 1024)
    job = desk.work()
    assert job.state == Import.State.FAILED
    assert sentence in job.problem
    page = desk.get(f"{job.pk}/").content.decode()
    assert "Nothing has been touched." in page
    assert "Rehearse again" in page
    with here.scope():
        assert not Thread.objects.exists()


def test_a_zip_bomb_is_not_believed(
    desk: Desk, here: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacking, "FREELY", 1024 * 1024)
    desk.upload(packed({"export.xml": wxr(), "zeros.jpg": b"\x00" * 20_000_000}), name="export.zip")
    job = desk.work()
    assert "larger than an export can be" in job.problem


def test_too_large_is_refused_while_it_comes(desk: Desk, here: Cast, settings: Any) -> None:
    settings.IMPORT_MAX_BYTES = 1000
    for size in (1001, 200_000):
        answer = desk.upload(b"<rss>" + b" " * size)
        assert answer.status_code == 422
        assert "This file is larger than 1 kB" in answer.content.decode().replace("\xa0", " ")
    assert nothing_kept(here)


def test_no_room(desk: Desk, here: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    Community.objects.filter(pk=here.community.pk).update(quotas={"storage": 10})
    assert "does not fit in what is left" in desk.upload(wxr(wxr_author())).content.decode()
    Community.objects.filter(pk=here.community.pk).update(quotas={})

    class Full(FileSystemStorage):
        def save(self, *_args: Any, **_more: Any) -> str:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(stored, "default_storage", Full())
    assert "The server has no room for this file." in desk.upload(wxr(wxr_author())).content.decode()
    assert nothing_kept(here)


def test_a_place_that_rests_takes_nothing(desk: Desk, here: Cast) -> None:
    Community.objects.filter(pk=here.community.pk).update(state="read_only")
    assert "This place is read-only." in desk.upload(wxr(wxr_author())).content.decode()
    assert nothing_kept(here)

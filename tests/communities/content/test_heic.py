"""Photographs of phones: the scene comes out as it was seen, without where it was taken, within bounds of memory."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pytest_django.fixtures import Settings

from communities.content import heic
from communities.content.exceptions import UploadRefused
from communities.content.images import store_picture, store_portrait
from tests.communities.content import photographs
from tests.communities.content.test_pixels import assert_scene, kept, seen

FILM = b"\0\0\0\x18ftyphevc\0\0\0\0hevcmsf1" + b"\0" * 40


@pytest.fixture(autouse=True)
def _media_in_a_temporary_folder(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def sent(data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("IMG_0001.HEIC", data, "image/heic")


@pytest.mark.parametrize("name", ["HELD", "DEEP", "SERIES"])
def test_the_scene_is_kept_as_it_was_seen(name: str) -> None:
    stored = kept(sent(getattr(photographs, name)))
    assert_scene(stored, within=45)
    assert getattr(stored, "n_frames", 1) == 1
    assert stored.format == "WEBP"


def test_place_and_camera_are_gone() -> None:
    assert b"Camera of Ada" in photographs.HELD
    path = store_picture(sent(photographs.HELD), folder="uploads").path
    data = default_storage.open(path).read()
    assert b"Ada" not in data
    assert b"Exif" not in data
    assert not Image.open(BytesIO(data)).getexif()


def test_its_profile_is_applied_and_what_can_be_seen_through_stays() -> None:
    stored = kept(sent(photographs.PROFILED))
    assert_scene(stored, within=45)
    assert "icc_profile" not in stored.info
    assert abs(seen(stored, (10, 8))[3] - 200) <= 4


def test_without_colours() -> None:
    stored = kept(sent(photographs.GREY))
    assert seen(stored, (48, 8))[0] > seen(stored, (10, 8))[0] > seen(stored, (30, 32))[0]


def test_a_portrait_may_be_one() -> None:
    stored = store_portrait(sent(photographs.HELD), folder="public/portraits")
    assert (stored.width, stored.height) == (40, 40)


def test_a_film_is_told_apart_from_what_is_damaged() -> None:
    with pytest.raises(UploadRefused, match="animated"):
        store_picture(sent(FILM), folder="uploads")
    with pytest.raises(UploadRefused, match="HEIC picture"):
        store_picture(sent(b"\0\0\0\x18ftypmp42" + b"\0" * 40), folder="uploads")
    with pytest.raises(UploadRefused, match="damaged"):
        store_picture(sent(photographs.DEEP[:-60]), folder="uploads")


@pytest.mark.parametrize(("mode", "most"), [("RGB", 33), ("RGBA", 25), ("L", 25)])
def test_what_would_take_too_much_memory_is_refused_before_it_is_decoded(
    mode: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A picture of more pixels than this is known by its head; here the limit comes to the picture instead."""
    assert heic.most_pixels(mode) == most * 1_000_000
    monkeypatch.setattr(heic, "MOST_PIXELS", {"RGB": 2_399, "RGBA": 2_399})
    decoded: list[Any] = []
    monkeypatch.setattr(heic.pi_heif, "open_heif", decoded.append)
    with pytest.raises(UploadRefused, match="60 × 40"):
        store_picture(sent(photographs.HELD), folder="uploads")
    assert decoded == []

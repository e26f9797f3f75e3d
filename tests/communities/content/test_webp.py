"""A file that says other things of a picture than the picture itself takes no more memory than the picture."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pytest_django.fixtures import Settings

from communities.content import images
from communities.content.exceptions import UploadRefused
from communities.content.images import store_picture
from communities.content.webp import shrunk
from tests.communities.content.test_pixels import RED, file_of, scene


@pytest.fixture(autouse=True)
def _media_in_a_temporary_folder(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def riff(name: bytes, payload: bytes) -> bytes:
    return name + len(payload).to_bytes(4, "little") + payload + b"\0" * (len(payload) % 2)


def three(*numbers: int) -> bytes:
    return b"".join(number.to_bytes(3, "little") for number in numbers)


def animation_of_one(
    told: tuple[int, int], place: tuple[int, int] = (0, 0), whole: tuple[int, int] = (2600, 16)
) -> bytes:
    """A file of some 90 bytes: one picture of a single pixel, around which is said that it is `told` large."""
    pixel = file_of(Image.new("RGB", (1, 1), RED), "WEBP", lossless=True).read()[12:]
    assert pixel[:4] == b"VP8L"
    frame = three(place[0] // 2, place[1] // 2, told[0] - 1, told[1] - 1, 100) + b"\0" + pixel
    head = riff(b"VP8X", b"\x02\0\0\0" + three(whole[0] - 1, whole[1] - 1))
    pieces = head + riff(b"ANIM", b"\0" * 6) + riff(b"ANMF", frame)
    return b"RIFF" + (4 + len(pieces)).to_bytes(4, "little") + b"WEBP" + pieces


@pytest.mark.parametrize("told", [(1, 1), (9000, 7000), (65535, 65535)])
def test_what_a_file_says_around_a_picture_takes_no_memory(told: tuple[int, int]) -> None:
    data = animation_of_one(told)
    assert len(data) < 120
    tracemalloc.start()
    try:
        stored = store_picture(SimpleUploadedFile("a", data), folder="uploads")
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (stored.width, stored.height) == (2560, 16)
    assert most < 8_000_000, "bytes; the whole takes a hundred thousand"


def test_a_picture_that_is_made_smaller_is_never_made_larger() -> None:
    drawn = shrunk(animation_of_one((1, 1)), (2600, 16), (5200, 32), "RGB")
    assert drawn is not None
    assert drawn.getpixel((0, 0)) == RED
    assert drawn.getpixel((1, 0)) == (0, 0, 0)


@pytest.mark.parametrize("place", [(2600, 0), (0, 16)])
def test_a_picture_outside_of_its_whole_is_damaged(place: tuple[int, int]) -> None:
    data = animation_of_one((1, 1), place)
    with pytest.raises(OSError, match="outside"):
        shrunk(data, (2600, 16), (2560, 16), "RGB")
    with pytest.raises(UploadRefused):
        store_picture(SimpleUploadedFile("a", data), folder="uploads")


def test_a_picture_for_which_there_is_no_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def none_left(*_: object) -> None:
        raise MemoryError

    monkeypatch.setitem(images.READ_SMALLER, "WEBP", none_left)
    file = file_of(scene().resize((3600, 2400)), "WEBP")
    with pytest.raises(UploadRefused, match="too large"):
        store_picture(file, folder="uploads")

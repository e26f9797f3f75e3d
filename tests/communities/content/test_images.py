"""Pictures are made here, in memory; what is kept is opened again and looked at."""

from __future__ import annotations

import zlib
from io import BytesIO
from pathlib import Path
from struct import pack
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pytest_django.fixtures import Settings

from communities.content.exceptions import UploadRefused
from communities.content.images import delete_picture, store_picture, store_portrait
from communities.content.renditions import file_of, widths_in

ORIENTATION, GPS, GPS_LATITUDE_REF = 0x0112, 0x8825, 1


@pytest.fixture(autouse=True)
def _media_in_a_temporary_folder(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def upload(image: Image.Image, fmt: str = "JPEG", name: str = "a.jpg", **options: Any) -> SimpleUploadedFile:
    out = BytesIO()
    image.save(out, fmt, **options)
    return SimpleUploadedFile(name, out.getvalue())


def opened(path: str) -> Image.Image:
    with default_storage.open(path) as file:
        image = Image.open(BytesIO(file.read()))
        image.load()
        return image


def camera_picture() -> SimpleUploadedFile:
    """Taken with the camera turned: stored lying, red on the left; seen upright, red on top."""
    image = Image.new("RGB", (200, 100), "blue")
    image.paste("red", (0, 0, 100, 100))
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif[0x010F] = "Camera of Ann"
    exif.get_ifd(GPS)[GPS_LATITUDE_REF] = "N"
    return upload(image, exif=exif, comment=b"secret", quality=95)


def test_a_photograph_is_turned_and_forgets_where_it_was_taken() -> None:
    file = camera_picture()
    assert b"Camera of Ann" in file.read()
    assert not file.seek(0)
    picture = store_picture(file, folder="uploads")
    image = opened(picture.path)
    assert (picture.width, picture.height) == image.size == (100, 200)
    red, green, blue = image.convert("RGB").getpixel((50, 20))  # a tuple in RGB
    assert red > 200
    assert green < 60
    assert blue < 60
    assert not image.getexif()
    assert not {"exif", "icc_profile", "xmp", "comment"} & image.info.keys()
    with default_storage.open(picture.path) as stored:
        assert b"Camera" not in stored.read()


def test_renditions_are_smaller_and_never_enlarged() -> None:
    picture = store_picture(upload(Image.new("RGB", (1200, 600), "green")), folder="uploads")
    assert [width for width, _ in picture.renditions] == [480, 768, 960]
    assert opened(picture.renditions[0][1]).size == (480, 240)
    assert (picture.width, picture.height, picture.content_type) == (1200, 600, "image/webp")
    assert picture.size == default_storage.size(picture.path)
    assert store_picture(upload(Image.new("RGB", (300, 200))), folder="uploads").renditions == []


def test_an_enormous_side_is_reduced() -> None:
    picture = store_picture(upload(Image.new("RGB", (4000, 1000))), folder="uploads")
    assert (picture.width, picture.height) == (2560, 640)


@pytest.mark.parametrize("fmt", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
def test_the_usual_formats_are_taken(fmt: str) -> None:
    picture = store_picture(upload(Image.new("RGB", (20, 10), "red"), fmt), folder="uploads")
    assert opened(picture.path).format == "WEBP"


def test_transparency_stays() -> None:
    image = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
    image.putpixel((3, 3), (250, 10, 20, 255))
    stored = opened(store_picture(upload(image, "PNG"), folder="uploads").path)
    assert stored.mode == "RGBA"
    assert stored.getpixel((3, 3)) == (250, 10, 20, 255)
    assert stored.getpixel((0, 0))[3] == 0  # a tuple in RGBA


def test_a_short_animation_stays_one() -> None:
    frames = [Image.new("RGB", (30, 20), colour) for colour in ("red", "green", "blue")]
    file = upload(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=80)
    assert getattr(opened(store_picture(file, folder="uploads").path), "n_frames", 1) == 3


def test_a_long_animation_keeps_its_first_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("communities.content.images.MAX_FRAMES", 2)
    frames = [Image.new("RGB", (30, 20), colour) for colour in ("red", "green", "blue")]
    file = upload(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert getattr(opened(store_picture(file, folder="uploads").path), "n_frames", 1) == 1


def test_a_portrait_is_a_square() -> None:
    picture = store_portrait(upload(Image.new("RGB", (800, 1200), "teal")), folder="portraits")
    assert (picture.width, picture.height) == (512, 512)
    assert [opened(path).size for _, path in picture.renditions] == [(96, 96), (256, 256)]


@pytest.mark.parametrize(("left", "colour"), [(0, (0, 0, 255)), (100, (255, 0, 0))])
def test_a_portrait_is_cut_about_the_point_that_was_chosen(left: int, colour: tuple[int, int, int]) -> None:
    image = Image.new("RGB", (900, 300), "blue")
    image.paste("red", (600, 0, 900, 300))
    picture = store_portrait(upload(image), folder="portraits", point=(left, 35))
    found = opened(picture.path).convert("RGB").getpixel((150, 150))
    assert all(abs(one - other) < 12 for one, other in zip(found, colour, strict=True))


def png_header_of(width: int, height: int) -> bytes:
    """A PNG that promises a size and holds almost nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))

    body = chunk(b"IHDR", pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + body + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [7_000, 60_000])
def test_a_bomb_is_refused_before_it_is_decoded(side: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_args: object) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", never)
    with pytest.raises(UploadRefused, match=r"limit is 40\.0 million"):
        store_picture(SimpleUploadedFile("a.png", png_header_of(side, side)), folder="uploads")


def test_too_many_bytes_are_refused_with_both_figures(settings: Settings) -> None:
    settings.UPLOAD_MAX_BYTES = 2000
    with pytest.raises(UploadRefused) as caught:
        store_picture(SimpleUploadedFile("a.jpg", b"x" * 4096), folder="uploads")
    assert "4.1\xa0kB" in str(caught.value)
    assert "limit is 2\xa0kB" in str(caught.value)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"just words",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"GIF89a<script>alert(1)</script>",
        b"%PDF-1.7",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff\xe0",
    ],
)
def test_what_is_no_picture_is_refused_whatever_its_name(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(UploadRefused):
        store_picture(SimpleUploadedFile("a.jpg", content, content_type="image/jpeg"), folder="uploads")
    assert not list(tmp_path.rglob("*.*"))


def test_a_cut_off_picture_is_refused() -> None:
    whole = upload(Image.effect_noise((200, 200), 60)).read()
    with pytest.raises(UploadRefused, match="damaged"):
        store_picture(SimpleUploadedFile("a.jpg", whole[: len(whole) // 2]), folder="uploads")


def test_a_picture_with_a_passenger_loses_it() -> None:
    file = upload(Image.new("RGB", (20, 20)))
    both = SimpleUploadedFile("a.jpg", file.read() + b"<script>alert(1)</script>")
    with default_storage.open(store_picture(both, folder="uploads").path) as stored:
        assert b"script" not in stored.read()


def test_names_cannot_be_guessed_and_files_go_together() -> None:
    one, two = (store_picture(upload(Image.new("RGB", (600, 20))), folder="u") for _ in range(2))
    assert one.path != two.path
    assert len(one.path) > 30
    delete_picture([one.path, *(path for _, path in one.renditions)])
    assert not default_storage.exists(one.path)
    assert default_storage.exists(two.path)
    delete_picture([one.path])


def test_a_photograph_is_kept_as_avif_too_up_to_the_width_of_a_phone() -> None:
    photograph = Image.effect_noise((1900, 950), 80).convert("RGB")
    picture = store_picture(upload(photograph, "JPEG"), folder="uploads", avif=True)
    assert [width for width, _path in picture.renditions] == [480, 768, 960, 1600, 480, 768, 960]
    assert widths_in(picture.renditions) == [480, 768, 960, 1600]
    assert picture.as_avif == (480, 768, 960)
    for width in ("480", "768", "960"):
        plain, small = (file_of(picture.renditions, width, avif=avif) for avif in (False, True))
        assert plain is not None
        assert small is not None
        assert (opened(plain).format, opened(small).format) == ("WEBP", "AVIF")
        assert opened(plain).size == opened(small).size
        assert default_storage.size(small) < default_storage.size(plain)
    # Where there is none, what there is.
    assert file_of(picture.renditions, "1600", avif=True) == file_of(picture.renditions, "1600")
    assert file_of(picture.renditions, "700", avif=True) is None


def test_what_can_be_seen_through_stays_exact() -> None:
    drawing = Image.new("RGBA", (1000, 500), (20, 90, 160, 120))
    assert store_picture(upload(drawing, "PNG"), folder="uploads", avif=True).as_avif == ()

"""What a picture shows is what is kept, in whatever way its file says it.

The oracle is one small scene of plain colours: red above on the left, green beside it, blue below, and something to
see through. Each file says that scene in its own mode, depth, profile or orientation.
"""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageChops, ImageCms, ImageOps, ImageStat
from pytest_django.fixtures import Settings

from communities.content.exceptions import UploadRefused
from communities.content.images import store_picture
from communities.content.pixels import plays, upright

RED, GREEN, BLUE = (220, 20, 20), (20, 200, 20), (20, 20, 220)
ORIENTATION = 0x0112
# How to undo each orientation: what a camera does to a scene before it writes the number.
HELD = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@pytest.fixture(autouse=True)
def _media_in_a_temporary_folder(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def scene(mode: str = "RGB") -> Image.Image:
    image = Image.new("RGB", (60, 40), GREEN)
    image.paste(RED, (0, 0, 30, 20))
    image.paste(BLUE, (0, 20, 60, 40))
    return image.convert(mode)


def file_of(image: Image.Image, fmt: str, **options: Any) -> SimpleUploadedFile:
    out = BytesIO()
    image.save(out, fmt, **options)
    return SimpleUploadedFile("a", out.getvalue())


def kept(file: SimpleUploadedFile) -> Image.Image:
    with default_storage.open(store_picture(file, folder="uploads").path) as stored:
        image = Image.open(BytesIO(stored.read()))
        image.load()
        return image


def seen(image: Image.Image, place: tuple[int, int]) -> tuple[int, ...]:
    return image.convert("RGBA").getpixel(place)  # type: ignore[return-value]


def assert_scene(image: Image.Image, within: int = 25) -> None:
    assert image.size == (60, 40)
    for place, colour in (((10, 8), RED), ((48, 8), GREEN), ((30, 32), BLUE)):
        found = seen(image, place)
        assert all(abs(one - other) <= within for one, other in zip(found, colour, strict=False)), (
            place,
            found,
        )


@pytest.mark.parametrize("orientation", HELD)
@pytest.mark.parametrize("fmt", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_the_scene_is_upright(fmt: str, orientation: int) -> None:
    turn = HELD[orientation]
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    taken = scene().transpose(turn) if turn is not None else scene()
    file = file_of(taken, fmt, exif=exif, **({} if fmt == "PNG" else {"quality": 95}))
    with Image.open(file) as image:
        assert_scene(upright(image), within=40)


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr"])
def test_every_mode_is_shown(mode: str) -> None:
    image = scene(mode)
    if mode in ("CMYK", "YCbCr"):
        stored = kept(file_of(image, "JPEG", quality=95))
    else:
        stored = kept(file_of(image, "PNG"))
    if mode in ("L", "LA"):
        # Green is lighter than red, red than blue.
        assert seen(stored, (48, 8))[0] >= seen(stored, (10, 8))[0] >= seen(stored, (30, 32))[0]
        assert seen(stored, (48, 8))[0] < 255
    else:
        assert_scene(stored, within=45)


def deep_png(kind: int, values: list[int]) -> SimpleUploadedFile:
    """A PNG of 16 bits for each colour, which the library cannot write: one row of grey, or grey with alpha."""
    channels = {0: 1, 4: 2, 2: 3, 6: 4}[kind]
    row = b"\0" + struct.pack(f">{len(values)}H", *values)
    parts = [(b"IHDR", struct.pack(">IIBBBBB", len(values) // channels, 1, 16, kind, 0, 0, 0))]
    parts += [(b"IDAT", zlib.compress(row)), (b"IEND", b"")]
    data = b"\x89PNG\r\n\x1a\n"
    for name, body in parts:
        data += struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
    return SimpleUploadedFile("deep.png", data)


def test_sixteen_bits_keep_their_shades() -> None:
    with Image.open(deep_png(0, [0, 0x4000, 0x8000, 0xC000, 0xFFFF])) as image:
        shown = [seen(upright(image), (at, 0))[0] for at in range(5)]
    assert all(abs(one - other) <= 1 for one, other in zip(shown, (0, 64, 128, 192, 255), strict=True))


@pytest.mark.parametrize("kind", [4, 2, 6])
def test_sixteen_bits_of_colour_and_transparency(kind: int) -> None:
    half = [0x8000] * {4: 1, 2: 3, 6: 3}[kind]
    values = [*half, *([0x4000] if kind in (4, 6) else [])]
    with Image.open(deep_png(kind, values)) as image:
        found = seen(upright(image), (0, 0))
    assert all(abs(one - 128) <= 1 for one in found[:3])
    assert abs(found[3] - (64 if kind in (4, 6) else 255)) <= 1


def test_what_can_be_seen_through_stays_so() -> None:
    palette = scene("P")
    clear = palette.getpixel((30, 32))
    for file in (
        file_of(palette, "PNG", transparency=clear),
        file_of(palette, "GIF", transparency=clear),
        file_of(scene(), "PNG", transparency=BLUE),
    ):
        stored = kept(file)
        assert seen(stored, (30, 32))[3] == 0
        assert seen(stored, (10, 8))[3] == 255


def swapped_profile() -> bytes:
    """A profile in which the first channel is blue and the last is red."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    at = {bytes(data[place : place + 4]): place for place in range(132, 132 + 12 * 16, 12)}
    first, last = at[b"rXYZ"], at[b"bXYZ"]
    data[first : first + 4], data[last : last + 4] = b"bXYZ", b"rXYZ"
    return bytes(data)


@pytest.mark.parametrize("fmt", ["JPEG", "PNG", "WEBP", "AVIF"])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_profile_is_applied_before_it_is_dropped(fmt: str, mode: str) -> None:
    red, green, blue = scene().split()
    image = Image.merge("RGB", (blue, green, red))
    if mode == "RGBA":
        if fmt == "JPEG":
            pytest.skip("A JPEG has no transparency.")
        image.putalpha(200)
    quality = {} if fmt == "PNG" else {"quality": 95}
    stored = kept(file_of(image, fmt, icc_profile=swapped_profile(), **quality))
    assert_scene(stored, within=30)
    assert "icc_profile" not in stored.info
    assert seen(stored, (10, 8))[3] == (200 if mode == "RGBA" else 255)


@pytest.mark.parametrize("profile", [b"nonsense", b""])
def test_a_broken_profile_is_passed_over(profile: bytes) -> None:
    assert_scene(kept(file_of(scene(), "JPEG", quality=95, icc_profile=profile)))


def moving(fmt: str, **options: Any) -> SimpleUploadedFile:
    pictures = [scene(), ImageOps.invert(scene()), ImageOps.mirror(scene())]
    return file_of(pictures[0], fmt, save_all=True, append_images=pictures[1:], duration=200, **options)


@pytest.mark.parametrize(
    ("fmt", "options", "times"),
    [
        ("GIF", {}, 1),
        ("GIF", {"loop": 0}, 0),
        ("GIF", {"loop": 2}, 3),
        ("PNG", {"loop": 1}, 1),
        ("PNG", {"loop": 0}, 0),
        ("WEBP", {"loop": 4, "quality": 90}, 4),
        ("WEBP", {"loop": 0, "quality": 90}, 0),
        ("AVIF", {"quality": 90}, 0),
    ],
)
def test_an_animation_plays_as_often_as_it_did(fmt: str, options: dict[str, Any], times: int) -> None:
    stored = kept(moving(fmt, **options))
    assert getattr(stored, "n_frames", 1) == 3
    assert plays(stored) == times
    assert_scene(stored, within=60)


def test_a_picture_that_stands_before_an_animation_is_none_of_it() -> None:
    first = ImageOps.invert(scene())
    frames = [scene(), ImageOps.mirror(scene())]
    stored = kept(file_of(first, "PNG", save_all=True, append_images=frames, default_image=True))
    assert getattr(stored, "n_frames", 1) == 2
    assert_scene(stored, within=60)


def test_two_views_of_one_scene_are_no_animation() -> None:
    stored = kept(
        file_of(scene(), "MPO", save_all=True, append_images=[ImageOps.invert(scene())], quality=95)
    )
    assert getattr(stored, "n_frames", 1) == 1
    assert_scene(stored)


@pytest.mark.parametrize(
    ("size", "fits"), [((40, 20_000), (32, 16_000)), ((20_000, 40), (2560, 5)), ((1, 30_000), (1, 16_000))]
)
def test_a_very_long_picture_is_made_smaller(size: tuple[int, int], fits: tuple[int, int]) -> None:
    assert kept(file_of(Image.new("RGB", size, RED), "PNG")).size == fits


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P", "1", "CMYK", "I;16"])
@pytest.mark.parametrize("scale", [0.9, 0.31])
def test_made_smaller_in_strips_it_is_the_same_picture(mode: str, scale: float) -> None:
    whole = scene().resize((600, 400), Image.Resampling.NEAREST)
    if mode in ("RGBA", "LA", "P"):
        whole.putalpha(Image.linear_gradient("L").resize(whole.size))
    image = whole.convert("I").point(lambda value: value * 257).convert(mode) if mode == "I;16" else whole
    image = (
        image
        if mode == "I;16"
        else image.quantize(64)
        if mode == "P"
        else image.convert(mode, dither=Image.Dither.NONE)
    )
    image.getexif()[ORIENTATION] = 6
    at_once = upright(image)
    size = (max(1, round(at_once.width * scale)), max(1, round(at_once.height * scale)))
    expected, found = at_once.resize(size, Image.Resampling.LANCZOS), upright(image, scale)
    assert (found.mode, found.size) == (expected.mode, expected.size)
    difference = ImageStat.Stat(ImageChops.difference(expected.convert("RGBa"), found.convert("RGBa")))
    assert max(difference.mean) < 2.5, difference.mean


PEAK = """
from PIL import Image
from communities.content.pixels import upright
image = Image.new({mode!r}, (7800, 5000), "teal")
# Of this program alone: what getrusage tells begins with what it was forked from.
most = lambda: next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) / 1024
# Its readers are modules, too: they are no part of what a picture takes.
Image.init()
before = most()
assert upright(image, 2560 / 7800).size == (2560, 1641)
print(most() - before)
"""


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_of_39_million_pixels_there_is_no_second_copy(mode: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PEAK.format(mode=mode)], capture_output=True, text=True, check=True
    )
    assert float(done.stdout) < 70, "megabytes; the picture itself takes 156"


# As an upload is read: opened, decoded as far as is needed, made smaller, and encoded.
UPLOADED = """
import sys
import django
from PIL import Image
django.setup()
from django.core.files.base import File
from communities.content.images import _encoded, _resized, as_avif, fitting, goes_as_avif, opened_picture
from communities.content.pixels import upright
from communities.theming.photos import WIDTHS
most = lambda: next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) / 1024
before = most()
with open(sys.argv[1], "rb") as file, opened_picture(File(file)) as image:
    picture = upright(image, fitting(image), last=True)
    image.close()
    for width in WIDTHS:
        resized = _resized(picture, width)
        _encoded(resized)
        goes_as_avif(resized) and as_avif(resized)
    _encoded(picture)
assert picture.size == (2560, 1641), picture.size
print(most() - before)
"""


@pytest.fixture(scope="module")
def photograph() -> Image.Image:
    """Of 39 million pixels, with colours that change everywhere."""
    across = Image.linear_gradient("L").rotate(90).resize((7800, 5000))
    down = Image.linear_gradient("L").resize((7800, 5000))
    return Image.merge("RGB", (across, down, ImageChops.difference(across, down)))


@pytest.mark.parametrize(
    ("form", "options"),
    [
        ("JPEG", {}),
        ("PNG", {"compress_level": 1}),
        ("WEBP", {"method": 0}),
        ("WEBP", {"method": 0, "lossless": True, "quality": 0}),
        ("AVIF", {"speed": 10}),
    ],
    ids=["JPEG", "PNG", "WebP", "WebP without loss", "AVIF"],
)
def test_an_upload_of_39_million_pixels_takes_200_megabytes_at_most(
    photograph: Image.Image, tmp_path: Path, form: str, options: dict[str, Any]
) -> None:
    file = tmp_path / "photograph"
    if form == "AVIF":
        # What can be seen through takes half as much again.
        photograph = photograph.convert("RGBA")
        photograph.putalpha(photograph.getchannel("R"))
    photograph.save(file, form, **options)
    done = subprocess.run(
        [sys.executable, "-c", UPLOADED, str(file)],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings", "UPLOAD_MAX_BYTES": "1000000000"},
    )
    assert float(done.stdout) <= 200


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("options", [{"quality": 95}, {"lossless": True}], ids=["with loss", "without loss"])
@pytest.mark.parametrize("held", [1, 6])
def test_a_large_webp_is_the_same_picture_decoded_smaller(
    mode: str, options: dict[str, Any], held: int
) -> None:
    whole = scene().resize((3600, 2400), Image.Resampling.NEAREST)
    if mode == "RGBA":
        whole.putalpha(Image.linear_gradient("L").resize(whole.size))
    exif = Image.Exif()
    exif[ORIENTATION] = held
    turn = HELD[held]
    file = file_of(whole.transpose(turn) if turn is not None else whole, "WEBP", exif=exif, **options)
    stored = kept(file)
    assert (stored.mode, stored.size) == (mode, (2560, 1707))
    wanted = whole.resize(stored.size, Image.Resampling.LANCZOS)
    difference = ImageStat.Stat(ImageChops.difference(wanted.convert("RGBa"), stored.convert("RGBa")))
    assert max(difference.mean) < 3, difference.mean


@pytest.mark.parametrize("clear", [255, 128])
def test_of_a_long_animation_in_webp_the_first_frame_is_kept_where_it_lies(clear: int) -> None:
    """What is written of a frame is the part that shows something; the oracle is how Pillow draws it."""
    first = Image.new("RGBA", (4000, 3000), (0, 0, 0, 0))
    first.paste((*RED, clear), (1000, 600, 3000, 2400))
    first.paste((*BLUE, 255), (1000, 600, 2000, 1200))
    rest = [Image.new("RGBA", first.size, (*colour, 255)) for colour in (GREEN, BLUE, RED)]
    file = file_of(first, "WEBP", save_all=True, append_images=rest, lossless=True, method=0)
    wanted = Image.open(file).resize((2560, 1920))
    stored = kept(file)
    assert (getattr(stored, "n_frames", 1), stored.size, stored.mode) == (1, wanted.size, wanted.mode)
    difference = ImageStat.Stat(ImageChops.difference(wanted.convert("RGBa"), stored.convert("RGBa")))
    assert max(difference.mean) < 2, difference.mean


@pytest.mark.parametrize("cut_at", [40, 2000, -500])
def test_a_large_webp_that_is_cut_off_is_damaged(cut_at: int) -> None:
    whole = file_of(scene().resize((3600, 2400)), "WEBP").read()
    with pytest.raises(UploadRefused):
        store_picture(SimpleUploadedFile("a", whole[:cut_at]), folder="uploads")

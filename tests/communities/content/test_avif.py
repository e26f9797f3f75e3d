"""A large AVIF picture is made smaller from strips; the oracle is how Pillow draws its whole."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageChops, ImageStat
from pytest_django.fixtures import Settings

from communities.content import avif
from communities.content.exceptions import UploadRefused
from communities.content.images import store_picture
from communities.content.pixels import upright
from tests.communities.content.test_pixels import HELD, ORIENTATION, file_of, kept, scene

WHOLE, SMALL = (3603, 2401), (2560, 1706)


@pytest.fixture(autouse=True)
def _media_in_a_temporary_folder(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def large(mode: str) -> Image.Image:
    """Of colours that change at every edge of a strip too, and everywhere across."""
    whole = Image.merge(
        "RGB",
        (
            Image.linear_gradient("L").rotate(90).resize(WHOLE),
            Image.linear_gradient("L").resize((WHOLE[0], 40)).resize(WHOLE, Image.Resampling.NEAREST),
            Image.radial_gradient("L").resize(WHOLE),
        ),
    )
    if mode == "RGBA":
        whole.putalpha(Image.linear_gradient("L").resize(WHOLE))
    return whole.convert(mode)


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("subsampling", ["4:2:0", "4:4:4"])
def test_a_large_avif_is_the_picture_that_pillow_draws(mode: str, subsampling: str) -> None:
    data = file_of(large(mode), "AVIF", quality=80, speed=10, subsampling=subsampling).read()
    with Image.open(BytesIO(data)) as image:
        wanted = upright(image, SMALL[0] / WHOLE[0])
    found = avif.shrunk(data, WHOLE, SMALL, mode)
    assert found is not None, "the library that Pillow brings has what is asked of it"
    assert (found.mode, found.size) == (wanted.mode, wanted.size) == (mode, SMALL)
    assert ImageChops.difference(found, wanted).getbbox(alpha_only=False) is None


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA"])
@pytest.mark.parametrize("held", [1, 6])
def test_a_large_avif_is_kept_upright(mode: str, held: int) -> None:
    whole = scene(mode).resize((3600, 2400), Image.Resampling.NEAREST)
    exif, turn = Image.Exif(), HELD[held]
    exif[ORIENTATION] = held
    taken = whole if turn is None else whole.transpose(turn)
    stored = kept(file_of(taken, "AVIF", quality=90, speed=10, exif=exif))
    assert stored.size == (2560, 1707)
    wanted = whole.resize(stored.size, Image.Resampling.LANCZOS)
    difference = ImageStat.Stat(ImageChops.difference(wanted.convert("RGBA"), stored.convert("RGBA")))
    assert max(difference.mean) < 4, difference.mean


def test_where_the_library_is_another_one_pillow_draws_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(avif, "_library", lambda: None)
    data = file_of(scene().resize((3600, 2400)), "AVIF", speed=10)
    assert avif.shrunk(data.read(), (3600, 2400), (2560, 1707), "RGB") is None
    assert kept(data).size == (2560, 1707)


@pytest.mark.parametrize("cut_at", [40, 600, -200])
def test_a_large_avif_that_is_cut_off_is_damaged(cut_at: int) -> None:
    data = file_of(large("RGB"), "AVIF", speed=10).read()
    with pytest.raises(UploadRefused):
        store_picture(SimpleUploadedFile("a", data[:cut_at]), folder="uploads")


@pytest.mark.parametrize("says", [(9999, 9999), (3603, 5000), (5000, 2401)])
def test_a_picture_that_is_not_as_large_as_it_is_said_to_be_is_not_read_beyond(says: tuple[int, int]) -> None:
    data: Any = file_of(large("RGB"), "AVIF", speed=10).read()
    assert avif.shrunk(data, says, SMALL, "RGB") is None

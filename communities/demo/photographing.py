"""The demo's photographs: rendered once (bench/photographs), kept as what somebody has uploaded is kept.

They lie beside this file as a community would keep them; the smaller widths are made once, however often a photograph
is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Any

import yaml
from PIL import Image

from communities.content.images import (
    CONTENT_TYPE,
    FULL_NAME,
    PHOTO_QUALITY,
    StoredPicture,
    as_avif,
    goes_as_avif,
    keep_file,
    new_name,
)
from communities.content.models import Attachment
from communities.demo.reading import FOLDER
from communities.models import Membership
from communities.theming import photos
from communities.theming.first_colours import mark_of

PHOTOGRAPHS = FOLDER / "photographs"
# Left, top, right and bottom of a part, in hundredths of the whole.
Cut = tuple[int, int, int, int]


@dataclass(frozen=True)
class _Ready:
    """A photograph as it is written down: size in pixels, what its folder's name ends with, its files by name."""

    width: int
    height: int
    mark: str
    smaller: Mapping[str, bytes]
    full: bytes


def known_photographs() -> frozenset[str]:
    return frozenset(_words())


def what_it_shows(name: str, language: str) -> str:
    """In words, for whoever does not see it. Raises KeyError for a name or a language that has none."""
    return _words()[name][language]


def keep_photograph(name: str, *, folder: str, cut: Cut | None = None) -> StoredPicture:
    """Keep it, or a part cut from it, in a folder of the storage. Raises FileNotFoundError for unknown names."""
    ready = _ready(name, cut)
    base = new_name(folder) + ready.mark
    smaller = [
        (int(file.partition(".")[0]), keep_file(f"{base}/{file}", data))
        for file, data in ready.smaller.items()
    ]
    path = keep_file(f"{base}/{FULL_NAME}", ready.full)
    return StoredPicture(path, ready.width, ready.height, CONTENT_TYPE, len(ready.full), smaller)


def upload_photograph(name: str, *, by: Membership, alt: str, cut: Cut | None = None) -> Attachment:
    """As if `by` had just sent it for a text."""
    picture = keep_photograph(name, folder=f"uploads/{by.community_id}", cut=cut)
    attachment: Attachment = Attachment.objects.create(uploader=by, alt=alt, **picture.columns())
    return attachment


def home_photograph(said: Mapping[str, Any], language: str) -> dict[str, Any]:
    """What a theme keeps of the photograph of the home page: `name`, and `point`, the one that stays visible."""
    kept = keep_photograph(said["name"], folder=photos.FOLDER)
    x, y = said.get("point", (50, 50))
    alt = what_it_shows(said["name"], language)
    return photos.Photo(kept.path, kept.width, kept.height, alt, x, y, kept.as_avif).as_json()


def space_photograph(said: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a space with a photograph of its own; none without."""
    if "photo" not in said:
        return {}
    return {"picture": keep_photograph(said["photo"], folder="public/spaces").renditions[0][1]}


def point_of(said: Mapping[str, Any]) -> dict[str, int]:
    """The point that stays visible, as spaces and articles keep it; nothing where it is the middle."""
    return dict(zip(("focal_x", "focal_y"), said.get("point", ()), strict=False))


@cache
def _words() -> dict[str, dict[str, str]]:
    words: dict[str, dict[str, str]] = yaml.load(
        (PHOTOGRAPHS / "words.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader
    )
    return words


@cache
def _ready(name: str, cut: Cut | None = None) -> _Ready:
    data = (PHOTOGRAPHS / f"{name}.webp").read_bytes()
    with Image.open(BytesIO(data)) as file:
        picture = file.convert("RGB")
    if cut is not None:
        width, height = picture.size
        left, top, right, bottom = cut
        picture = picture.crop(
            (width * left // 100, height * top // 100, width * right // 100, height * bottom // 100)
        )
        data = _encoded(picture)
    smaller = {width: _resized(picture, width) for width in photos.WIDTHS if width < picture.width}
    files = {f"{width}.webp": _encoded(one) for width, one in smaller.items()}
    files |= {f"{width}.avif": as_avif(one) for width, one in smaller.items() if goes_as_avif(one)}
    return _Ready(*picture.size, mark_of(picture), files, data)


def _resized(picture: Image.Image, width: int) -> Image.Image:
    return picture.resize((width, round(picture.height * width / picture.width)), Image.Resampling.LANCZOS)


def _encoded(picture: Image.Image) -> bytes:
    out = BytesIO()
    picture.save(out, "WEBP", quality=PHOTO_QUALITY, method=4)
    return out.getvalue()

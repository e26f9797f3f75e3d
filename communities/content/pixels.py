"""A decoded picture as eyes see it: upright, eight bits for each colour, the colours of the web, its frames.

What the library says of modes, profiles, frames and loops differs from format to format; here each is settled once.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from PIL import Image, ImageCms, ImageOps

# Formats that are animations by nature. Others hold several pictures of one scene (MPO), pages or sizes.
ANIMATED = frozenset({"GIF", "WEBP", "PNG", "AVIF"})
# How often a GIF plays is kept as how often it is repeated.
FOR_EVER, ONCE = 0, 1
# Without a time of their own, or with one that no browser obeys, frames stand for a tenth of a second.
STANDS, SHORTEST = 100, 20  # milliseconds
_DEEP = ("I", "F")
_WITH_ALPHA = frozenset({"RGBA", "LA", "PA", "RGBa", "La"})
_SRGB = ImageCms.createProfile("sRGB")


def upright(image: Image.Image) -> Image.Image:
    """The present frame, turned as the camera was held, in plain colours, without anything else."""
    turned = ImageOps.exif_transpose(image)
    plain = _in_web_colours(_shallow(turned), image.info.get("icc_profile"))
    # A fresh image carries no metadata, colour profile, text chunks or thumbnail.
    clean = Image.new(plain.mode, plain.size)
    clean.paste(plain)
    return clean


def is_animated(image: Image.Image) -> bool:
    return image.format in ANIMATED and frames_of(image) > 1


def frames_of(image: Image.Image) -> int:
    """How many frames play; the picture that an APNG shows where nothing plays is none of them."""
    return int(getattr(image, "n_frames", 1)) - _still_ahead(image)


def frames(image: Image.Image) -> Iterator[tuple[Image.Image, int]]:
    """Each frame, upright, and how long it stands, in milliseconds."""
    for number in range(_still_ahead(image), int(getattr(image, "n_frames", 1))):
        image.seek(number)
        stands = int(image.info.get("duration") or 0)
        yield upright(image), stands if stands >= SHORTEST else STANDS


def plays(image: Image.Image) -> int:
    """How often the animation plays; 0 is for ever."""
    image.seek(0)
    said = image.info.get("loop")
    if image.format == "GIF":
        return ONCE if said is None else said + 1 if said else FOR_EVER
    return FOR_EVER if said is None else int(said)


def _still_ahead(image: Image.Image) -> int:
    return int(bool(getattr(image, "default_image", False)))


def _shallow(image: Image.Image) -> Image.Image:
    """Eight bits for each colour: a conversion alone would make all that is brighter than 255 white."""
    if not image.mode.startswith(_DEEP):
        return image
    deep = image.convert("I") if image.mode.startswith("I") else image
    highest = 255.0 if image.mode == "F" else 65535.0
    return deep.point(lambda value: value * (255.0 / highest) + 0.0).convert("L")


def _in_web_colours(image: Image.Image, profile: Any) -> Image.Image:
    """RGB, or RGBA where anything can be seen through. A profile that does not suit its picture is passed over."""
    clear = image.mode in _WITH_ALPHA or "transparency" in image.info
    if image.mode in ("P", "PA", "1"):
        image = image.convert("RGBA" if clear else "RGB")
    colours = _converted(image, profile) if profile else None
    if colours is None:
        return image.convert("RGBA" if clear else "RGB")
    if clear:
        colours.putalpha(image.convert("RGBA").getchannel("A"))
    return colours


def _converted(image: Image.Image, profile: bytes) -> Image.Image | None:
    opaque = {"RGBA": "RGB", "RGBa": "RGB", "LA": "L", "La": "L"}.get(image.mode, image.mode)
    try:
        wanted = ImageCms.ImageCmsProfile(BytesIO(profile))
        return ImageCms.profileToProfile(image.convert(opaque), wanted, _SRGB, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None

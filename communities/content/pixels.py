"""A decoded picture as eyes see it: upright, eight bits for each colour, the colours of the web, its frames.

What the library says of modes, profiles, frames and loops differs from format to format; here each is settled once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

from PIL import Image, ImageCms

# Formats that are animations by nature. Others hold several pictures of one scene (MPO), pages or sizes.
ANIMATED = frozenset({"GIF", "WEBP", "PNG", "AVIF"})
# How often a GIF plays is kept as how often it is repeated.
FOR_EVER, ONCE = 0, 1
# Without a time of their own, or with one that no browser obeys, frames stand for a tenth of a second.
STANDS, SHORTEST = 100, 20  # milliseconds
# What was done to a scene before it was written, by the number in the file, and what undoes it.
ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_DEEP = ("I", "F")
_WITH_ALPHA = frozenset({"RGBA", "LA", "PA", "RGBa", "La"})
# Colours that are mixed, as scaling does, must be weighed by how much of them is seen.
_WEIGHED = {"RGBA": "RGBa", "LA": "La"}
_SRGB = ImageCms.createProfile("sRGB")
_ROWS = 64


def seen_size(image: Image.Image) -> tuple[int, int]:
    """Width and height as it is looked at."""
    width, height = image.size
    return (height, width) if _turn(image) in _LYING else (width, height)


def upright(image: Image.Image, scale: float = 1.0, *, last: bool = False) -> Image.Image:
    """The present frame, turned as the camera was held, in plain colours, without anything else.

    Made smaller by `scale` before all that: of forty million pixels, each copy takes 160 MB. `last` says that nobody
    looks at `image` again: it is closed as soon as it was made smaller.
    """
    profile, turn = image.info.get("icc_profile"), _turn(image)
    frame = _scaled(image, scale, last=last) if scale < 1 else _shallow(image)
    turned = frame if turn is None else frame.transpose(turn)
    plain = _in_web_colours(turned, profile)
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


_LYING = frozenset(_TURNS[number] for number in (5, 6, 7, 8))


def _turn(image: Image.Image) -> Image.Transpose | None:
    return _TURNS.get(image.getexif().get(ORIENTATION, 1))


def _scaled(image: Image.Image, scale: float, *, last: bool) -> Image.Image:
    """Smaller, without a copy at the size that it had."""
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    strips = (image.crop((0, top, image.width, end)) for top, end in strips_of(image.size, size))
    return joined(strips, image.size, size, image.close if last else None)


def strips_of(whole: tuple[int, int], size: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """From which row to which each strip goes in which `joined` takes a picture."""
    step = _ROWS * _part_of(whole, size)
    for top in range(0, whole[1], step):
        yield top, min(top + step, whole[1])


def joined(
    strips: Iterator[Image.Image],
    whole: tuple[int, int],
    size: tuple[int, int],
    done: Callable[[], object] | None = None,
) -> Image.Image:
    """A picture made smaller strip by strip, by the whole part of the factor and to its new width, then as a whole to
    its new height. `done` is called before that, when no more strips are needed."""
    part = _part_of(whole, size)
    narrow: Image.Image | None = None
    top = 0
    for strip in strips:
        strip = _mixable(strip).reduce(part)
        strip = strip.resize((size[0], strip.height), Image.Resampling.LANCZOS)
        narrow = narrow or Image.new(strip.mode, (size[0], -(-whole[1] // part)))
        narrow.paste(strip, (0, top))
        top += strip.height
    assert narrow is not None  # no picture is empty
    del strip
    if done is not None:
        done()
    small = narrow.resize(size, Image.Resampling.LANCZOS)
    return small.convert({"RGBa": "RGBA", "La": "LA"}.get(small.mode, small.mode))


def _part_of(whole: tuple[int, int], size: tuple[int, int]) -> int:
    return max(1, min(whole[0] // size[0], whole[1] // size[1]))


def _mixable(strip: Image.Image) -> Image.Image:
    """In a mode in which the mean of two pixels is a colour between them."""
    strip = _shallow(strip)
    clear = strip.mode in _WITH_ALPHA or "transparency" in strip.info
    if strip.mode in ("P", "PA", "1"):
        strip = strip.convert("RGBA" if clear else "RGB")
    elif clear and strip.mode in ("L", "RGB"):
        strip = strip.convert("LA" if strip.mode == "L" else "RGBA")
    return strip.convert(_WEIGHED.get(strip.mode, strip.mode))


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
        plain = "RGBA" if clear else "RGB"
        return image if image.mode == plain else image.convert(plain)
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

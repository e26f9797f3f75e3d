"""A large AVIF picture, made smaller from strips of it, without its whole as an image.

Its library decodes whole pictures only, but keeps them in the form of videos: one and a half bytes for a pixel where
colours are halved, and one more where it can be seen through. Pillow has it write out the whole in colours for screens,
copies that, and copies it into an image: 345 MB of 39 million pixels. Here only strips are written out, from what the
decoder holds, by the functions that Pillow itself calls, in the library that it has loaded and as its public header
(avif/avif.h) says.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from ctypes import c_char_p, c_int, c_size_t, c_uint32, c_void_p
from functools import cache
from typing import Any

from PIL import Image, _avif

from communities.content.pixels import joined, strips_of

# Of the header: the releases whose layout is written down below, and how pixels are laid out.
RELEASE = b"1."
FORMATS = {"RGB": 0, "RGBA": 1}
OK, YUV420 = 0, 3
# A row’s colours are mixed with those of the next: so many more are written out above and below, and left away.
BESIDE = 2


class _Pixels(ctypes.Structure):
    _fields_ = (
        *((name, c_uint32) for name in ("width", "height", "depth")),
        *((name, c_int) for name in ("format", "upsampling", "downsampling")),
        *((name, c_int) for name in ("avoid_yuv", "ignore_alpha", "alpha_premultiplied", "is_float")),
        ("threads", c_int),
        ("pixels", c_void_p),
        ("row_bytes", c_uint32),
    )


class _Decoder(ctypes.Structure):
    """Up to the picture: what the header lets no release of the same number move."""

    _fields_ = (
        *((name, c_int) for name in ("codec", "threads", "source", "progressive", "incremental")),
        *((name, c_int) for name in ("ignore_exif", "ignore_xmp")),
        *((name, c_uint32) for name in ("most_pixels", "longest_side", "most_frames", "strictness")),
        ("picture", c_void_p),
    )


# What a decoder that was just made says of itself.
FRESH = {"threads": 1, "most_pixels": 16384 * 16384, "longest_side": 32768, "most_frames": 12 * 3600 * 60}


class _Part(ctypes.Structure):
    _fields_ = tuple((name, c_uint32) for name in ("x", "y", "width", "height"))


def shrunk(data: bytes, whole: tuple[int, int], size: tuple[int, int], mode: str) -> Image.Image | None:
    """The picture in a file, or the first of an animation, `size` instead of `whole` pixels large, in RGB or RGBA.

    None where the library does not offer it, or does not take the file: Pillow then says what is wrong.
    """
    library = _library()
    if library is None or mode not in FORMATS:
        return None
    with _decoded(library, data) as picture:
        if picture is None:
            return None
        try:
            strips = (_strip(library, picture, whole, rows, mode) for rows in strips_of(whole, size))
            return joined(strips, whole, size)
        except OSError:
            return None


@contextmanager
def _decoded(library: Any, data: bytes) -> Iterator[int | None]:
    """The picture as the decoder holds it, who goes afterwards; None where it does not take the file."""
    decoder = library.avifDecoderCreate()
    try:
        taken = (
            bool(decoder)
            and library.avifDecoderSetIOMemory(decoder, data, len(data)) == OK
            and library.avifDecoderParse(decoder) == OK
            and library.avifDecoderNextImage(decoder) == OK
        )
        yield _Decoder.from_address(decoder).picture if taken else None
    finally:
        if decoder:
            library.avifDecoderDestroy(decoder)


def _strip(
    library: Any, picture: int, whole: tuple[int, int], rows: tuple[int, int], mode: str
) -> Image.Image:
    """Some rows of the picture. Raises OSError where it does not have them."""
    width, height = whole
    first, end = max(rows[0] - BESIDE, 0), min(rows[1] + BESIDE, height)
    with ExitStack() as stack:
        view = library.avifImageCreateEmpty()
        stack.callback(library.avifImageDestroy, view)
        part = _Part(0, first, width, end - first)
        if not view or library.avifImageSetViewRect(view, picture, ctypes.byref(part)) != OK:
            raise OSError("an AVIF picture is not as large as it says")
        pixels, out = _pixels_of(library, view, mode), bytearray(width * (end - first) * len(mode))
        pixels.pixels = ctypes.addressof(ctypes.c_char.from_buffer(out))
        pixels.row_bytes = width * len(mode)
        if library.avifImageYUVToRGB(view, ctypes.byref(pixels)) != OK:
            raise OSError("an AVIF picture has colours that are not known")
    strip = Image.frombuffer(mode, (width, end - first), out, "raw", mode, 0, 1)
    return strip.crop((0, rows[0] - first, width, rows[1] - first))


def _pixels_of(library: Any, picture: int, mode: str) -> _Pixels:
    """How its pixels are to be written out."""
    pixels = _Pixels()
    library.avifRGBImageSetDefaults(ctypes.byref(pixels), picture)
    pixels.depth, pixels.format = 8, FORMATS[mode]
    return pixels


@cache
def _library() -> Any:
    """What Pillow’s own extension has loaded, wherever it lies; None where it was built in another way."""
    try:
        library = ctypes.CDLL(_avif.__file__)
        library.avifVersion.restype = c_char_p
        for name in ("avifImageCreateEmpty", "avifDecoderCreate", "avifImageCreate"):
            getattr(library, name).restype = c_void_p
        library.avifImageCreate.argtypes = [c_uint32, c_uint32, c_uint32, c_int]
        library.avifDecoderSetIOMemory.argtypes = [c_void_p, c_char_p, c_size_t]
        library.avifImageSetViewRect.argtypes = [c_void_p, c_void_p, c_void_p]
        for name in ("avifRGBImageSetDefaults", "avifImageYUVToRGB"):
            getattr(library, name).argtypes = [c_void_p, c_void_p]
        for name in (
            "avifImageDestroy",
            "avifDecoderDestroy",
            "avifDecoderParse",
            "avifDecoderNextImage",
            "avifRGBImageAllocatePixels",
            "avifRGBImageFreePixels",
        ):
            getattr(library, name).argtypes = [c_void_p]
    except (OSError, AttributeError):
        return None
    known = library.avifVersion().startswith(RELEASE)
    return library if known and _has_our_layout(library) and _has_our_decoder(library) else None


def _has_our_decoder(library: Any) -> bool:
    """What a fresh decoder says of itself stands where it was written down above, and it holds no picture yet."""
    decoder = library.avifDecoderCreate()
    if not decoder:
        return False
    try:
        told = _Decoder.from_address(decoder)
        return told.picture is None and all(getattr(told, name) == value for name, value in FRESH.items())
    finally:
        library.avifDecoderDestroy(decoder)


def _has_our_layout(library: Any) -> bool:
    """What the library itself writes into a description stands where it was written down above."""
    picture = library.avifImageCreate(6, 4, 8, YUV420)
    try:
        pixels = _pixels_of(library, picture, "RGBA")
        if library.avifRGBImageAllocatePixels(ctypes.byref(pixels)) != OK:
            return False
        told = (pixels.width, pixels.height, pixels.row_bytes, bool(pixels.pixels))
        library.avifRGBImageFreePixels(ctypes.byref(pixels))
        return told == (6, 4, 6 * 4, True) and not pixels.pixels
    finally:
        library.avifImageDestroy(picture)

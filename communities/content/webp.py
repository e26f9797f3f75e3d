"""A large WebP picture, made smaller while it is decoded.

Pillow reads WebP through the reader of animations, which holds two canvases at the whole size, and copies what is drawn
on them twice. The library beneath it can also read one picture by rows and scale as it goes, which Pillow does not
offer. So that function is called here, in the library that Pillow has loaded and as its public header
(webp/decode.h) says.
"""

from __future__ import annotations

import ctypes
from ctypes import c_int, c_size_t, c_uint8, c_uint32, c_void_p
from dataclasses import dataclass
from functools import cache
from typing import Any

from PIL import Image, _webp

# Of the header: the layout that is written down below, and how pixels are laid out.
LAYOUT = 0x0209
MODES = {"RGB": 0, "RGBA": 1}
# A file, and what it may consist of: each piece says its name and its length, and begins at an even place.
HEAD, PIECE = 12, 8
# Of a frame: its place, size, duration and flags, before its picture.
FRAME_HEAD = 16


class _Pixels(ctypes.Structure):
    _fields_ = (("rgba", c_void_p), ("stride", c_int), ("size", c_size_t))


class _Planes(ctypes.Structure):
    """Not used here; it says how large the union is."""

    _fields_ = (
        *((name, c_void_p) for name in ("y", "u", "v", "a")),
        *((f"{name}_stride", c_int) for name in ("y", "u", "v", "a")),
        *((f"{name}_size", c_size_t) for name in ("y", "u", "v", "a")),
    )


class _Target(ctypes.Union):
    _fields_ = (("pixels", _Pixels), ("planes", _Planes))


class _Features(ctypes.Structure):
    _fields_ = (
        *((name, c_int) for name in ("width", "height", "has_alpha", "has_animation", "format")),
        ("pad", c_uint32 * 5),
    )


class _Output(ctypes.Structure):
    _fields_ = (
        *((name, c_int) for name in ("colorspace", "width", "height", "is_external_memory")),
        ("target", _Target),
        ("pad", c_uint32 * 4),
        ("private_memory", c_void_p),
    )


class _Options(ctypes.Structure):
    _fields_ = (
        *((name, c_int) for name in ("bypass_filtering", "no_fancy_upsampling")),
        *((name, c_int) for name in ("use_cropping", "crop_left", "crop_top", "crop_width", "crop_height")),
        *((name, c_int) for name in ("use_scaling", "scaled_width", "scaled_height")),
        *((name, c_int) for name in ("use_threads", "dithering", "flip", "alpha_dithering")),
        ("pad", c_uint32 * 5),
    )


class _Config(ctypes.Structure):
    _fields_ = (("input", _Features), ("output", _Output), ("options", _Options))


@dataclass(frozen=True)
class _Frame:
    """The first picture of a file, and where it lies in the whole. How large it is says the picture itself."""

    data: bytes
    left: int = 0
    top: int = 0


def shrunk(data: bytes, whole: tuple[int, int], size: tuple[int, int], mode: str) -> Image.Image | None:
    """The picture in a file, or the first of an animation, `size` instead of `whole` pixels large, in RGB or RGBA.

    None where the library does not offer it. Raises OSError for a damaged file, and for one whose first picture does
    not lie within the whole.
    """
    library = _library()
    if library is None:
        return None
    frame = _first_frame(data)
    width, height = _size_of(library, frame.data)
    if frame.left + width > whole[0] or frame.top + height > whole[1]:
        raise OSError("a picture lies outside of its whole")
    across, down = size[0] / whole[0], size[1] / whole[1]
    # Never larger than what is there, whatever is wished for.
    fitting = (
        min(width, max(1, round(width * across))),
        min(height, max(1, round(height * down))),
    )
    picture = _decoded(library, frame.data, fitting, mode)
    if fitting == size:
        return picture
    canvas = Image.new(mode, size)
    canvas.paste(picture, (round(frame.left * across), round(frame.top * down)))
    return canvas


def _size_of(library: Any, data: bytes) -> tuple[int, int]:
    """As its own head says: what a file says around it may be another size, for which there would be memory taken."""
    features = _Features()
    status = library.WebPGetFeaturesInternal(data, len(data), ctypes.byref(features), LAYOUT)
    if status or features.width < 1 or features.height < 1:
        raise OSError(f"WebP says no size: {status}")
    return features.width, features.height


def _decoded(library: Any, data: bytes, size: tuple[int, int], mode: str) -> Image.Image:
    stride = size[0] * len(mode)
    pixels = bytearray(stride * size[1])
    memory = (c_uint8 * len(pixels)).from_buffer(pixels)
    config = _Config()
    if not library.WebPInitDecoderConfigInternal(ctypes.byref(config), LAYOUT):
        raise OSError("the decoder of WebP has another layout")
    config.options.use_scaling = 1
    config.options.scaled_width, config.options.scaled_height = size
    config.output.colorspace = MODES[mode]
    # What is drawn into memory of ours has nothing that the library would have to free.
    config.output.is_external_memory = 1
    config.output.target.pixels = _Pixels(ctypes.addressof(memory), stride, len(pixels))
    status = library.WebPDecode(data, len(data), ctypes.byref(config))
    if status:
        raise OSError(f"WebP was not decoded: {status}")
    return Image.frombytes(mode, size, pixels)


def _first_frame(data: bytes) -> _Frame:
    """The first of an animation; otherwise all of the file, which is one picture if it is any."""
    place = HEAD
    while place + PIECE <= len(data):
        name, length = data[place : place + 4], int.from_bytes(data[place + 4 : place + PIECE], "little")
        begin = place + PIECE
        if name == b"ANMF":
            left, top = (
                int.from_bytes(data[begin + offset : begin + offset + 3], "little") for offset in (0, 3)
            )
            # Places are counted in twos.
            return _Frame(data[begin + FRAME_HEAD : begin + length], 2 * left, 2 * top)
        if name in (b"VP8 ", b"VP8L"):
            break
        place = begin + length + length % 2
    return _Frame(data)


@cache
def _library() -> Any:
    """What Pillow’s own extension has loaded, wherever it lies; None where it was built in another way."""
    try:
        library = ctypes.CDLL(_webp.__file__)
        library.WebPInitDecoderConfigInternal.argtypes = [c_void_p, c_int]
        library.WebPGetFeaturesInternal.argtypes = [ctypes.c_char_p, c_size_t, c_void_p, c_int]
        library.WebPDecode.argtypes = [ctypes.c_char_p, c_size_t, c_void_p]
    except (OSError, AttributeError):
        return None
    # Another layout than the one above is said before anything is written into it.
    return library if library.WebPInitDecoderConfigInternal(ctypes.byref(_Config()), LAYOUT) else None

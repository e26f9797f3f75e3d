"""Photographs as phones keep them (HEIC), made smaller without their whole as an image.

Pillow does not read them; a plugin does, with the libraries that it brings along. It has the library write out the
whole in colours for screens, and Pillow copies that into an image of four bytes for each pixel. Here strips are taken
from what the library has written out, so that the second copy is never made. What is left is six bytes for each pixel,
eight where it can be seen through: a picture that would take more than 200 MB is refused before it is decoded.

Films in the same container are told apart by how the file begins, since the library says of them only that it cannot
read them.
"""

from __future__ import annotations

from collections.abc import Iterator

import pi_heif
from PIL import Image

from communities.content.pixels import joined, strips_of

NAME = "HEIF"
# A file says its kind after the length and name of its first box: pictures in a row that play.
BRAND = slice(4, 12)
PLAYS = (b"ftyphevc", b"ftyphevx", b"ftyphevm", b"ftyphevs", b"ftypmsf1")
# How many pixels of each kind take as much.
MOST_PIXELS = {"RGB": 33_000_000, "RGBA": 25_000_000}

# Depth, thumbnails and whatever else lies beside a picture is not looked at.
pi_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)


def is_film(head: bytes) -> bool:
    """Whether a file that begins so holds pictures that play."""
    return head[BRAND] in PLAYS


def most_pixels(mode: str) -> int:
    """How large a picture of these colours may be."""
    return MOST_PIXELS.get(mode, min(MOST_PIXELS.values()))


def shrunk(data: bytes, whole: tuple[int, int], size: tuple[int, int], mode: str) -> Image.Image:
    """The picture in a file, `size` instead of `whole` pixels large; the main one where there are several.

    Raises ValueError for a damaged file.
    """
    try:
        file = pi_heif.open_heif(data, convert_hdr_to_8bit=True)
        picture = file[file.primary_index]
        # Decoded at the first look at it, and gone with it.
        pixels, stride = memoryview(picture.data), picture.stride
    except (RuntimeError, SyntaxError, EOFError, OSError) as error:
        raise ValueError("a HEIC picture cannot be decoded") from error
    if (picture.size, picture.mode) != (whole, mode):
        raise ValueError("a HEIC picture is not what it says")
    return joined(_strips(pixels, stride, whole, size, mode), whole, size)


def _strips(
    pixels: memoryview, stride: int, whole: tuple[int, int], size: tuple[int, int], mode: str
) -> Iterator[Image.Image]:
    for first, end in strips_of(whole, size):
        rows = pixels[first * stride : end * stride]
        yield Image.frombytes(mode, (whole[0], end - first), rows, "raw", mode, stride, 1)

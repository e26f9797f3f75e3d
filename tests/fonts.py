"""A real WOFF2 font, made of the one that the picture library carries; its Brotli compresses nothing."""

from __future__ import annotations

import struct
from collections.abc import Collection

from PIL import ImageFont

NEEDED = ("cmap", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "name", "OS/2", "post")
BLOCK = 1 << 16


def woff2_of(*, without: Collection[str] = (), claimed: int = 0, twice: str = "") -> bytes:
    """The font as WOFF2. `without` leaves tables out, `claimed` is a size that the first says, `twice` names one
    that is listed again: fonts that no browser draws."""
    flavour, tables = _tables_of(_library_font())
    names = [name for name in NEEDED if name in tables and name not in without] + ([twice] if twice else [])
    directory = b""
    for number, name in enumerate(names):
        # 63: the name follows. The upper bits of 3 say that outlines are as they were.
        plain = 3 if name in ("glyf", "loca") else 0
        size = claimed if claimed and number == 0 else len(tables[name])
        directory += bytes([plain << 6 | 63]) + name.encode().ljust(4) + _number(size)
    packed = _stored(b"".join(tables[name] for name in names))
    length = 48 + len(directory) + len(packed)
    padding = -length % 4
    whole = 12 + sum(16 + len(tables[name]) + -len(tables[name]) % 4 for name in names)
    header = struct.pack(
        ">4sIIHHIIHHIIIII",
        b"wOF2", flavour, length + padding, len(names), 0, whole, len(packed), 1, 0, 0, 0, 0, 0, 0,
    )  # fmt: skip
    return header + directory + packed + b"\0" * padding


def _library_font() -> bytes:
    font = ImageFont.load_default(20)
    assert isinstance(font, ImageFont.FreeTypeFont)
    return bytes(font.font_bytes)


def _tables_of(font: bytes) -> tuple[int, dict[str, bytes]]:
    flavour, count = struct.unpack_from(">IH", font)
    tables = {}
    for number in range(count):
        tag, _sum, start, size = struct.unpack_from(">4sIII", font, 12 + 16 * number)
        tables[tag.decode().rstrip()] = font[start : start + size]
    return flavour, tables


def _number(value: int) -> bytes:
    """UIntBase128: seven bits a byte, the highest first."""
    parts = [value & 0x7F]
    while value := value >> 7:
        parts.append(value & 0x7F | 0x80)
    return bytes(reversed(parts))


def _stored(data: bytes) -> bytes:
    """A Brotli stream (RFC 7932) of blocks that are not compressed, and an empty last one."""
    out = b""
    for start in range(0, len(data), BLOCK):
        block = data[start : start + BLOCK]
        bits: list[int] = [0] if start == 0 else []  # window of 16 bits
        bits += [0, 0, 0]  # not the last one; its length has four digits of four bits
        bits += [(len(block) - 1) >> place & 1 for place in range(16)]
        bits += [1]  # not compressed
        bits += [0] * (-len(bits) % 8)
        packed = [
            sum(bit << place for place, bit in enumerate(bits[at : at + 8])) for at in range(0, len(bits), 8)
        ]
        out += bytes(packed) + block
    return out + b"\x03"

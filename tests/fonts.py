"""Real WOFF2 fonts: one made of that which the picture library carries, whose Brotli compresses nothing, and one that
is drawn here, letter by letter."""

from __future__ import annotations

import struct
from collections.abc import Collection, Mapping
from io import BytesIO
from typing import Any

from fontTools.designspaceLib import AxisDescriptor
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.tables.ttProgram import Program
from fontTools.ttLib.tables.TupleVariation import TupleVariation
from PIL import ImageFont

NEEDED = ("cmap", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "name", "OS/2", "post")
BLOCK = 1 << 16


def woff2_of(
    *,
    without: Collection[str] = (),
    claimed: int = 0,
    twice: str = "",
    instead: Mapping[str, bytes] = {},
    packed: bytes = b"",
    beside: bytes = b"",
) -> bytes:
    """The font as WOFF2. `without` leaves tables out, `claimed` is a size that the first says, `twice` names one
    that is listed again: fonts that no browser draws. `instead` has other tables, `packed` is a stream of something
    else, `beside` is metadata that says it unpacks to ten bytes."""
    flavour, tables = _tables_of(_library_font())
    tables |= instead
    names = [name for name in NEEDED if name in tables and name not in without] + ([twice] if twice else [])
    names += [name for name in instead if name not in names]
    directory = b""
    for number, name in enumerate(names):
        # 63: the name follows. The upper bits of 3 say that outlines are as they were.
        plain = 3 if name in ("glyf", "loca") else 0
        size = claimed if claimed and number == 0 else len(tables[name])
        directory += bytes([plain << 6 | 63]) + name.encode().ljust(4) + _number(size)
    packed = packed or _stored(b"".join(tables[name] for name in names))
    length = 48 + len(directory) + len(packed)
    padding = -length % 4
    told = (length + padding, len(beside), 10) if beside else (0, 0, 0)
    whole = 12 + sum(16 + len(tables[name]) + -len(tables[name]) % 4 for name in names)
    header = struct.pack(
        ">4sIIHHIIHHIIIII",
        b"wOF2", flavour, length + padding + len(beside), len(names), 0, whole, len(packed), 1, 0, *told, 0, 0,
    )  # fmt: skip
    return header + directory + packed + b"\0" * padding + beside


def drawn_font(
    letters: str, *, features: str = "", axis: bool = False, hints: bool = False, rights: int = 0
) -> bytes:
    """A font of these letters, each a box of another height, as WOFF2. `features` are those of OpenType, whose glyphs
    are called `g0041`; `axis` makes it variable in weight, `hints` gives it instructions, `rights` is OS/2.fsType."""
    names = {ord(letter): f"g{ord(letter):04X}" for letter in letters}
    order = [".notdef", "fi", *names.values()]
    builder = FontBuilder(1000)
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap(names)
    builder.setupGlyf({name: _box(300 + 3 * number) for number, name in enumerate(order)})
    builder.setupHorizontalMetrics(dict.fromkeys(order, (600, 50)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable(
        {"familyName": "Drawn", "styleName": "Regular", "licenseDescription": "Free to cut."}
    )
    builder.setupOS2(fsType=rights)
    builder.setupPost()
    if axis:
        _vary(builder, order)
    if features:
        builder.addOpenTypeFeatures(features)
    if hints:
        _instruct(builder.font)
    builder.font.flavor = "woff2"
    out = BytesIO()
    builder.font.save(out)
    return out.getvalue()


def opened(font: bytes) -> TTFont:
    return TTFont(BytesIO(font))


def _box(height: int) -> Any:
    pen = TTGlyphPen(None)
    pen.moveTo((50, 0))
    for corner in ((50, height), (500, height), (500, 0)):
        pen.lineTo(corner)
    pen.closePath()
    return pen.glyph()


def _vary(builder: FontBuilder, order: list[str]) -> None:
    axis = AxisDescriptor(tag="wght", name="Weight", minimum=100, default=400, maximum=900)
    builder.setupFvar([axis], [])
    # Four corners, and the four points that measure a glyph.
    wider = [(0, 0), (0, 0), (90, 0), (90, 0), (0, 0), (90, 0), (0, 0), (0, 0)]
    builder.setupGvar({name: [TupleVariation({"wght": (0, 1, 1)}, wider)] for name in order})


def _instruct(font: TTFont) -> None:
    for table in ("fpgm", "prep"):
        font[table] = newTable(table)
        font[table].program = Program()
        font[table].program.fromAssembly(["PUSHB[ ]", "1", "POP[ ]"] * 200)


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

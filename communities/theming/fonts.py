"""Fonts of a brand's own: what makes a file a WOFF2 font, and what the stylesheet says of it.

The header of a WOFF2 file and its list of tables must agree with each other, with the size of the file, and with what
a font needs; this is looked at first, and costs nothing. `cutting.py` unpacks the tables. What browsers find beyond
that they do not draw, and the fonts of the device stand in.
"""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.exceptions import DomainError
from communities.sizes import KILOBYTE, MEGABYTE, size_in_words

# A face of the letters of European languages weighs 15 to 60 kB; every visitor waits for it.
MOST_BYTES = 300 * KILOBYTE
# What may be sent: with the letters of all languages, before they are cut.
MOST_SENT = 2 * MEGABYTE
# What the tables may weigh once a browser has unpacked them.
MOST_UNPACKED = 8 * 1024 * 1024
MOST_TABLES = 64
FOLDER = "public/fonts"
# Paths as storing makes them; they stand in a stylesheet.
_OURS = re.compile(r"public/fonts(?:/[A-Za-z0-9_-]+)+\.woff2")
_COVERS = re.compile(r"U\+[0-9A-F]{1,6}(?:-[0-9A-F]{1,6})?(?:,U\+[0-9A-F]{1,6}(?:-[0-9A-F]{1,6})?)*")

# What stands in: fonts of one width each, whichever of them a device has.
_SANS = ("Arial", "Helvetica", "Liberation Sans", "Arimo")
_SERIF = ("Times New Roman", "Liberation Serif", "Tinos")
_HEADER = struct.Struct(">4sIIHHIIHHIIIII")
_NEEDED = frozenset({"cmap", "head", "hhea", "hmtx", "maxp"})
_OUTLINES = (frozenset({"glyf", "loca"}), frozenset({"CFF "}), frozenset({"CFF2"}))
_FLAVOURS = (b"\x00\x01\x00\x00", b"OTTO", b"true")
# The table names that WOFF2 writes as a number, in its order (W3C, WOFF File Format 2.0, 4.1).
_KNOWN = (
    "cmap head hhea hmtx maxp name OS/2 post cvt_ fpgm glyf loca prep CFF_ VORG EBDT EBLC gasp hdmx kern LTSH PCLT "
    "VDMX vhea vmtx BASE GDEF GPOS GSUB EBSC JSTF MATH CBDT CBLC COLR CPAL SVG_ sbix acnt avar bdat bloc bsln cvar "
    "fdsc feat fmtx fvar gvar hsty just lcar mort morx opbd prop trak Zapf Silf Glat Gloc Feat Sill"
).replace("_", " ")
_KNOWN_TAGS = tuple(_KNOWN[at : at + 4] for at in range(0, len(_KNOWN), 5))


class FontRefused(DomainError):
    """A file that is no WOFF2 font, or a heavy one; the sentence says what it is and what to do."""

    message = gettext_lazy("This file is not a WOFF2 font. Choose another one.")


@dataclass(frozen=True)
class OwnFont:
    """A font as kept: its path in the storage, the name it is shown by, and how it compares with its stand-in.

    `stretch` is how wide the stand-in must be drawn, `rise` and `fall` how high and low its lines reach, all in percent
    and measured by the browser that uploaded it; 0 where nothing was measured. `sent` is the weight in bytes of the
    file that was uploaded, and `whole` its path where `path` is one of fewer letters, which `covers` names; `left` says
    why a font has all its letters: a reason of `cutting.Cut`, or `asked`.
    """

    path: str
    name: str
    serif: bool = False
    weight: int = 600
    stretch: float = 0
    rise: float = 0
    fall: float = 0
    sent: int = 0
    whole: str = ""
    covers: str = ""
    left: str = ""

    @property
    def family(self) -> str:
        """What the stylesheet calls it: made of its path, since pages may show several brands."""
        return f"Brand {hashlib.sha256(self.path.encode()).hexdigest()[:6]}"

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def check_woff2(data: bytes) -> None:
    """Raises FontRefused with a sentence for what is no WOFF2 font of a sensible size."""
    if len(data) > MOST_SENT:
        raise FontRefused(
            _("This font weighs %(size)s; the limit is %(limit)s. Choose one of fewer letters or weights.")
            % {"size": size_in_words(len(data)), "limit": size_in_words(MOST_SENT)}
        )
    if data[:4] != b"wOF2":
        raise FontRefused(_what_it_is(data))
    try:
        _check_tables(data)
    except (struct.error, IndexError) as error:
        raise FontRefused(damaged()) from error


def check_weight(size: int) -> None:
    """Raises FontRefused for a font, of `size` bytes as visitors get it, that they would wait for too long."""
    if size > MOST_BYTES:
        raise FontRefused(
            _(
                "Visitors would wait for %(size)s of this font; the limit is %(limit)s. Keep only the letters needed."
            )
            % {"size": size_in_words(size), "limit": size_in_words(MOST_BYTES)}
        )


def read_font(stored: object) -> OwnFont | None:
    """A font from `Community.theme`; None for what is damaged or leads anywhere else than to our fonts."""
    if not isinstance(stored, Mapping) or not is_own_path(stored.get("path")):
        return None
    return OwnFont(
        path=str(stored["path"]),
        name=str(stored.get("name", ""))[:80],
        serif=bool(stored.get("serif")),
        weight=round(_between(stored.get("weight"), 100, 900, 600)),
        stretch=_between(stored.get("stretch"), 50, 200, 0),
        rise=_between(stored.get("rise"), 40, 250, 0),
        fall=_between(stored.get("fall"), 0, 120, 0),
        sent=round(_between(stored.get("sent"), 0, MOST_SENT, 0)),
        whole=str(stored["whole"]) if is_own_path(stored.get("whole")) else "",
        covers=_covers(stored.get("covers")),
        left=str(stored.get("left", ""))[:20],
    )


def is_own_path(path: object) -> bool:
    return isinstance(path, str) and _OURS.fullmatch(path) is not None


def font_css(font: OwnFont, address: str) -> str:
    """The rules of a font and of its stand-in, which takes the same room, so that nothing moves when the font comes."""
    covers = f"  unicode-range: {font.covers};\n" if font.covers else ""
    rules = (
        f'@font-face {{\n  font-family: "{font.family}";\n  src: url("{address}") format("woff2");\n'
        f"  font-weight: 100 900;\n  font-display: swap;\n{covers}}}\n"
    )
    if not font.stretch:
        return rules
    sources = ", ".join(f'local("{name}")' for name in (_SERIF if font.serif else _SANS))
    shape = f"  size-adjust: {font.stretch:g}%;\n"
    if font.rise:
        shape += f"  ascent-override: {font.rise:g}%;\n  descent-override: {font.fall:g}%;\n  line-gap-override: 0%;\n"
    return f'{rules}@font-face {{\n  font-family: "{font.family} stand-in";\n  src: {sources};\n{shape}}}\n'


def _what_it_is(data: bytes) -> str:
    for start, words in (
        (b"PK\x03\x04", _("This file is a ZIP archive. Unpack it and choose the WOFF2 inside.")),
        (b"wOFF", _("This font is WOFF, the older format. Choose the file that ends in .woff2.")),
        (b"\x00\x01\x00\x00", _("This font is TTF. Convert it to WOFF2, which weighs half as much.")),
        (b"OTTO", _("This font is OTF. Convert it to WOFF2, which weighs half as much.")),
    ):
        if data.startswith(start):
            return words
    return _("This file is not a WOFF2 font. Choose another one.")


def damaged() -> str:
    """What is said of a font that is not what it says."""
    return _("This font is damaged: its header does not match its content. Save it again and retry.")


def _check_tables(data: bytes) -> None:
    head = _HEADER.unpack_from(data)
    (_sign, flavour, length, count, reserved, _sfnt, packed, *_version) = head
    if flavour.to_bytes(4, "big") == b"ttcf":
        raise FontRefused(_("This file contains several fonts. Choose a file with one."))
    if flavour.to_bytes(4, "big") not in _FLAVOURS or reserved or length != len(data):
        raise FontRefused(damaged())
    if not 0 < count <= MOST_TABLES:
        raise FontRefused(damaged())
    tags, unpacked, at = _read_directory(data, count)
    if at + packed > length or not packed:
        raise FontRefused(damaged())
    if unpacked > MOST_UNPACKED:
        raise FontRefused(
            _("Unpacked, this font would weigh %(size)s. Choose another one.")
            % {"size": size_in_words(unpacked)}
        )
    if not tags >= _NEEDED or not any(outlines <= tags for outlines in _OUTLINES):
        raise FontRefused(
            _("This font lacks tables without which no browser can draw it. Choose another one.")
        )


def _read_directory(data: bytes, count: int) -> tuple[set[str], int, int]:
    """The tables' names, their weight when unpacked, and where the list ends."""
    tags: set[str] = set()
    unpacked, at = 0, _HEADER.size
    for _number in range(count):
        flags = data[at]
        at += 1
        if flags & 63 == 63:
            tag, at = data[at : at + 4].decode("ascii", "replace"), at + 4
        else:
            tag = _KNOWN_TAGS[flags & 63]
        size, at = _read_number(data, at)
        unpacked += size
        is_plain = flags >> 6 == (3 if tag in ("glyf", "loca") else 0)
        if not is_plain:
            _transformed, at = _read_number(data, at)
        if tag in tags:
            raise FontRefused(damaged())
        tags.add(tag)
    return tags, unpacked, at


def _read_number(data: bytes, at: int) -> tuple[int, int]:
    """A number as WOFF2 writes it (UIntBase128): seven bits a byte, five bytes at most, no zeros before it."""
    value = 0
    for number in range(5):
        part = data[at + number]
        if number == 0 and part == 0x80:
            break
        value = value << 7 | part & 0x7F
        if part < 0x80:
            return value, at + number + 1
    raise FontRefused(damaged())


def _covers(said: object) -> str:
    """It stands in a stylesheet: letters and ranges of them, and nothing else."""
    return said if isinstance(said, str) and len(said) < 4_000 and _COVERS.fullmatch(said) else ""


def _between(value: object, low: float, high: float, default: float) -> float:
    try:
        number = float(str(value))
    except ValueError:
        return default
    return round(number, 2) if low <= number <= high else default

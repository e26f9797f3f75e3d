"""A program of its own: cuts a WOFF2 font down to the letters it is told, within bounds of time and memory.

What comes from strangers is unpacked here and not in the server, and without its environment: a file made to take a
minute or a gigabyte ends this process and nothing else. Standard input is a line of JSON (`letters` as pairs of first
and last, `most` bytes when unpacked, `seconds`, `memory` in bytes) and then the font; standard output a line of JSON
(`result`, `covered` as code points) and then the font, where it was cut. `cutting.py` runs it.
"""

from __future__ import annotations

import json
import logging
import resource
import sys
from io import BytesIO
from typing import Any

import brotli
from fontTools import subset
from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.tables.ttProgram import Program
from fontTools.ttLib.woff2 import WOFF2DirectoryEntry, woff2DirectorySize

# No subsetting: OS/2.fsType says that its maker allows the whole font only.
NO_SUBSETTING = 0x0100
# What browsers cannot do without; of the layout, they drop a table that they cannot read, and draw the font.
NEEDED = ("head", "hhea", "maxp", "cmap", "hmtx")
# Kerning, ligatures, marks and the forms of a language come by themselves; our stylesheets ask for these figures.
FEATURES = ("tnum", "lnum")
# The names, the copyright and the licence stay in the font.
NAMES = (0, 1, 2, 4, 6, 7, 13, 14, 16, 17)
# Without instructions every size is smoothed in both directions, and thin strokes do not drop out.
SMOOTH = {0xFFFF: 0x000F}
NO_DROPOUT = b"\xb8\x01\xff\x85\xb0\x04\x8d"
# Where the header of WOFF2 tells of metadata and private data, which no browser reads.
BESIDE = slice(28, 48)


class Broken(Exception):
    """No browser draws it: it unpacks to something else than it says, or what it needs cannot be read."""


def cut(data: bytes, letters: set[int], most: int) -> tuple[str, list[int], bytes]:
    """What became of it, the letters in it, the font. Raises Broken."""
    data = data[: BESIDE.start] + bytes(20) + data[BESIDE.stop :]
    _check_unpacked(data, most)
    font = _opened(data)
    covered = set(font.getBestCmap() or ())
    if "OS/2" in font and _forbids(font):
        return "forbidden", [], b""
    kept = covered & letters
    if not any(chr(one).isascii() and chr(one).isalpha() for one in kept):
        return "other_letters", [], b""
    try:
        return "cut", sorted(kept), _subset(font, kept)
    except Exception:  # noqa: BLE001  a font of a stranger fails in any way
        _check_outlines(data)
        return "unread", [], b""


def _check_unpacked(data: bytes, most: int) -> None:
    """The tables unpack to just as much as their list says: of a bomb, only so much is unpacked."""
    stream = BytesIO(data)
    header = stream.read(woff2DirectorySize)
    said = 0
    try:
        for _number in range(int.from_bytes(header[12:14], "big")):
            entry = WOFF2DirectoryEntry()
            entry.fromFile(stream)
            said += entry.length
        packed = stream.read(int.from_bytes(header[20:24], "big"))
        found = 0
        if said <= most:
            unpacker = brotli.Decompressor()
            found = len(unpacker.process(packed, output_buffer_limit=said + 1))
            while found <= said and not unpacker.is_finished():
                more = unpacker.process(b"", output_buffer_limit=said + 1)
                if not more:
                    raise Broken
                found += len(more)
    except Exception as error:
        raise Broken from error
    if not 0 < found == said:
        raise Broken


def _opened(data: bytes) -> TTFont:
    """Raises Broken where a table that is needed cannot be read."""
    try:
        font = TTFont(BytesIO(data), lazy=True, recalcTimestamp=False)
        for table in NEEDED:
            font[table]
    except Exception as error:
        raise Broken from error
    return font


def _check_outlines(data: bytes) -> None:
    """Raises Broken where an outline cannot be read. A font without outlines it knows is left to browsers."""
    font = _opened(data)
    try:
        if "glyf" in font:
            for name in font.getGlyphOrder():
                font["glyf"][name].expand(font["glyf"])
        elif "CFF " in font:
            for drawn in font["CFF "].cff[0].CharStrings.values():
                drawn.decompile()
    except Exception as error:
        raise Broken from error


def _forbids(font: TTFont) -> bool:
    try:
        return bool(font["OS/2"].fsType & NO_SUBSETTING)
    except Exception:  # noqa: BLE001  browsers do not need this table
        return False


def _subset(font: TTFont, kept: set[int]) -> bytes:
    options = subset.Options(hinting=False, name_IDs=list(NAMES), flavor="woff2", notdef_outline=True)
    options.layout_features = [*options.layout_features, *FEATURES]
    had_program = any(table in font for table in ("fpgm", "prep", "cvt "))
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=kept)
    subsetter.subset(font)
    if had_program and "glyf" in font:
        _smooth(font)
    font.flavor = "woff2"
    out = BytesIO()
    font.save(out)
    return out.getvalue()


def _smooth(font: TTFont) -> None:
    font["gasp"] = newTable("gasp")
    font["gasp"].gaspRange = SMOOTH
    font["prep"] = newTable("prep")
    font["prep"].program = Program()
    font["prep"].program.fromBytecode(NO_DROPOUT)


def _bound(wanted: dict[str, Any]) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (wanted["seconds"], wanted["seconds"] + 1))
    resource.setrlimit(resource.RLIMIT_AS, (wanted["memory"], wanted["memory"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    logging.disable(logging.CRITICAL)
    wanted = json.loads(sys.stdin.buffer.readline())
    _bound(wanted)
    letters = {one for first, last in wanted["letters"] for one in range(first, last + 1)}
    try:
        result, covered, font = cut(sys.stdin.buffer.read(), letters, wanted["most"])
    except Broken:
        result, covered, font = "broken", [], b""
    sys.stdout.buffer.write(json.dumps({"result": result, "covered": covered}).encode() + b"\n" + font)


if __name__ == "__main__":
    main()

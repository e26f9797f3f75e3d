"""Cutting a brand's own font down to the letters that pages need: every visitor waits for each of the others.

Kept are the letters of the languages that Parvis speaks, of every other language of Latin letters, and those in the
name and the tagline of the community; with them the kerning, the ligatures, the figures of one width and the axes of
a variable font. Instructions for screens of former times (hinting) go. Letters that are cut stand in the fonts of the
device, as they do where a font never had them.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from communities.theming.fonts import MOST_UNPACKED, FontRefused, damaged

logger = logging.getLogger(__name__)

PROGRAM = Path(__file__).with_name("font_cutter.py")
# A font of 6,000 signs and 260 kB takes two seconds and 60 MB.
SECONDS, WAIT = 10, 20
MEMORY = 768 * 1024 * 1024

Pair = tuple[int, int]
# Blocks of Unicode, whole, so that a name from Hanoi or Vilnius stands in one font. A language of other letters that
# the interface learns brings its blocks here; a test holds them against all translations.
LETTERS: tuple[Pair, ...] = (
    (0x0020, 0x007E),  # Basic Latin
    (0x00A0, 0x024F),  # Latin-1, Latin Extended-A and -B
    (0x02B0, 0x036F),  # letters that modify, accents that combine
    *(
        (sign, sign) for sign in (0x0394, 0x03A3, 0x03A9, 0x03BC, 0x03C0)
    ),  # Greek letters that are signs: Δ Σ Ω μ π
    (0x1E00, 0x1EFF),  # Latin Extended Additional
    (0x2000, 0x206F),  # punctuation
    (0x2070, 0x20CF),  # superscripts, subscripts, currencies
    (0x2100, 0x21FF),  # letterlike signs, fractions, arrows
    (0x2200, 0x22FF),  # mathematical signs
    (0x25A0, 0x25FF),  # geometric shapes
    (0x2713, 0x2717),  # ticks and crosses
    (0xFB00, 0xFB06),  # ligatures of f and s
    (0xFFFD, 0xFFFD),
)
CUT = "cut"
# Why a font is left as it is.
UNREAD, LIGHT = "unread", "light"


@dataclass(frozen=True)
class Cut:
    """What became of a font: the file, the letters in it as a stylesheet writes them, or why it is left whole.

    `left` is empty for one that was cut, else `forbidden` (its maker allows no cutting), `other_letters` (it has none
    of ours), `unread` (browsers may read it, we could not) or `light` (cutting makes it no lighter).
    """

    data: bytes
    covers: str = ""
    left: str = ""


def cut_font(data: bytes, *, words: str = "") -> Cut:
    """A font that `check_woff2` has let pass, with the letters of pages and of `words`.

    It takes two seconds of another process at most times, twenty at most. Raises FontRefused for one that unpacks to
    something else than it says, or whose outlines nobody can read.
    """
    pairs = [*LETTERS, *((ord(one), ord(one)) for one in set(words))]
    result, covered, font = _run(data, pairs)
    if result == "broken":
        raise FontRefused(damaged())
    if result != CUT:
        return Cut(data, left=result)
    if len(font) >= len(data):
        return Cut(data, left=LIGHT)
    return Cut(font, covers=unicode_range(covered))


def unicode_range(covered: Iterable[int]) -> str:
    """The blocks that a font has letters of, and single letters beside them, as `@font-face` writes them."""
    covered = set(covered)
    blocks = [(first, last) for first, last in LETTERS if any(first <= one <= last for one in covered)]
    single = sorted(one for one in covered if not any(first <= one <= last for first, last in LETTERS))
    return ",".join(
        f"U+{first:X}" if first == last else f"U+{first:X}-{last:X}"
        for first, last in [*blocks, *((one, one) for one in single)]
    )


def _run(data: bytes, letters: Sequence[Pair]) -> tuple[str, list[int], bytes]:
    wanted = {"letters": letters, "most": MOST_UNPACKED, "seconds": SECONDS, "memory": MEMORY}
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(PROGRAM)],
            input=json.dumps(wanted).encode() + b"\n" + data,
            capture_output=True,
            env={},
            timeout=WAIT,
            check=True,
        )
        line, _end, font = done.stdout.partition(b"\n")
        told = json.loads(line)
        return told["result"], told["covered"], font
    except (subprocess.SubprocessError, OSError, ValueError):
        # Too long, too much memory, or a way to fail that nobody thought of: a browser may well draw it.
        logger.warning("A font could not be cut.", exc_info=True)
        return UNREAD, [], b""

"""Lines of text with the font that Pillow carries: its bare letters, and the marks above and below them.

The bundled font knows no accents, and no other font may be assumed on a server; the accents of European
languages are few, so they are drawn over the letters.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from PIL import ImageDraw, ImageFont

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

_SPELLED = str.maketrans(
    {
        "œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L",
        "–": "-", "—": "-", "−": "-", "«": "“", "»": "”", "€": "EUR", "×": "x",
        "\u00a0": " ", "\u202f": " ", "\u2011": "-",
    }
)  # fmt: skip
# mark: strokes as (x, y) in sixteenths of the font's size, around the middle of the letter and its top.
_ABOVE: dict[str, list[list[tuple[float, float]]]] = {
    "\u0301": [[(-1, -0.6), (1, -2.2)]],
    "\u0300": [[(-1, -2.2), (1, -0.6)]],
    "\u0302": [[(-1.5, -0.6), (0, -2.2), (1.5, -0.6)]],
    "\u030c": [[(-1.5, -2.2), (0, -0.6), (1.5, -2.2)]],
    "\u0303": [[(-1.7, -0.8), (-0.6, -1.8), (0.6, -1), (1.7, -2)]],
    "\u0304": [[(-1.4, -1.4), (1.4, -1.4)]],
    "\u0308": [[(-1.5, -1.4), (-1.3, -1.4)], [(1.3, -1.4), (1.5, -1.4)]],
    "\u030a": [[(-0.7, -1.4), (0, -2.1), (0.7, -1.4), (0, -0.7), (-0.7, -1.4)]],
}
_BELOW: dict[str, list[list[tuple[float, float]]]] = {
    "\u0327": [[(0.2, 0), (0.2, 0.9), (1, 1.4), (0.4, 2.2), (-0.7, 2.2)]]
}


@lru_cache(maxsize=16)
def font(size: int) -> Font:
    return ImageFont.load_default(size)


def wrap(text: str, used: Font, width: float) -> list[str]:
    """The text in lines no wider than `width` pixels; a word that is too long stands alone."""
    lines: list[str] = []
    for word in _spell(text).split():
        if lines and _length(f"{lines[-1]} {word}", used) <= width:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    return lines


def draw_line(
    pen: ImageDraw.ImageDraw,
    at: tuple[float, float],
    text: str,
    used: Font,
    *,
    fill: str,
    bold: bool = False,
) -> None:
    """Draw one line with its top left corner at `at`; `bold` thickens the one weight there is."""
    weight = max(1, round(_size(used) / 36)) if bold else 0
    text = _spell(text)
    plain = bare(text)
    pen.text(at, plain, font=used, fill=fill, stroke_width=weight, stroke_fill=fill)
    before = ""
    for letter in unicodedata.normalize("NFD", text):
        if not unicodedata.combining(letter):
            before += letter
        elif before:
            _draw_mark(pen, at, before, letter, used, fill=fill)


def _draw_mark(
    pen: ImageDraw.ImageDraw, at: tuple[float, float], before: str, mark: str, used: Font, *, fill: str
) -> None:
    strokes = _ABOVE.get(mark) or _BELOW.get(mark)
    if not strokes:
        return
    unit = _size(used) / 16
    letter = before[-1]
    _left, top, _right, bottom = used.getbbox(letter)
    if letter == "i":
        top += unit * 2.6
    start = _length(before[:-1], used)
    middle = at[0] + start + (_length(before, used) - start) / 2
    edge = at[1] + (bottom if mark in _BELOW else top - unit * 0.5)
    for stroke in strokes:
        points = [(middle + x * unit, edge + y * unit) for x, y in stroke]
        pen.line(points, fill=fill, width=max(2, round(unit * 1.25)), joint="curve")


def _spell(text: str) -> str:
    return unicodedata.normalize("NFC", text).translate(_SPELLED)


def bare(text: str) -> str:
    """The text without its marks, as the font can write it."""
    return "".join(
        letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter)
    )


def _length(text: str, used: Font) -> float:
    return float(used.getlength(bare(text)))


def _size(used: Font) -> float:
    return float(getattr(used, "size", 10))

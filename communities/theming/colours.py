"""Colour arithmetic of the themes: OKLCH to sRGB, and the contrast of every pair of tokens that may meet.

The brand's own colour is an area wherever it stands, and is never changed. The stylesheet derives grounds, inks and
washes from its hue and chroma (static/css/tokens.css); this module repeats that derivation, so that a theme is measured
before it is saved and mails get the same colours in hex. What of the brand is text is made here (tones.py).
"""

from __future__ import annotations

import math
import re
from typing import NamedTuple

Linear = tuple[float, float, float]


class Oklch(NamedTuple):
    """A colour as lightness (0 to 1), chroma (0 to about .4) and hue (degrees)."""

    lightness: float
    chroma: float
    hue: float


class Pair(NamedTuple):
    """A colour on a ground, with the least contrast WCAG 2.2 AA asks for."""

    front: str
    back: str
    floor: float


class Figure(NamedTuple):
    """A measured pair."""

    pair: Pair
    ratio: float
    scheme: str

    @property
    def holds(self) -> bool:
        return self.ratio >= self.pair.floor


_HEX = re.compile(r"[0-9a-f]{6}")
# Chroma is taken away in steps that nobody sees; a screen may be left by less than a step of its eight bits.
_CHROMA_STEP = 0.002
_SLACK = 0.001

SCHEMES = ("light", "dark")
TEXT, SHAPE = 4.5, 3.0

# Every pair of tokens that a component puts together.
PAIRS = tuple(
    Pair(front, back, floor)
    for floor, pairs in (
        (
            TEXT,
            (
                "ink/paper ink/sunk ink-2/paper ink-2/sunk ink-2/tint ink-3/paper ink-3/sunk "
                "ink-3/raised ink-3/tint accent/paper accent/sunk accent/tint accent/raised "
                "on-fill/fill on-fill/fill-hover tint-ink/tint-2 ink/tint-2 good/paper "
                "good/good-tint warn/paper warn/warn-tint bad/paper bad/bad-tint ink/good-tint "
                "ink-2/good-tint ink-2/tint-2"
            ),
        ),
        (SHAPE, "edge/paper edge/raised edge/sunk focus/paper focus/sunk"),
    )
    for front, back in (pair.split("/") for pair in pairs.split())
)

# token: (lightness by day, share of the chroma by day, lightness by night, share by night), as in tokens.css.
_LADDER = {
    "paper": (0.988, 0.035, 0.182, 0.05),
    "raised": (1.0, 0.0, 0.225, 0.06),
    "sunk": (0.965, 0.06, 0.215, 0.06),
    "line": (0.905, 0.1, 0.305, 0.09),
    "edge": (0.61, 0.15, 0.56, 0.15),
    "ink": (0.235, 0.2, 0.935, 0.06),
    "ink-2": (0.415, 0.2, 0.79, 0.1),
    "ink-3": (0.52, 0.18, 0.69, 0.12),
    "tint": (0.957, 0.17, 0.265, 0.32),
    "tint-2": (0.905, 0.5, 0.325, 0.5),
    "tint-ink": (0.36, 0.8, 0.9, 0.4),
    "focus": (0.5, 1.0, 0.82, 0.8),
    "art-1": (0.9, 0.36, 0.29, 0.26),
    "art-2": (0.76, 0.85, 0.61, 0.88),
    "art-3": (0.5, 0.95, 0.74, 0.85),
    "art-4": (0.29, 0.5, 0.43, 0.6),
    "art-6": (0.975, 0.12, 0.86, 0.15),
}
# The states do not depend on the brand.
_STATES = {
    "good": (Oklch(0.46, 0.1, 152), Oklch(0.8, 0.13, 155)),
    "good-tint": (Oklch(0.955, 0.03, 152), Oklch(0.275, 0.045, 155)),
    "warn": (Oklch(0.48, 0.1, 62), Oklch(0.83, 0.12, 75)),
    "warn-tint": (Oklch(0.957, 0.04, 80), Oklch(0.285, 0.045, 70)),
    "bad": (Oklch(0.5, 0.18, 29), Oklch(0.77, 0.13, 27)),
    "bad-tint": (Oklch(0.957, 0.024, 27), Oklch(0.285, 0.06, 25)),
}


def grounds(hue: float, chroma: float, scheme: str) -> dict[str, Linear]:
    """Every token that follows from hue and chroma alone, as linear sRGB between 0 and 1."""
    night = scheme == "dark"
    colours = {
        name: oklch_to_linear(Oklch(steps[2 * night], chroma * steps[2 * night + 1], hue))
        for name, steps in _LADDER.items()
    }
    return colours | {name: oklch_to_linear(by_scheme[night]) for name, by_scheme in _STATES.items()}


def mixed(one: Oklch, other: Oklch, share: float) -> Linear:
    """The first colour with a share (0 to 1) of the other, as `color-mix(in oklab, …)` mixes them."""
    pairs = zip(_oklch_to_oklab(one), _oklch_to_oklab(other), strict=True)
    return _oklab_to_linear(*(own * (1 - share) + added * share for own, added in pairs))


def within_screen(colour: Oklch) -> Oklch:
    """The same hue and lightness with as much chroma as a screen can show."""
    while colour.chroma > 0 and not _is_shown(colour):
        colour = colour._replace(chroma=max(colour.chroma - _CHROMA_STEP, 0))
    return colour


def contrast(one: Linear, other: Linear) -> float:
    """WCAG contrast of two linear sRGB colours: 1 to 21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def to_hex(linear: Linear) -> str:
    return "#" + "".join(f"{round(_encode(part) * 255):02x}" for part in linear)


def exact_hex(text: str) -> str:
    """A colour as it was written, in the one form `#rrggbb`; `#rgb` and a missing `#` are understood.

    Raises ValueError for anything else.
    """
    digits = text.strip().removeprefix("#").lower()
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    if not _HEX.fullmatch(digits):
        raise ValueError("six hexadecimal digits are needed")
    return f"#{digits}"


def hex_to_linear(text: str) -> Linear:
    """Linear sRGB of a colour in hexadecimal digits. Raises ValueError."""
    red, green, blue = (_decode(part / 255) for part in bytes.fromhex(exact_hex(text)[1:]))
    return red, green, blue


def from_hex(text: str) -> Oklch:
    """The OKLCH values of `#rgb` or `#rrggbb`.

    Raises ValueError for anything else.
    """
    red, green, blue = hex_to_linear(text)
    long, middle, short = (
        math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue),
        math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue),
        math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue),
    )
    lightness = 0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
    return Oklch(lightness, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360)


def oklch_to_linear(colour: Oklch) -> Linear:
    """Linear sRGB; what a screen cannot show is cut per channel, as browsers do."""
    return _oklab_to_linear(*_oklch_to_oklab(colour))


def _oklch_to_oklab(colour: Oklch) -> tuple[float, float, float]:
    angle = math.radians(colour.hue)
    return colour.lightness, colour.chroma * math.cos(angle), colour.chroma * math.sin(angle)


def _oklab_to_linear(lightness: float, a: float, b: float) -> Linear:
    red, green, blue = _unclipped(lightness, a, b)
    return _clip(red), _clip(green), _clip(blue)


def _unclipped(lightness: float, a: float, b: float) -> Linear:
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )


def _is_shown(colour: Oklch) -> bool:
    return all(-_SLACK <= part <= 1 + _SLACK for part in _unclipped(*_oklch_to_oklab(colour)))


def _clip(part: float) -> float:
    return min(max(part, 0.0), 1.0)


def _luminance(linear: Linear) -> float:
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _encode(part: float) -> float:
    return 12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055


def _decode(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

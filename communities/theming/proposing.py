"""Brand colours proposed from a logo: the colours that it really has, not an average of them."""

from __future__ import annotations

from collections import Counter
from math import cos, hypot, radians, sin
from typing import NamedTuple

from PIL import Image

from communities.theming.colours import Oklch, from_hex

PROPOSED = 5
# Enough of a logo to find every colour of it; nearest neighbours, so that no mixture is made on the way.
SIDE = 240
# Colours nearer to each other than this, in OKLab, are one: edges and compression leave hundreds.
NEAR = 0.07
# Less of a picture than this is an edge or a speck.
LEAST = 0.004
_MOST_COLOURS = 4000
_OPAQUE = 200
_GREY = 0.03
_PAPER = 0.95
_INK = 0.22


class _Group(NamedTuple):
    colour: str
    lch: Oklch
    pixels: int


def colours_of(image: Image.Image) -> list[str]:
    """The colours of a picture that could be its brand's, most telling first; white and black only without others."""
    small = image.convert("RGBA")
    if max(small.size) > SIDE:
        small.thumbnail((SIDE, SIDE), Image.Resampling.NEAREST)
    counted: Counter[tuple[int, ...]] = Counter()
    for count, colour in small.getcolors(maxcolors=small.width * small.height) or []:
        assert isinstance(colour, tuple)
        if colour[3] >= _OPAQUE:
            counted[colour[:3]] += count
    groups = _grouped(counted)
    whole = sum(group.pixels for group in groups)
    telling = [group for group in groups if group.pixels >= whole * LEAST]
    vivid = [group for group in telling if not _is_neutral(group.lch)]
    ranked = sorted(vivid or telling, key=_weight, reverse=True)
    return [group.colour for group in ranked[:PROPOSED]]


def _grouped(counted: Counter[tuple[int, ...]]) -> list[_Group]:
    """Near colours together, each group under its most frequent colour, exactly."""
    groups: list[_Group] = []
    for (red, green, blue), count in counted.most_common(_MOST_COLOURS):
        colour = f"#{red:02x}{green:02x}{blue:02x}"
        lch = from_hex(colour)
        near = next((at for at, group in enumerate(groups) if _apart(group.lch, lch) < NEAR), None)
        if near is None:
            groups.append(_Group(colour, lch, count))
        else:
            groups[near] = groups[near]._replace(pixels=groups[near].pixels + count)
    return groups


def _apart(one: Oklch, other: Oklch) -> float:
    a = one.chroma * cos(radians(one.hue)) - other.chroma * cos(radians(other.hue))
    b = one.chroma * sin(radians(one.hue)) - other.chroma * sin(radians(other.hue))
    return hypot(one.lightness - other.lightness, a, b)


def _is_neutral(colour: Oklch) -> bool:
    return colour.chroma < _GREY or (colour.chroma < 2 * _GREY and not _INK < colour.lightness < _PAPER)


def _weight(group: _Group) -> float:
    """A strong colour on a small area says more of a brand than a pale one on a large."""
    weight: float = group.pixels * (0.1 + group.lch.chroma)
    return weight

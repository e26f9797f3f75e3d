"""Colours as brand books write them: hexadecimal, RGB, HSL, OKLCH."""

from __future__ import annotations

import colorsys
import re

from communities.theming.colours import Oklch, exact_hex, oklch_to_linear, to_hex, within_screen

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?%?")
LONGEST = 40


def read_colour(text: str) -> str:
    """A colour in the form `#rrggbb`, from “#00a3a1”, “rgb(0, 163, 161)”, “0 163 161”, “hsl(179 100% 32%)” or
    “oklch(0.65 0.11 193)”.

    Raises ValueError for anything else, and for parts out of bounds.
    """
    text = text.strip().lower()
    name, _bracket, rest = text.partition("(")
    parts = _NUMBER.findall(rest or text)
    if not _bracket:
        return _from_rgb(parts) if len(parts) == 3 and re.search(r"[\s,;]", text) else exact_hex(text)
    if len(parts) < 3:
        raise ValueError("three parts are needed")
    readers = {"rgb": _from_rgb, "rgba": _from_rgb, "hsl": _from_hsl, "hsla": _from_hsl, "oklch": _from_oklch}
    if name.strip() not in readers:
        raise ValueError("an unknown way to write a colour")
    return readers[name.strip()](parts[:3])


def _from_rgb(parts: list[str]) -> str:
    return "#" + "".join(f"{round(_part(part, 255) * 255):02x}" for part in parts)


def _from_hsl(parts: list[str]) -> str:
    hue, saturation, lightness = _value(parts[0]) % 360, _part(parts[1], 100), _part(parts[2], 100)
    return "#" + "".join(
        f"{round(part * 255):02x}" for part in colorsys.hls_to_rgb(hue / 360, lightness, saturation)
    )


def _from_oklch(parts: list[str]) -> str:
    chroma = _value(parts[1]) * (0.4 / 100 if parts[1].endswith("%") else 1)
    if not 0 <= chroma <= 0.5:
        raise ValueError("chroma out of bounds")
    colour = Oklch(_part(parts[0], 1), chroma, _value(parts[2]) % 360)
    return to_hex(oklch_to_linear(within_screen(colour)))


def _part(text: str, whole: float) -> float:
    """A part as a share of its whole. Raises ValueError outside 0 to 1."""
    share = _value(text) / (100 if text.endswith("%") else whole)
    if not 0 <= share <= 1:
        raise ValueError("a part out of bounds")
    return share


def _value(text: str) -> float:
    return float(text.rstrip("%"))

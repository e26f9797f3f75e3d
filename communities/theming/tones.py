"""What is made of a brand's colour: itself wherever it is an area, moved only where it is text.

The law: mark, bars, large areas, charts and buttons keep the colour exactly. The words on it are white where white can
be read, else dark. As the colour of words (links, marked things) it is the brand's own where that can be read on every
ground it meets; else its lightness moves, as far as needed, and its chroma only as far as a screen can follow.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from communities.theming.colours import (
    PAIRS,
    SCHEMES,
    TEXT,
    Figure,
    Linear,
    Oklch,
    contrast,
    exact_hex,
    from_hex,
    grounds,
    hex_to_linear,
    mixed,
    oklch_to_linear,
    to_hex,
    within_screen,
)

# Washes, grounds and inks are told of the brand by at most this chroma; more would leave the screen.
MOST_CHROMA = 0.16
# A moved colour is moved a little further than the law asks, against rounding on the way to the screen.
MOVED_TO = 4.6
STEP = 0.005
WHITE = "#ffffff"
_INK_LIGHTNESS = 0.235
_HOVER_SHARE = 0.14
# Under this lightness, darker still would show no difference.
_TOO_DARK = 0.25
# The grounds on which the brand's colour stands as text.
GROUNDS_OF_TEXT = ("paper", "raised", "sunk", "tint")


@dataclass(frozen=True)
class Tones:
    """A brand's colour and what is made of it; colours in hexadecimal, hue in degrees."""

    colour: str
    ink: str
    hover: str
    day: str
    night: str
    hue: float
    chroma: float

    @property
    def is_moved_by_day(self) -> bool:
        return self.day != self.colour

    @property
    def is_moved_by_night(self) -> bool:
        return self.night != self.colour


@lru_cache(maxsize=512)
def tones_of(colour: str, wash: int = 100) -> Tones:
    """The tones of a colour in hexadecimal; `wash` is how much of it grounds and inks take, in percent.

    Raises ValueError when the text is no colour.
    """
    exact = exact_hex(colour)
    own = from_hex(exact)
    chroma = round(min(own.chroma, MOST_CHROMA) * wash / 100, 4)
    hue = round(own.hue, 1) % 360 if chroma else 0.0
    ink = _ink_on(exact, hue, chroma)
    return Tones(
        colour=exact,
        ink=ink,
        hover=_hovered(own, ink),
        day=_as_text(exact, grounds(hue, chroma, "light"), -STEP),
        night=_as_text(exact, grounds(hue, chroma, "dark"), STEP),
        hue=hue,
        chroma=chroma,
    )


def palette(tones: Tones, scheme: str) -> dict[str, Linear]:
    """Every token of a brand in one scheme, as linear sRGB between 0 and 1."""
    return grounds(tones.hue, tones.chroma, scheme) | {
        "accent": hex_to_linear(tones.night if scheme == "dark" else tones.day),
        "fill": hex_to_linear(tones.colour),
        "fill-hover": hex_to_linear(tones.hover),
        "on-fill": hex_to_linear(tones.ink),
    }


def measure(tones: Tones) -> list[Figure]:
    """The contrast of every pair, by day and by night."""
    figures = []
    for scheme in SCHEMES:
        colours = palette(tones, scheme)
        figures += [Figure(pair, contrast(colours[pair.front], colours[pair.back]), scheme) for pair in PAIRS]
    return figures


def worst_as_text(colour: str, tones: Tones, scheme: str) -> float:
    """The least contrast that a colour has as text on the grounds of a brand."""
    return _worst(colour, _met(grounds(tones.hue, tones.chroma, scheme)))


def _ink_on(colour: str, hue: float, chroma: float) -> str:
    ground = hex_to_linear(colour)
    if contrast(hex_to_linear(WHITE), ground) >= TEXT:
        return WHITE
    lightness = _INK_LIGHTNESS
    while lightness > 0:
        ink = to_hex(oklch_to_linear(within_screen(Oklch(lightness, chroma * 0.2, hue))))
        if contrast(hex_to_linear(ink), ground) >= TEXT:
            return ink
        lightness -= STEP
    return "#000000"


def _hovered(own: Oklch, ink: str) -> str:
    """Darker where the words on it can still be read and the eye can still tell; else lighter."""
    darker = to_hex(mixed(own, Oklch(0, 0, 0), _HOVER_SHARE))
    if own.lightness > _TOO_DARK and contrast(hex_to_linear(ink), hex_to_linear(darker)) >= TEXT:
        return darker
    lighter = to_hex(mixed(own, Oklch(1, 0, 0), _HOVER_SHARE))
    return lighter if contrast(hex_to_linear(ink), hex_to_linear(lighter)) >= TEXT else darker


def _as_text(colour: str, tokens: dict[str, Linear], step: float) -> str:
    met = _met(tokens)
    if _worst(colour, met) >= TEXT:
        return colour
    moved, own = colour, from_hex(colour)
    lightness = own.lightness
    while _worst(moved, met) < MOVED_TO and 0 <= lightness + step <= 1:
        lightness += step
        moved = to_hex(oklch_to_linear(within_screen(own._replace(lightness=lightness))))
    return moved


def _met(tokens: dict[str, Linear]) -> list[Linear]:
    """The grounds as they are computed, and as a screen shows them in eight bits a channel."""
    exact = [tokens[name] for name in GROUNDS_OF_TEXT]
    return [*exact, *(hex_to_linear(to_hex(one)) for one in exact)]


def _worst(colour: str, met: list[Linear]) -> float:
    front = hex_to_linear(colour)
    return min(contrast(front, ground) for ground in met)

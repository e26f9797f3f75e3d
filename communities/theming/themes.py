"""A community's theme: one colour, two typefaces, a shape; everything else is derived."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from django.core.files.storage import default_storage
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from communities.theming.colours import (
    Figure,
    Oklch,
    exact_hex,
    from_hex,
    oklch_to_linear,
    to_hex,
    within_screen,
)
from communities.theming.fonts import OwnFont, font_css, read_font
from communities.theming.photos import Photo, read_photo
from communities.theming.tones import Tones, measure, palette, tones_of

# How much of the brand's colour grounds, inks and washes take, in percent.
WASHES = (0, 100)

# face: (weight of headings, tracking of headings). Each is a typeface that comes with the software (typefaces.py).
FACES = {
    "humanist": (650, "-.012em"),
    "transitional": (700, "-.016em"),
    "oldstyle": (600, "-.014em"),
    "geometric": (650, "-.012em"),
}
# What stands for the face that the brand brought itself.
OWN = "own"
# shape: radii of small, middle and large things, in rem; soft is what tokens.css has already.
SHAPES = {"sharp": (0.0625, 0.125, 0.1875), "soft": (0.25, 0.5, 0.875), "round": (0.5, 1.0, 1.5)}

# How a font stack is named in mails, where no stylesheet of ours is loaded; templates would escape quotes.
MAIL_FACES = {
    "humanist": "Seravek,Segoe UI,Open Sans,Helvetica,Arial,sans-serif",
    "transitional": "Charter,Cambria,Georgia,serif",
    "oldstyle": "Iowan Old Style,Palatino Linotype,Palatino,Georgia,serif",
    "geometric": "Avenir Next,Avenir,Montserrat,Corbel,Century Gothic,Segoe UI,sans-serif",
}
# Hues of the states: a vivid brand within this distance can be taken for one of them.
STATE_HUES = {"warn": 70, "bad": 28, "good": 152}
NEAR_STATE = 20
VIVID = 0.06


@dataclass(frozen=True)
class Theme:
    """The values a community chose; what is missing or out of bounds has the platform's value."""

    colour: str = "#1c5284"
    wash: int = 100
    face: str = "humanist"
    reading: str = "transitional"
    shape: str = "soft"
    # The brand's own fonts; a face is OWN only where its font is there.
    face_font: OwnFont | None = None
    reading_font: OwnFont | None = None
    photo: Photo | None = None

    @cached_property
    def tones(self) -> Tones:
        return tones_of(self.colour, self.wash)

    @property
    def brand(self) -> Oklch:
        return from_hex(self.colour)

    def as_json(self) -> dict[str, Any]:
        """The keys of `Community.theme`."""
        files = {"face_font": self.face_font, "reading_font": self.reading_font, "photo": self.photo}
        return {
            "colour": self.colour,
            "wash": self.wash,
            "face": self.face,
            "reading": self.reading,
            "shape": self.shape,
        } | {name: kept.as_json() for name, kept in files.items() if kept}


PLATFORM = Theme(colour="#2a394a")


def read_theme(stored: Mapping[str, Any] | None) -> Theme:
    """A theme from `Community.theme`; damaged values fall back one by one, so that a page is always shown."""
    stored = stored or {}
    default = Theme()
    face_font, reading_font = read_font(stored.get("face_font")), read_font(stored.get("reading_font"))
    return Theme(
        colour=_colour(stored) or default.colour,
        wash=round(_within(_number(stored.get("wash"), default.wash), WASHES)),
        face=_known(stored.get("face"), _faces(face_font), default.face),
        reading=_known(stored.get("reading"), _faces(reading_font), default.reading),
        shape=_known(stored.get("shape"), SHAPES, default.shape),
        face_font=face_font,
        reading_font=reading_font,
        photo=read_photo(stored.get("photo")),
    )


def theme_from_hex(text: str, **choices: str) -> Theme:
    """The theme of one brand colour, which it keeps exactly; `choices` are face, reading, shape.

    Raises ValueError when the text is no hexadecimal colour.
    """
    return read_theme({"colour": exact_hex(text), **choices})


MOST_CHROMA = 0.5


def tuned(hue: float, lightness: float, chroma: float) -> str:
    """The colour in hexadecimal that the sliders of the fine tuning say; what no screen shows is paler."""
    # No screen shows more chroma than this: a damaged number must not be walked down step by step.
    bounded = Oklch(min(max(lightness, 0.0), 1.0), min(max(chroma, 0.0), MOST_CHROMA), hue % 360)
    return to_hex(oklch_to_linear(within_screen(bounded)))


def check_theme(stored: Mapping[str, Any]) -> list[str]:
    """What keeps a theme from being saved, as sentences; an empty list means that every pair holds."""
    problems = []
    if not _colour(stored):
        problems.append(_("Write a colour as # and six digits, such as #0b4f78."))
    if not WASHES[0] <= _number(stored.get("wash"), -1) <= WASHES[1]:
        problems.append(_("The tint strength lies between 0 and 100."))
    if any(
        stored.get(part) not in _faces(read_font(stored.get(f"{part}_font"))) for part in ("face", "reading")
    ):
        problems.append(_("Choose one of the typefaces, or upload your own."))
    if stored.get("shape") not in SHAPES:
        problems.append(_("Choose one of the three shapes."))
    if problems:
        return problems
    return [
        _("{front} on {back} has a contrast of {ratio}; {floor} is needed.").format(
            front=figure.pair.front,
            back=figure.pair.back,
            ratio=number_format(figure.ratio, 2),
            floor=number_format(figure.pair.floor, 1),
        )
        for figure in measure_theme(read_theme(stored))
        if not figure.holds
    ]


def near_state(theme: Theme) -> str | None:
    """The state (warn, bad, good) that the brand's colour can be taken for: allowed, and said."""
    brand = theme.brand
    if brand.chroma < VIVID:
        return None
    apart = {state: abs((brand.hue - hue + 180) % 360 - 180) for state, hue in STATE_HUES.items()}
    nearest = min(apart, key=lambda state: apart[state])
    return nearest if apart[nearest] <= NEAR_STATE else None


def measure_theme(theme: Theme) -> list[Figure]:
    return measure(theme.tones)


def theme_css(stored: Mapping[str, Any] | None, *, selector: str = ":root") -> str:
    """The community's stylesheet, to be loaded after tokens.css. Only colours, numbers and known names get in."""
    theme = read_theme(stored)
    tones = theme.tones
    weight, tracking = _of_headings(theme)
    values = {
        "brand": tones.colour,
        "brand-ink": tones.ink,
        "brand-hover": tones.hover,
        "brand-day": tones.day,
        "brand-night": tones.night,
        "brand-hue": f"{tones.hue:g}",
        "brand-chroma": f"{tones.chroma:g}",
        "brand-face": _stack(theme.face, theme.face_font),
        "brand-reading": _stack(theme.reading, theme.reading_font),
        "brand-weight": f"{weight}",
        "brand-tracking": tracking,
    }
    if theme.shape != "soft":
        values |= {f"r-{step}": f"{radius:g}rem" for step, radius in enumerate(SHAPES[theme.shape], start=1)}
    if theme.photo:
        values |= {"photo-x": f"{theme.photo.x}%", "photo-y": f"{theme.photo.y}%"}
    lines = "".join(f"    --{name}: {value};\n" for name, value in values.items())
    return f"{_font_rules(theme)}@layer tokens {{\n  {selector} {{\n{lines}  }}\n}}\n"


def _of_headings(theme: Theme) -> tuple[int, str]:
    if theme.face == OWN and theme.face_font:
        return theme.face_font.weight, "normal"
    return FACES[theme.face]


def _stack(face: str, font: OwnFont | None) -> str:
    """The fonts of a face: the brand's own, what stands in until it is there, what the device has."""
    if face != OWN or font is None:
        return f"var(--face-{face})"
    return f'"{font.family}", "{font.family} stand-in", var(--face-{"transitional" if font.serif else "humanist"})'


def _font_rules(theme: Theme) -> str:
    chosen = ((theme.face, theme.face_font), (theme.reading, theme.reading_font))
    fonts = dict.fromkeys(font for face, font in chosen if face == OWN and font is not None)
    return "".join(font_css(font, default_storage.url(font.path)) for font in fonts)


def theme_version(stored: Mapping[str, Any] | None) -> str:
    """A short name for what the stylesheet says, for an address that may be kept for a year."""
    return hashlib.sha256(theme_css(stored).encode()).hexdigest()[:10]


def theme_for_mail(stored: Mapping[str, Any] | None) -> dict[str, str]:
    """The colours and typefaces of mails, in hex: `fill`, `on_fill`, `accent`, `dark_accent`, `face`…"""
    return dict(_mail_theme(json.dumps(stored or {}, sort_keys=True)))


@lru_cache(maxsize=512)
def _mail_theme(stored: str) -> dict[str, str]:
    """Kept: mixing the colours takes as long as writing the mail, and many are written in the same ones."""
    theme = read_theme(json.loads(stored))
    day, night = palette(theme.tones, "light"), palette(theme.tones, "dark")
    names = ("paper", "raised", "sunk", "line", "ink", "ink-2", "ink-3", "accent", "fill", "on-fill", "tint")
    colours = {name.replace("-", "_"): to_hex(day[name]) for name in names}
    colours |= {f"dark_{name.replace('-', '_')}": to_hex(night[name]) for name in names}
    # Mail programs load no fonts: the face of the device stands in for the brand's own.
    serif = theme.face_font is not None and theme.face_font.serif
    face = theme.face if theme.face != OWN else ("transitional" if serif else "humanist")
    return colours | {"face": MAIL_FACES[face], "body_face": MAIL_FACES["humanist"]}


def _faces(font: OwnFont | None) -> Mapping[str, object]:
    return FACES | {OWN: font} if font else FACES


def _colour(stored: Mapping[str, Any]) -> str:
    """The stored colour; of a theme of three numbers, as they were kept before, the colour that they made."""
    try:
        if stored.get("colour"):
            return exact_hex(str(stored["colour"]))
    except ValueError:
        return ""
    parts = [_number(stored.get(name), math.nan) for name in ("lightness", "chroma", "hue")]
    return "" if any(map(math.isnan, parts)) else tuned(parts[2], parts[0], parts[1])


def _number(value: object, default: float) -> float:
    try:
        number = float(str(value))
    except ValueError:
        return default
    return number if math.isfinite(number) else default


def _within(value: float, bounds: tuple[float, float]) -> float:
    return min(max(value, bounds[0]), bounds[1])


def _known(value: object, known: Mapping[str, object], default: str) -> str:
    return value if isinstance(value, str) and value in known else default

"""A community's theme: three numbers, two typefaces, a shape; everything else is derived."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from communities.theming.colours import Figure, Oklch, from_hex, measure, palette, to_hex

# Fills may be dark (white text) or light (dark text); between the two neither text is safe in both schemes.
DARK_FILLS = (0.30, 0.44)
LIGHT_FILLS = (0.78, 0.90)
CHROMAS = (0.03, 0.16)

# face: (weight of headings, tracking of headings). All are stacks of fonts that devices already have.
FACES = {
    "humanist": (650, "-.012em"),
    "transitional": (700, "-.016em"),
    "oldstyle": (600, "-.014em"),
    "geometric": (650, "-.012em"),
}
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

    hue: float = 250
    chroma: float = 0.1
    lightness: float = 0.43
    face: str = "humanist"
    reading: str = "transitional"
    shape: str = "soft"

    @property
    def brand(self) -> Oklch:
        return Oklch(self.lightness, self.chroma, self.hue)

    @property
    def is_light(self) -> bool:
        """Whether fills are light and carry dark text."""
        return self.lightness >= LIGHT_FILLS[0]

    def as_json(self) -> dict[str, Any]:
        """The keys of `Community.theme`."""
        return {
            "hue": self.hue,
            "chroma": self.chroma,
            "lightness": self.lightness,
            "face": self.face,
            "reading": self.reading,
            "shape": self.shape,
        }


PLATFORM = Theme(hue=250, chroma=0.035, lightness=0.34)


def read_theme(stored: Mapping[str, Any] | None) -> Theme:
    """A theme from `Community.theme`; damaged values fall back one by one, so that a page is always shown."""
    stored = stored or {}
    default = Theme()
    return Theme(
        hue=round(_number(stored.get("hue"), default.hue), 1) % 360,
        chroma=round(_within(_number(stored.get("chroma"), default.chroma), CHROMAS), 4),
        lightness=nearest_lightness(_number(stored.get("lightness"), default.lightness)),
        face=_known(stored.get("face"), FACES, default.face),
        reading=_known(stored.get("reading"), FACES, default.reading),
        shape=_known(stored.get("shape"), SHAPES, default.shape),
    )


def theme_from_hex(text: str, **choices: str) -> Theme:
    """The theme nearest to one brand colour; `choices` are face, reading, shape.

    Raises ValueError when the text is no hexadecimal colour.
    """
    lightness, chroma, hue = from_hex(text)
    return read_theme({"hue": hue, "chroma": chroma, "lightness": lightness, **choices})


def nearest_lightness(lightness: float) -> float:
    """The allowed lightness of fills that is nearest to the one asked for."""
    allowed = [_within(lightness, DARK_FILLS), _within(lightness, LIGHT_FILLS)]
    nearest: float = min(allowed, key=lambda one: abs(one - lightness))
    return round(nearest, 4)


def check_theme(stored: Mapping[str, Any]) -> list[str]:
    """What keeps a theme from being saved, as sentences; an empty list means that every pair holds."""
    problems = []
    lightness = _number(stored.get("lightness"), -1)
    if nearest_lightness(lightness) != round(lightness, 4):
        problems.append(
            _(
                "Text on buttons would be hard to read at {asked}. The nearest that works is {nearest}."
            ).format(
                asked=number_format(lightness, 2), nearest=number_format(nearest_lightness(lightness), 2)
            )
        )
    if not CHROMAS[0] <= _number(stored.get("chroma"), -1) <= CHROMAS[1]:
        problems.append(_("Vividness lies between 0.03 and 0.16."))
    if not 0 <= _number(stored.get("hue"), -1) < 360:
        problems.append(_("The hue lies between 0 and 359."))
    if stored.get("face") not in FACES or stored.get("reading") not in FACES:
        problems.append(_("Choose one of the four typefaces."))
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
    if theme.chroma < VIVID:
        return None
    apart = {state: abs((theme.hue - hue + 180) % 360 - 180) for state, hue in STATE_HUES.items()}
    nearest = min(apart, key=lambda state: apart[state])
    return nearest if apart[nearest] <= NEAR_STATE else None


def measure_theme(theme: Theme) -> list[Figure]:
    return measure(theme.brand)


def theme_css(stored: Mapping[str, Any] | None, *, selector: str = ":root") -> str:
    """The community's stylesheet, to be loaded after tokens.css. Only numbers and known names get in."""
    theme = read_theme(stored)
    weight, tracking = FACES[theme.face]
    values = {
        "brand-hue": f"{theme.hue:g}",
        "brand-chroma": f"{theme.chroma:g}",
        "brand-lightness": f"{theme.lightness:g}",
        "brand-face": f"var(--face-{theme.face})",
        "brand-reading": f"var(--face-{theme.reading})",
        "brand-weight": f"{weight}",
        "brand-tracking": tracking,
    }
    if theme.is_light:
        values["brand-mark"] = "var(--art-2)"  # a light fill would not stand out by day
    if theme.shape != "soft":
        values |= {f"r-{step}": f"{radius:g}rem" for step, radius in enumerate(SHAPES[theme.shape], start=1)}
    lines = "".join(f"    --{name}: {value};\n" for name, value in values.items())
    return f"@layer tokens {{\n  {selector} {{\n{lines}  }}\n}}\n"


def theme_version(stored: Mapping[str, Any] | None) -> str:
    """A short name for what the stylesheet says, for an address that may be kept for a year."""
    return hashlib.sha256(theme_css(stored).encode()).hexdigest()[:10]


def theme_for_mail(stored: Mapping[str, Any] | None) -> dict[str, str]:
    """The colours and typefaces of mails, in hex: `fill`, `on_fill`, `accent`, `dark_accent`, `face`…"""
    theme = read_theme(stored)
    day, night = palette(theme.brand, "light"), palette(theme.brand, "dark")
    names = ("paper", "raised", "sunk", "line", "ink", "ink-2", "ink-3", "accent", "fill", "on-fill", "tint")
    colours = {name.replace("-", "_"): to_hex(day[name]) for name in names}
    colours |= {f"dark_{name.replace('-', '_')}": to_hex(night[name]) for name in names}
    return colours | {"face": MAIL_FACES[theme.face], "body_face": MAIL_FACES["humanist"]}


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

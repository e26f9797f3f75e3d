"""What the pages of the brand show."""

from __future__ import annotations

from typing import Any

from django.forms import Form
from django.utils.translation import gettext_lazy as _

from communities.console.brand.home_form import POSITIONS, HomeForm
from communities.console.brand.look_form import LookForm
from communities.files import size_of
from communities.front.sections import photo_of
from communities.front.standing import told_states
from communities.homepage import LAYOUTS
from communities.models import Community, Membership
from communities.theming import Tones, measure_theme, near_state, palette, read_theme, tones_of, worst_as_text
from communities.theming.colours import contrast, hex_to_linear, to_hex
from communities.theming.fonts import OwnFont, read_font
from communities.theming.notation import read_colour
from communities.theming.tones import WHITE


def look_page(community: Community, form: LookForm) -> dict[str, Any]:
    """The form, the colour it shows now with what becomes of it, and what was found in the logo."""
    colour, wash = _shown_colour(form), _shown_wash(form)
    look = form.look
    return {
        "form": form,
        "look": look,
        "colours": look["colours"],
        "fonts": [_font_row(form, part, read_font(look[f"{part}_font"])) for part in ("face", "reading")],
        "pictures": [_picture_row(form, name, look[name]) for name in ("mark", "share")],
        **tones_page(colour, wash),
    }


def tones_page(colour: str, wash: int) -> dict[str, Any]:
    """Where a colour is kept exactly, and where it moves as text, each with what was measured."""
    theme = read_theme({"colour": colour, "wash": wash})
    tones = theme.tones
    own = theme.brand
    figures = measure_theme(theme)
    area = hex_to_linear(colour)
    return {
        "tones": tones,
        "near": near_state(theme),
        "hue": round(own.hue, 1),
        "lightness": round(own.lightness, 3),
        "on_white": contrast(hex_to_linear(WHITE), area),
        "on_ink": contrast(hex_to_linear(tones.ink), area),
        "by_day": _moved(tones, tones.day, "light"),
        "by_night": _moved(tones, tones.night, "dark"),
        "measured": len(figures),
        "held": sum(figure.holds for figure in figures),
    }


def home_page(community: Community, form: HomeForm, *, reader: Membership) -> dict[str, Any]:
    told = told_states(community, reader)
    return {
        "form": form,
        "rows": [(block, is_on, told.get(block.name)) for block, is_on in form.rows],
        "layouts": LAYOUTS.values(),
        "layout": form["layout"].value(),
        "photo": photo_of(community),
        "positions": [
            {"x": place.split()[0], "y": place.split()[1], "label": label}
            for place, label in POSITIONS.items()
        ],
    }


def _moved(tones: Tones, shown: str, scheme: str) -> dict[str, Any]:
    return {
        "ground": to_hex(palette(tones, scheme)["paper"]),
        "before": worst_as_text(tones.colour, tones, scheme),
        "colour": shown,
        "after": worst_as_text(shown, tones, scheme),
        "moves": shown != tones.colour,
    }


def _shown_colour(form: LookForm) -> str:
    """The colour in the field where it is one, else the present one."""
    try:
        return tones_of(read_colour(str(form["colour"].value() or ""))).colour
    except ValueError:
        return str(form.look["colour"])


def _shown_wash(form: LookForm) -> int:
    try:
        return min(max(int(str(form["wash"].value())), 0), 100)
    except ValueError:
        return 100


# Why a font has all its letters, by `OwnFont.left`.
WHY_WHOLE = {
    "asked": _("All its letters are kept, as you asked."),
    "forbidden": _("Its maker allows the whole font only, so all its letters are kept."),
    "other_letters": _("It has no Latin letters, so all of them are kept."),
    "unread": _("It could not be cut, so all its letters are kept."),
    "light": _("It has no letters to spare."),
}


def _font_row(form: Form, part: str, font: OwnFont | None) -> dict[str, Any]:
    return {
        "name": font.name if font else "",
        "sent": font.sent if font and font.whole else 0,
        "why_whole": WHY_WHOLE.get(font.left, "") if font else "",
        "all": form[f"{part}_all"],
        "size": size_of(font.path) if font else 0,
        "choice": form[part],
        "file": form[f"{part}_font"],
        "serif": form[f"{part}_serif"],
        "measured": form[f"measured_{part}_font"],
        "remove": form[f"remove_{part}_font"],
    }


def _picture_row(form: Form, name: str, path: str) -> dict[str, Any]:
    return {"path": path, "file": form[name], "remove": form[f"remove_{name}"]}

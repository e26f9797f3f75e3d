"""What the pages of the settings show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from communities.console.forms import BrandForm
from communities.theming import Figure, measure_theme, near_state, read_theme, theme_css

# The pairs that say most, by the name brand.mjs finds them under.
KEY_PAIRS = (
    ("text", _("Text on the page"), "ink", "paper"),
    ("facts", _("Grey text on the page"), "ink-3", "paper"),
    ("link", _("Link on the page"), "accent", "paper"),
    ("button", _("Text of a button"), "on-fill", "fill"),
    ("edge", _("Edge of a field"), "edge", "paper"),
)


def brand_page(form: BrandForm, values: Mapping[str, Any]) -> dict[str, Any]:
    """The form, the theme it shows as a stylesheet for the preview, and what was measured on it."""
    theme = read_theme(values)
    figures = measure_theme(theme)
    return {
        "form": form,
        "theme": theme,
        "preview_css": theme_css(theme.as_json(), selector='[data-community="preview"]'),
        "near": near_state(theme),
        "rows": [
            {"name": name, "label": label, "figures": _of(figures, front, back)}
            for name, label, front, back in KEY_PAIRS
        ],
        "held": sum(figure.holds for figure in figures),
        "measured": len(figures),
    }


def _of(figures: list[Figure], front: str, back: str) -> list[Figure]:
    return [figure for figure in figures if (figure.pair.front, figure.pair.back) == (front, back)]

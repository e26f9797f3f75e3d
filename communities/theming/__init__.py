"""Themes: design tokens from a few numbers, every text readable in light and dark mode, on screen and in mails."""

from communities.theming.colours import Figure, Oklch, from_hex
from communities.theming.forms import FormRenderer
from communities.theming.images import favicon_svg, share_image, touch_icon
from communities.theming.themes import (
    CHROMAS,
    DARK_FILLS,
    FACES,
    LIGHT_FILLS,
    PLATFORM,
    SHAPES,
    Theme,
    check_theme,
    measure_theme,
    near_state,
    nearest_lightness,
    read_theme,
    theme_css,
    theme_for_mail,
    theme_from_hex,
    theme_version,
)

__all__ = [
    "CHROMAS",
    "DARK_FILLS",
    "FACES",
    "LIGHT_FILLS",
    "PLATFORM",
    "SHAPES",
    "Figure",
    "FormRenderer",
    "Oklch",
    "Theme",
    "check_theme",
    "favicon_svg",
    "from_hex",
    "measure_theme",
    "near_state",
    "nearest_lightness",
    "read_theme",
    "share_image",
    "theme_css",
    "theme_for_mail",
    "theme_from_hex",
    "theme_version",
    "touch_icon",
]

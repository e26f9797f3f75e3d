"""Themes: design tokens from one colour, every text readable in light and dark mode, on screen and in mails."""

from communities.theming.colours import Figure, Oklch, exact_hex, from_hex
from communities.theming.forms import FormRenderer
from communities.theming.images import SHARE_SIZE, favicon_svg, icon_path, share_image, share_path, touch_icon
from communities.theming.themes import (
    FACES,
    OWN,
    PLATFORM,
    SHAPES,
    Theme,
    check_theme,
    measure_theme,
    near_state,
    read_theme,
    theme_css,
    theme_for_mail,
    theme_from_hex,
    theme_version,
    tuned,
)
from communities.theming.tones import Tones, palette, tones_of, worst_as_text

__all__ = [
    "FACES",
    "OWN",
    "PLATFORM",
    "SHAPES",
    "SHARE_SIZE",
    "Figure",
    "FormRenderer",
    "Oklch",
    "Theme",
    "Tones",
    "check_theme",
    "exact_hex",
    "favicon_svg",
    "from_hex",
    "icon_path",
    "measure_theme",
    "near_state",
    "palette",
    "read_theme",
    "share_image",
    "share_path",
    "theme_css",
    "theme_for_mail",
    "theme_from_hex",
    "theme_version",
    "tones_of",
    "touch_icon",
    "tuned",
    "worst_as_text",
]

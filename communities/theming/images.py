"""Pictures made from a theme: the favicon and the image shown where a page is shared."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from io import BytesIO
from typing import Any, Protocol

from django.conf import settings
from django.utils.html import escape
from PIL import Image, ImageDraw

from communities.theming.colours import to_hex
from communities.theming.lettering import bare, draw_line, font, wrap
from communities.theming.themes import read_theme
from communities.theming.tones import palette
from members.signs import first_sign

SHARE_SIZE = (1200, 630)
TOUCH_SIZE = 180
APP_SIZE = 512
_MARGIN = 88
_TITLE_SIZES = (84, 72, 62, 54)
_TITLE_LINES = 4


class Branded(Protocol):
    """What a picture needs of a community."""

    name: str
    mark: str
    theme: dict[str, object]


def icon_path(community: object, size: int) -> str:
    """Where the brand's own square mark lies at one of its sizes (32, 180, 512 pixels); empty where it has none.

    A logo that is square enough is the mark, too.
    """
    kept = _kept(community)
    path = str(kept.get("mark") or (getattr(community, "logo", "") if kept.get("logo_is_mark") else ""))
    return f"{path.rpartition('/')[0]}/{size}.png" if path else ""


def share_path(community: object) -> str:
    """Where the brand's own picture for links lies; empty where it has none."""
    path = str(_kept(community).get("share") or "")
    return f"{path.rpartition('/')[0]}/share.jpg" if path else ""


def _kept(community: object) -> Mapping[str, Any]:
    kept = getattr(community, "settings", {}).get("brand")
    return kept if isinstance(kept, Mapping) else {}


def favicon_svg(community: Branded) -> str:
    """The community's drawn mark, or its first letter, on its own colour."""
    colours = palette(read_theme(community.theme).tones, "light")
    fill, ink = to_hex(colours["fill"]), to_hex(colours["on-fill"])
    drawing = _mark(community.mark)
    if drawing:
        inside = f'<svg x="6" y="6" width="28" height="28" viewBox="0 0 28 28" color="{ink}">{drawing}</svg>'
    else:
        letter = escape(first_sign(community.name.strip()).upper() or "•")
        inside = (
            f'<text x="20" y="28" fill="{ink}" font-family="sans-serif" font-size="23" font-weight="700" '
            f'text-anchor="middle">{letter}</text>'
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40">'
        f'<rect width="40" height="40" rx="9" fill="{fill}"/>{inside}</svg>'
    )


def touch_icon(community: Branded) -> bytes:
    """A square PNG for a phone's first screen, which rounds the corners itself: the first letter on the colour."""
    return _letter_square(community, TOUCH_SIZE, TOUCH_SIZE * 5 // 8)


def app_icon(community: Branded) -> bytes:
    """The same for an installed app, its letter within what remains where a phone cuts a circle."""
    return _letter_square(community, APP_SIZE, APP_SIZE // 2)


def _letter_square(community: Branded, side: int, height: int) -> bytes:
    colours = palette(read_theme(community.theme).tones, "light")
    picture = Image.new("RGB", (side, side), to_hex(colours["fill"]))
    letter = first_sign(community.name.strip()).upper() or "•"
    size = font(height)
    left, top, right, bottom = size.getbbox(bare(letter))
    place = ((side - right - left) / 2, (side - bottom - top) / 2)
    draw_line(ImageDraw.Draw(picture), place, letter, size, fill=to_hex(colours["on-fill"]), bold=True)
    out = BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def share_image(community: Branded, title: str) -> bytes:
    """A PNG of 1200 × 630: the title and the community's name on its own colour."""
    colours = palette(read_theme(community.theme).tones, "light")
    ground, ink, line = (to_hex(colours[name]) for name in ("fill", "on-fill", "art-2"))
    picture = Image.new("RGB", SHARE_SIZE, ground)
    pen = ImageDraw.Draw(picture)
    width = SHARE_SIZE[0] - 2 * _MARGIN
    size = next(
        (step for step in _TITLE_SIZES if len(wrap(title, font(step), width)) <= _TITLE_LINES),
        _TITLE_SIZES[-1],
    )
    lines = wrap(title, font(size), width)
    if len(lines) > _TITLE_LINES:
        lines = [*lines[: _TITLE_LINES - 1], f"{lines[_TITLE_LINES - 1].rstrip(' ,.;:')}…"]
    for number, words in enumerate(lines):
        draw_line(pen, (_MARGIN, _MARGIN + number * size * 1.22), words, font(size), fill=ink, bold=True)
    foot = SHARE_SIZE[1] - _MARGIN - 40
    pen.line((_MARGIN, foot - 28, _MARGIN + width, foot - 28), fill=line, width=3)
    draw_line(pen, (_MARGIN, foot), community.name, font(40), fill=ink)
    out = BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


@lru_cache(maxsize=64)
def _mark(name: str) -> str:
    """The inside of a drawn mark in static/art.svg, empty when there is none of that name."""
    if not name:
        return ""
    symbol = re.escape(name if name.startswith("mark-") else f"mark-{name}")
    sprite = (settings.BASE_DIR / "static" / "art.svg").read_text(encoding="utf-8")
    found = re.search(rf'<symbol id="{symbol}"[^>]*>(.*?)</symbol>', sprite, re.DOTALL)
    return found.group(1) if found else ""

"""What the journal says of a brand’s values: labels and names of files, never paths and measures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext

from communities.console.brand.look_form import FACE_LABELS, FONT_FIELDS, SHAPE_LABELS
from communities.homepage import DRAWINGS, LAYOUTS, blocks
from communities.theming.themes import OWN

LABELS: Mapping[str, Mapping[str, Any]] = {
    "face": FACE_LABELS,
    "reading": FACE_LABELS,
    "shape": SHAPE_LABELS,
    "layout": {name: layout.label for name, layout in LAYOUTS.items()},
    "drawing": DRAWINGS,
}


def told(name: str, value: Any) -> str | None:
    """The value of a key of the look or the home page in words; of featured texts how many;
    None where it reads well as it is."""
    if not value:
        return None
    if name in FONT_FIELDS:
        return _font(value)
    if name in ("logo", "mark", "share", "photo"):
        return gettext("a picture of yours")
    if name in ("order", "off"):
        return ", ".join(str(blocks[one].label) for one in value if one in blocks)
    if name in ("featured", "week"):
        return number_format(len(value) if isinstance(value, list) else 1)
    if name == "links":
        return ", ".join(one["label"] for one in value)
    if name == "text":
        return " – ".join(filter(None, (value.get("title"), value.get("body"))))
    if name in ("face", "reading") and value == OWN:
        return gettext("your own font")
    found = LABELS.get(name, {}).get(value)
    return str(found) if found is not None else None


def _font(font: Mapping[str, Any]) -> str:
    name = str(font.get("name", ""))
    # The same file, whole or cut: what differs is said.
    return name if font.get("whole") else gettext("%(name)s, with all its letters") % {"name": name}

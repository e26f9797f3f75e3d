"""Texts that pages show as they are: whoever made the file may have put anything into them.

What an installation of ours wrote passes unchanged; all else loses whatever could act.
"""

from __future__ import annotations

import re
from html import escape, unescape
from typing import Any

import nh3

from communities.content.text import formulas
from communities.content.text.cards import CARD, FILM
from communities.content.text.sanitising import (
    ATTRIBUTES,
    BLOCKS,
    BOX,
    CLASSES,
    INLINE,
    SCHEMES,
    SILENT,
    WRITTEN,
    WRITTEN_ATTRIBUTES,
    WRITTEN_CLASSES,
    TooManyTags,
    clean_bounded,
)

# Signs that may be written in two ways; none of them begins or ends a tag.
_SIGNS = (("&nbsp;", "\u00a0"), ("&quot;", '"'), ("&#x27;", "'"), ("&#39;", "'"))
_TAG = re.compile(r"<[^<>]*>")
# Headings of articles carry an address.
_CLEANER = nh3.Cleaner(
    tags=set(BLOCKS | INLINE | WRITTEN | formulas.ELEMENTS),
    clean_content_tags=SILENT - {"math"},
    attributes=ATTRIBUTES | WRITTEN_ATTRIBUTES | formulas.ATTRIBUTES | {"h2": {"id"}, "h3": {"id"}},
    allowed_classes=CLASSES
    | WRITTEN_CLASSES
    | {"figure": CLASSES["figure"] | {CARD, FILM}, "span": WRITTEN_CLASSES["span"] | {"formula"}},
    set_tag_attribute_values=BOX,
    url_schemes=SCHEMES,
    link_rel=None,
)


def clean(value: Any) -> Any:
    """The value of a column that holds HTML: a text, or JSON with texts under `html` or, by language, `content`."""
    if isinstance(value, str):
        return _cleaned(value)
    if isinstance(value, list):
        return [_within(one) for one in value]
    return _within(value)


def _within(value: Any) -> Any:
    if isinstance(value, list):
        return [_within(one) for one in value]
    if not isinstance(value, dict):
        return value
    found: dict[str, Any] = {}
    for name, said in value.items():
        if name == "html" and isinstance(said, str):
            found[name] = _cleaned(said)
        elif name == "content" and isinstance(said, dict):
            found[name] = {
                code: clean(one) if isinstance(one, str) else _within(one) for code, one in said.items()
            }
        else:
            found[name] = _within(said)
    return found


def _cleaned(html: str) -> str:
    """What differs in how signs are spelled, and in nothing else, stays as it was written; of a text of which a parser
    would make far more than stands in it, the words."""
    try:
        cleaned = clean_bounded(html, _CLEANER, f"{__name__}:_CLEANER")
    except TooManyTags:
        return f"<p>{escape(' '.join(unescape(_TAG.sub(' ', html)).split()), quote=False)}</p>"
    return html if _spelled(html) == _spelled(cleaned) else cleaned


def _spelled(html: str) -> str:
    for entity, sign in _SIGNS:
        html = html.replace(entity, sign)
    return html

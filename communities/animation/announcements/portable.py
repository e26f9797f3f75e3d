"""Announcements travel with what came of them, and who has closed one has closed it there too."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError

from communities.animation.announcements.journal import ACTS
from communities.animation.announcements.models import (
    LINK_AT_MOST,
    TEXT_AT_MOST,
    Announcement,
    Reading,
)
from communities.animation.announcements.services import MOST
from communities.animation.announcements.showing import bar_of
from communities.animation.newsletters.models import Segment
from communities.fields import one_line
from communities.portable import Moved, Portable, Row, register_about, register_portable
from communities.promotions.targets import check_target


def register() -> None:
    register_portable(
        Portable(Announcement, numbers={"target": _target, "words": _words}, named=True),
        Portable(Reading),
    )
    register_about(Announcement, acts=tuple(act.name for act in ACTS))


def _target(value: Any, _row: Row, _moved: Moved) -> str:
    """As it would be kept if it were written here: an export can be written by hand."""
    target = str(value or "")
    if not target:
        return ""
    try:
        check_target(target)
    except ValidationError:
        return ""
    return target


def _words(value: Any, _row: Row, _moved: Moved) -> dict[str, dict[str, str]]:
    """Sentence and link in each language, and nothing else. Raises ValueError where there is no sentence."""
    said = value if isinstance(value, dict) else {}
    kept = {
        str(code)[:8]: {
            "text": one_line(str(one.get("text", "")))[:TEXT_AT_MOST],
            "link": one_line(str(one.get("link", "")))[:LINK_AT_MOST],
        }
        for code, one in said.items()
        if isinstance(one, dict)
    }
    kept = {code: one for code, one in kept.items() if one["text"]}
    if not kept:
        raise ValueError("an announcement without words")
    return kept


def said_there(value: Any, _row: Row, moved: Moved) -> list[dict[str, Any]]:
    """What the community’s row keeps of those that stand; what no page could show is left out."""
    found = [_said_there(one, moved) for one in value or () if isinstance(one, dict)]
    return [one for one in found if one is not None][:MOST]


def _said_there(one: dict[str, Any], moved: Moved) -> dict[str, Any] | None:
    try:
        kept = one | {
            "id": moved(Announcement, one["id"]),
            "segment": moved(Segment, one["segment"]) if one["segment"] is not None else None,
            "words": _words(one["words"], {}, moved),
            "target": _target(one["target"], {}, moved),
        }
        bar_of(kept)
    except (KeyError, TypeError, ValueError):
        return None
    return kept if kept["id"] else None

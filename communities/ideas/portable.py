"""Boxes and ideas travel with their votes, so that nobody votes twice for having moved."""

from __future__ import annotations

from typing import Any

from communities.content.models import Space, Thread
from communities.ideas.boxes import EDIT, OPEN, REOPEN, opens_in_browser
from communities.ideas.joining import ACT
from communities.ideas.models import Answer, Box, BoxPaper, Idea, Vote
from communities.ideas.papers import ADD, REMOVE
from communities.portable import Moved, Portable, Row, register_about, register_portable


def documents_there(value: Any, row: Row, moved: Moved) -> list[dict[str, str]]:
    """Documents whose address the form would have taken: a link of an export runs nothing."""
    return [
        {"title": str(one["title"]), "url": one["url"]} for one in value or () if opens_in_browser(one["url"])
    ]


def register() -> None:
    register_portable(
        Portable(Box, numbers={"documents": documents_there}),
        Portable(BoxPaper, files=("path",)),
        Portable(Idea),
        Portable(Vote),
        Portable(Answer),
    )
    register_about(Space, acts=(EDIT, OPEN, REOPEN, ADD, REMOVE))
    register_about(Thread, acts=(ACT,))

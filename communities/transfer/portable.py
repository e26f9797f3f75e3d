"""What imports remember travels, so that importing once more there brings only what is new."""

from __future__ import annotations

from typing import Any

from django.db import models

from communities.content.models import Attachment, Post, Space, Tag, Thread
from communities.models import Membership
from communities.portable import NOWHERE, Moved, Portable, Row, Stays, register_portable
from communities.transfer.models import Import, ImportedItem, UnclaimedAddress

Kind = ImportedItem.Kind
BECAME: dict[str, type[models.Model]] = {
    Kind.SPACE: Space,
    Kind.AUTHOR: Membership,
    Kind.COMMENTER: Membership,
    Kind.TAG: Tag,
    Kind.CATEGORY: Tag,
    Kind.THREAD: Thread,
    Kind.REPLY: Post,
    Kind.ANSWER: Post,
    Kind.PICTURE: Attachment,
}


def register() -> None:
    register_portable(
        Portable(
            ImportedItem,
            blank={"run_id": None},
            numbers={"object_id": _object},
            why="What came along on the way cannot be taken back as an import there.",
        ),
        Stays(
            Import,
            why="Work on this installation: a file of it, its progress, and the way back for seven days.",
        ),
        Portable(UnclaimedAddress),
    )


def _object(value: Any, row: Row, moved: Moved) -> str:
    """What became of a foreign thing; the record survives a deletion here, and so it does there."""
    model = BECAME.get(row["kind"])
    if model is None:
        return NOWHERE
    if model is Attachment:
        return str(moved(model, value))
    return str(moved(model, int(value)) or NOWHERE) if str(value).isdigit() else NOWHERE

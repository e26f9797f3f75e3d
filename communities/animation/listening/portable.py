"""Names, sources and mentions travel. Secrets do not: another tool is given a new one there."""

from __future__ import annotations

import uuid

from communities.animation.listening.models import (
    Mention,
    MentionDay,
    MentionMatch,
    MentionSource,
    TrackedName,
)
from communities.portable import Portable, register_about, register_portable


def register() -> None:
    register_portable(
        Portable(TrackedName, named=True),
        Portable(
            MentionSource,
            blank={"sealed_secret": "", "sealed_former": "", "former_until": None, "token": uuid.uuid4},
            named=True,
            why="The secret is sealed with one of this installation, and the token is part of the address here.",
        ),
        Portable(Mention),
        Portable(MentionMatch),
        Portable(MentionDay),
    )
    register_about(TrackedName, acts=("name_tracked", "tracked_name_changed", "name_dropped"))
    register_about(Mention, acts=("mention_deleted",))
    register_about(
        MentionSource, acts=("mention_source_added", "mention_source_removed", "mention_secret_changed")
    )

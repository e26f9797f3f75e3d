"""What becomes of albums when their threads appear."""

from __future__ import annotations

from typing import Any

from communities.albums.models import ALBUM
from communities.albums.services import settle_album
from communities.content.models import Thread
from communities.signals import thread_published


def stand_beside(sender: type[Thread], thread: Thread, **_extra: Any) -> None:
    """A thread that is out has its row, whoever began it and however."""
    if thread.kind == ALBUM:
        settle_album(thread)


def connect() -> None:
    thread_published.connect(stand_beside, dispatch_uid="albums.thread_published")

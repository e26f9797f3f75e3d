"""What becomes of albums when their threads appear, and of photographs when their text is changed."""

from __future__ import annotations

from typing import Any

from communities.albums.models import ALBUM
from communities.albums.services import settle_album, settle_picture
from communities.content.models import Post, Thread
from communities.signals import post_edited, thread_published


def stand_beside(sender: type[Thread], thread: Thread, **_extra: Any) -> None:
    """A thread that is out has its row, whoever began it and however."""
    if thread.kind == ALBUM:
        settle_album(thread)


def follow_picture(sender: type[Post], post: Post, **_extra: Any) -> None:
    """Another picture may stand in a text that was changed, or none."""
    if post.thread.kind == ALBUM and not post.is_body:
        settle_picture(post)


def connect() -> None:
    post_edited.connect(follow_picture, dispatch_uid="albums.post_edited")
    thread_published.connect(stand_beside, dispatch_uid="albums.thread_published")

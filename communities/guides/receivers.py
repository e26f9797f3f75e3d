"""Keeps the table of contents of a page in step with its text, whoever saved it."""

from __future__ import annotations

from typing import Any

from communities.content.models import Post
from communities.guides.models import GUIDE
from communities.guides.services import describe_text
from communities.signals import draft_saved, post_edited, post_published


def connect() -> None:
    for signal in (post_published, post_edited, draft_saved):
        signal.connect(follow_text, dispatch_uid="guides.follow_text")


def follow_text(sender: object, post: Post, **_event: Any) -> None:
    if post.position in (None, 1) and post.thread.kind == GUIDE:
        describe_text(post)

"""What an article keeps about its text follows the text, whoever saved it."""

from __future__ import annotations

from typing import Any

from communities.blogs.services import describe_text
from communities.content.models import Post, Thread
from communities.signals import draft_saved, post_edited, post_published


def connect() -> None:
    for signal in (post_published, post_edited, draft_saved):
        signal.connect(follow_text, dispatch_uid="blogs.follow_text")


def follow_text(sender: object, post: Post, **_event: Any) -> None:
    if post.position in (None, 1) and post.thread.kind == Thread.Kind.ARTICLE:
        describe_text(post)

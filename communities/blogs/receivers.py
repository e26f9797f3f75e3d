"""Keeps what an article stores about its text in step with the text, whoever saved it."""

from __future__ import annotations

from typing import Any

from communities.blogs.models import ARTICLE, Article
from communities.blogs.services import describe_text
from communities.content.models import PendingEdit, Post
from communities.signals import draft_saved, edit_applied, post_edited, post_published


def connect() -> None:
    for signal in (post_published, post_edited, draft_saved):
        signal.connect(follow_text, dispatch_uid="blogs.follow_text")
    edit_applied.connect(follow_edit, dispatch_uid="blogs.follow_edit")


def follow_text(sender: object, post: Post, **_event: Any) -> None:
    if post.position in (None, 1) and post.thread.kind == ARTICLE:
        describe_text(post)


def follow_edit(sender: object, post: Post, edit: PendingEdit, **_event: Any) -> None:
    """The article's own fields change together with a text that a moderator has approved."""
    about = edit.beside.get("about")
    if about:
        Article.objects.filter(thread_id=post.thread_id).update(**about)

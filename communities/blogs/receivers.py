"""Keeps what an article stores about its text in step with the text, whoever saved it."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from communities.blogs.models import ARTICLE, Article, CoAuthor, CoAuthorInvitation
from communities.blogs.services import describe_text
from communities.content.models import PendingEdit, Post
from communities.models import Membership
from communities.signals import draft_saved, edit_applied, members_merged, post_edited, post_published


def connect() -> None:
    for signal in (post_published, post_edited, draft_saved):
        signal.connect(follow_text, dispatch_uid="blogs.follow_text")
    edit_applied.connect(follow_edit, dispatch_uid="blogs.follow_edit")
    members_merged.connect(follow_merging, dispatch_uid="blogs.follow_merging")


def follow_text(sender: object, post: Post, **_event: Any) -> None:
    if post.position in (None, 1) and post.thread.kind == ARTICLE:
        describe_text(post)


def follow_edit(sender: object, post: Post, edit: PendingEdit, **_event: Any) -> None:
    """The article's own fields change together with a text that a moderator has approved."""
    about = edit.beside.get("about")
    if about:
        Article.objects.filter(thread_id=post.thread_id).update(**about)


def follow_merging(sender: type[Membership], kept: Membership, **_event: Any) -> None:
    """Nobody signs an article beside themselves, or is asked to sign what they sign."""
    CoAuthor.objects.filter(membership=kept, article__thread__author=kept).delete()
    signed = CoAuthor.objects.filter(membership=kept).values("article_id")
    asked = CoAuthorInvitation.objects.filter(membership=kept)
    asked.filter(Q(article__thread__author=kept) | Q(article_id__in=signed)).delete()

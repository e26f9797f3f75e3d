"""Changing what one wrote, taking it away, putting it back."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone

from communities.content.addresses import local_path
from communities.content.exceptions import EditConflict, TooLate
from communities.content.models import Post, Revision, State, Thread, ThreadTitle
from communities.content.permissions import (
    can_delete_post,
    can_edit_post,
    can_edit_thread,
    can_restore_post,
    is_author,
)
from communities.content.services.composing import attach, compose, free_slug
from communities.content.services.forwarding import forward
from communities.content.viewers import refuse_closed_space
from communities.exceptions import NotAllowed
from communities.models import Membership
from communities.signals import post_edited, post_removed

# Corrections this soon after writing are the same thought: no "edited" mark, no revision.
QUIET_EDIT = datetime.timedelta(minutes=3)


@transaction.atomic
def edit_post(
    post: Post,
    *,
    by: Membership,
    body: str,
    body_format: str = "html",
    revision: int | None = None,
    reason: str = "",
) -> Post:
    """Change a text, keeping its former state as a revision.

    `revision` is the number of revisions its editor started from. Raises NotAllowed, BlankText, TextTooLong,
    EditConflict when somebody saved meanwhile.
    """
    post = Post.objects.select_for_update(of=("self",)).select_related("thread__space").get(pk=post.pk)
    if not can_edit_post(by, post):
        raise NotAllowed
    refuse_closed_space(by, post.thread.space)
    if revision is not None and revision != post.revision_count:
        raise EditConflict(post)
    composed = compose(body, fmt=body_format, by=by, post=post)
    if composed.html == post.body_html:
        return post
    now = timezone.now()
    if not post.is_published or (post.published_at and now - post.published_at > QUIET_EDIT):
        _keep_revision(post, by=by, reason=reason)
        post.edited_at = now
    post.revision_count += 1
    post.body_html, post.body_source, post.body_format = composed.html, composed.source, composed.format
    post.save(update_fields=["body_html", "body_source", "body_format", "edited_at", "revision_count"])
    attach(post, composed, by=by)
    post_edited.send(sender=Post, post=post, by=by)
    return post


def _keep_revision(post: Post, *, by: Membership, reason: str) -> None:
    Revision.objects.create(
        post=post,
        number=post.revision_count,
        editor=by,
        title=post.thread.title if post.is_body else "",
        body_source=post.body_source,
        body_html=post.body_html,
        body_format=post.body_format,
        reason=reason,
    )


@transaction.atomic
def rename_thread(thread: Thread, *, by: Membership, title: str) -> bool:
    """Change a title; the address follows, and the former one redirects. False when nothing changed."""
    if not can_edit_thread(by, thread):
        raise NotAllowed
    refuse_closed_space(by, thread.space)
    title = title.strip()
    if title == thread.title:
        return False
    old_path = local_path(thread.get_absolute_url())
    thread.title = title
    thread.slug = free_slug(title, keep=thread.slug)
    thread.edited_at = timezone.now()
    thread.save(update_fields=["title", "slug", "edited_at"])
    ThreadTitle.objects.filter(thread=thread).update(title=title)
    if thread.is_published:
        forward(old_path, local_path(thread.get_absolute_url()))
    return True


@transaction.atomic
def delete_post(post: Post, *, by: Membership) -> bool:
    """Withdraw one's own post: its place stays, its text goes from every page. False when it already was.

    The first post takes its thread along. Raises NotAllowed.
    """
    post = Post.objects.select_for_update(of=("self",)).select_related("thread__space").get(pk=post.pk)
    if post.state == State.DELETED and is_author(by, post):
        return False
    if not can_delete_post(by, post):
        raise NotAllowed
    if post.position is None:
        post.delete()
        return True
    post.state, post.deleted_at = State.DELETED, timezone.now()
    post.save(update_fields=["state", "deleted_at"])
    if post.is_body:
        Thread.objects.filter(pk=post.thread_id).update(state=State.DELETED)
    post_removed.send(sender=Post, post=post, by=by)
    return True


@transaction.atomic
def restore_post(post: Post, *, by: Membership) -> Post:
    """Put back what one deleted less than a day ago. Raises NotAllowed, TooLate."""
    post = Post.objects.select_for_update(of=("self",)).select_related("thread__space").get(pk=post.pk)
    if not is_author(by, post):
        raise NotAllowed
    if not can_restore_post(by, post):
        raise TooLate
    post.state, post.deleted_at = State.PUBLISHED, None
    post.save(update_fields=["state", "deleted_at"])
    if post.is_body:
        Thread.objects.filter(pk=post.thread_id).update(state=State.PUBLISHED)
    return post

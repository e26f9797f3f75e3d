"""Changing what one wrote, taking it away, putting it back."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone

from communities.content.addresses import local_path
from communities.content.exceptions import EditConflict, TitleNotOpen, TooLate
from communities.content.models import Attachment, PendingEdit, Post, Revision, State, Thread, ThreadTitle
from communities.content.permissions import (
    can_delete_post,
    can_edit_post,
    can_edit_thread,
    can_restore_post,
    is_author,
)
from communities.content.rendering import references
from communities.content.services.composing import attach, compose, date_last_reply, free_slug, mode_of
from communities.content.services.forwarding import forward
from communities.content.services.verdicts import Verdict
from communities.content.viewers import refuse_closed_space
from communities.exceptions import NotAllowed
from communities.fields import one_line
from communities.models import Membership
from communities.signals import edit_held, post_edited, post_removed, screening

Former = dict[str, str]
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
    former = _former(post)
    post.body_html, post.body_source, post.body_format = composed.html, composed.source, composed.format
    # The mode of today judges what is sent today; the one stored says under which the post first appeared.
    post.mode = mode_of(post.thread.space, post.thread.community)
    verdict = Verdict()
    screening.send(sender=Post, post=post, by=by, verdict=verdict)
    if verdict.held and post.is_published:
        _hold_edit(post, by=by, reason=reason, reasons=verdict.reasons)
        return _with_waiting_edit(post.pk)
    PendingEdit.objects.filter(post=post, state=PendingEdit.State.WAITING).update(
        state=PendingEdit.State.REPLACED
    )
    store_edit(post, former, by=by, reason=reason)
    attach(post, composed, by=by)
    post_edited.send(sender=Post, post=post, by=by)
    return post


def store_edit(post: Post, former: Former, *, by: Membership | None, reason: str) -> None:
    """Save the new text that `post` carries; `former` becomes a revision, unless it lived for minutes only."""
    now = timezone.now()
    if not post.is_published or (post.published_at and now - post.published_at > QUIET_EDIT):
        Revision.objects.create(
            post=post,
            number=post.revision_count,
            editor=by,
            title=post.thread.title if post.is_body else "",
            reason=reason,
            **former,
        )
        post.edited_at = now
    post.revision_count += 1
    post.save(update_fields=["body_html", "body_source", "body_format", "edited_at", "revision_count"])


def _former(post: Post) -> Former:
    return {name: getattr(post, name) for name in ("body_source", "body_html", "body_format")}


def _hold_edit(post: Post, *, by: Membership, reason: str, reasons: list[str]) -> None:
    """Keep the text that `post` carries as a change that waits; one at a time, the newest counts."""
    waiting = PendingEdit.objects.filter(post=post, state=PendingEdit.State.WAITING)
    waiting.update(state=PendingEdit.State.REPLACED)
    edit = PendingEdit.objects.create(
        post=post, editor=by, revision=post.revision_count, reason=reason, **_former(post)
    )
    # Pictures already belong to the post, so that they are there when the change is approved.
    Attachment.objects.filter(
        pk__in=references(post.body_source).attachment_ids, uploader=by, post__isnull=True
    ).update(post=post)
    edit_held.send(sender=Post, post=post, by=by, edit=edit, reasons=reasons)


def _with_waiting_edit(post_id: int) -> Post:
    """The post as it is stored; its editor is told by `edit_waits` that the change is not."""
    post: Post = Post.objects.select_related("thread__space").get(pk=post_id)
    post.edit_waits = True
    return post


@transaction.atomic
def rename_thread(thread: Thread, *, by: Membership, title: str) -> bool:
    """Change a title; the address follows, and the former one redirects. False when nothing changed.

    Raises NotAllowed, TitleNotOpen where a text with this title would be held.
    """
    if not can_edit_thread(by, thread):
        raise NotAllowed
    refuse_closed_space(by, thread.space)
    title = one_line(title)
    if title == thread.title:
        return False
    if thread.is_published:
        _screen_title(thread, by=by, title=title)
    old_path = local_path(thread.get_absolute_url())
    thread.title = title
    thread.slug = free_slug(title, keep=thread.slug)
    thread.edited_at = timezone.now()
    thread.save(update_fields=["title", "slug", "edited_at"])
    ThreadTitle.objects.filter(thread=thread).update(title=title)
    if thread.is_published:
        forward(old_path, local_path(thread.get_absolute_url()))
    return True


def _screen_title(thread: Thread, *, by: Membership, title: str) -> None:
    """A change of title is judged as the whole text under that title would be."""
    opening = Post.objects.filter(thread=thread, position=1).first()
    if opening is None:
        return
    opening.thread = Thread(pk=thread.pk, community_id=thread.community_id, title=title, space=thread.space)
    opening.mode = mode_of(thread.space, thread.community)
    verdict = Verdict()
    screening.send(sender=Post, post=opening, by=by, verdict=verdict)
    if verdict.held:
        raise TitleNotOpen


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
        post_removed.send(sender=Post, post=post, by=by)
        discard_unplaced(post)
        return True
    post.state, post.deleted_at = State.DELETED, timezone.now()
    post.save(update_fields=["state", "deleted_at"])
    if post.is_body:
        Thread.objects.filter(pk=post.thread_id).update(state=State.DELETED)
    date_last_reply(post)
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
    date_last_reply(post)
    return post


def discard_unplaced(post: Post) -> None:
    """Delete what was never published; it takes its thread along when that was never published either."""
    thread = post.thread
    if thread.published_at is None and thread.author_id == post.author_id and thread.last_position == 0:
        thread.delete()
    else:
        post.delete()

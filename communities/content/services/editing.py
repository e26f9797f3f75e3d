"""Editing, deleting and restoring one's own texts."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from communities.content.addresses import local_path
from communities.content.exceptions import EditConflict, TitleNotOpen, TooLate
from communities.content.models import Post, Revision, State, Thread, ThreadTitle
from communities.content.permissions import (
    can_delete_post,
    can_edit_post,
    can_edit_thread,
    can_restore_post,
    is_author,
)
from communities.content.services.appearing import settle_text
from communities.content.services.composing import Composed, attach, compose, free_slug, mode_of
from communities.content.services.forwarding import forward, is_known
from communities.content.services.holding import hold_text, hold_to_edit
from communities.content.services.publishing import settle_outline
from communities.content.services.tagging import check_required, set_tags, tag_names
from communities.content.services.waiting import (
    Beside,
    beside_of,
    drop_waiting,
    hold_beside,
    hold_edit,
    judge,
    opening_of,
    refuse_while_waiting,
    waiting_edit,
)
from communities.content.viewers import refuse_closed_space
from communities.exceptions import NotAllowed
from communities.fields import one_line
from communities.launch.features import is_open_to
from communities.limits import Limited, count_act
from communities.models import Membership
from communities.signals import edit_held, post_edited, post_held, post_removed, post_restored, thread_edited

Former = dict[str, str]
# Corrections this soon after writing belong to the writing: no "edited" mark, no revision.
QUIET_EDIT = datetime.timedelta(minutes=3)
# What nobody but its authors has seen is judged when it is published.
UNSEEN = (State.DRAFT, State.SCHEDULED)


@transaction.atomic
def edit_post(
    post: Post,
    *,
    by: Membership,
    body: str,
    body_format: str = "html",
    revision: int | None = None,
    reason: str = "",
    beside: Beside | None = None,
    keeps: bool = False,
) -> Post:
    """Change a text, keeping its former state as a revision; with `keeps` also one that lived for minutes only.

    `revision` is the number of revisions its editor started from; `beside` changes, and is judged and held, with it,
    for the caller to store. Raises NotAllowed, BlankText, TextTooLong, TooFast, EditConflict (saved meanwhile) and
    WikiWaits.
    """
    post = hold_to_edit(post)
    if not can_edit_post(by, post):
        raise NotAllowed
    refuse_closed_space(by, post.thread.space)
    if revision is not None and revision != post.revision_count:
        raise EditConflict(post)
    refuse_while_waiting(post, by=by)
    count_act(by, Limited.EDIT)
    composed = compose(body, fmt=body_format, by=by, post=post)
    if composed.html == post.body_html and not beside:
        return _as_it_was(post, by=by)
    former = _former(post)
    _put_into(post, composed)
    verdict = judge(post, by=by, beside=beside)
    if verdict.held and post.is_published:
        hold_edit(post, by=by, reason=reason, reasons=verdict.reasons, beside=beside)
        return _with_waiting_edit(post.pk)
    drop_waiting(post)
    store_edit(post, former, by=by, reason=reason, keeps=keeps)
    attach(post, composed, by=by, former=former["body_html"])
    _no_outline_any_more(post.thread)
    post_edited.send(sender=Post, post=post, by=by)
    return post


def _as_it_was(post: Post, *, by: Membership) -> Post:
    """Saved without a change: what waits to be approved is dropped."""
    if drop_waiting(post):
        post_edited.send(sender=Post, post=post, by=by)
    return post


def _put_into(post: Post, composed: Composed) -> None:
    post.body_html, post.body_source, post.body_format = composed.html, composed.source, composed.format
    # The mode of today judges what is sent today; the one stored says under which the post first appeared.
    post.mode = mode_of(post.thread.space, post.thread.community)


def _no_outline_any_more(thread: Thread) -> None:
    """Somebody has written it now."""
    if thread.outline:
        settle_outline(thread, sure=True)


def store_edit(
    post: Post, former: Former, *, by: Membership | None, reason: str, keeps: bool = False
) -> None:
    """Save the new text that `post` carries; `former` becomes a revision, unless it lived for minutes only and nobody
    `keeps` it."""
    now = timezone.now()
    keeps = keeps or post.wiki_from is not None
    if keeps or not post.is_published or (post.published_at and now - post.published_at > QUIET_EDIT):
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
    if post.thread.outline:
        Thread.objects.filter(pk=post.thread_id).update(outline=False)


def _former(post: Post) -> Former:
    return {name: getattr(post, name) for name in ("body_source", "body_html", "body_format")}


def _with_waiting_edit(post_id: int) -> Post:
    """The post as it is stored; its editor is told by `edit_waits` that the change is not."""
    post: Post = Post.objects.select_related("thread__space").get(pk=post_id)
    post.edit_waits = True
    return post


@transaction.atomic
def revise_thread(thread: Thread, *, by: Membership, title: str, tags: list[str]) -> bool:
    """Change title and tags together; False when a moderator reads them first.

    Raises NotAllowed, TagRequired, TooFast, ContentError for too many tags, and what screening raises.
    """
    if not can_edit_thread(by, thread):
        raise NotAllowed
    if thread.is_published and is_open_to(by, "tags"):
        check_required(thread.space, tag_names(tags))
    count_act(by, Limited.EDIT)
    beside = beside_of(thread, by=by, title=title, tags=tags)
    if hold_beside(thread, by=by, beside=beside):
        return False
    rename_thread(thread, by=by, title=title)
    set_tags(thread, by=by, names=tags)
    if beside:
        mark_changed(thread)
        thread_edited.send(sender=Thread, thread=thread, by=by)
    return True


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
    if thread.state not in UNSEEN:
        opening = opening_of(thread, with_key=True)
        if opening is not None:
            # A change of title is judged as the whole text under that title would be.
            opening.mode = mode_of(thread.space, thread.community)
            held = judge(opening, by=by, beside=Beside(title=title)).held
            if held and thread.is_published:
                raise TitleNotOpen
    store_title(thread, title)
    mark_changed(thread)
    return True


def store_title(thread: Thread, title: str) -> None:
    """Give a thread a title and the address that follows from it; for acts that have checked who may."""
    old_path = local_path(thread.get_absolute_url())
    thread.title = title
    thread.slug = free_slug(title, thread, keep=thread.slug)
    thread.edited_at = timezone.now()
    thread.save(update_fields=["title", "slug", "edited_at"])
    ThreadTitle.objects.filter(thread=thread).update(title=title)
    if thread.published_at is not None or is_known(old_path):
        # Also of what is out of sight for now: its address was given out, and it may come back. With what stands below
        # it: its feed is subscribed to.
        forward(old_path, local_path(thread.get_absolute_url()), below=True)


def settle_address(thread: Thread) -> None:
    """A draft’s address is that of its first title; before anybody knows it, it follows the last one."""
    if thread.state in UNSEEN:
        former = local_path(thread.get_absolute_url())
        thread.slug = free_slug(thread.title, thread, keep=thread.slug)
        Thread.objects.filter(pk=thread.pk).update(slug=thread.slug)
        if is_known(former):
            forward(former, local_path(thread.get_absolute_url()), below=True)


def mark_changed(thread: Thread) -> None:
    """Something beside a waiting text has changed: its moderator must look again."""
    if thread.state == State.PENDING:
        Post.objects.filter(thread=thread, position__isnull=True).update(
            revision_count=F("revision_count") + 1
        )


def judge_beside(thread: Thread, *, by: Membership, held: type[Exception]) -> None:
    """After what a kind says beside its text was stored, in the same transaction: the words of a published text are
    judged as they stand now, those of any other when it is published. Raises `held` where they would have to wait."""
    if thread.state == State.PUBLISHED:
        opening = opening_of(thread)
        if opening is not None:
            opening.mode = mode_of(thread.space, by.community)
            if judge(opening, by=by).held:
                raise held
        thread_edited.send(sender=Thread, thread=thread, by=by)
    mark_changed(thread)


@transaction.atomic
def delete_post(post: Post, *, by: Membership) -> bool:
    """Delete one's own post: its position stays, its text disappears from every page. False when it already was.

    The first post takes its thread along. Raises NotAllowed.
    """
    post = hold_text(post.pk)
    if post.state == State.DELETED and is_author(by, post):
        return False
    if not can_delete_post(by, post):
        raise NotAllowed
    if post.position is None:
        post_removed.send(sender=Post, post=post, by=by)
        discard_unplaced(post)
        return True
    former = post.state
    post.state, post.deleted_at = State.DELETED, timezone.now()
    post.save(update_fields=["state", "deleted_at"])
    settle_text(post, former=former)
    post_removed.send(sender=Post, post=post, by=by)
    return True


@transaction.atomic
def restore_post(post: Post, *, by: Membership) -> Post:
    """Restore what one deleted less than a day ago; if screening now holds it, a placeholder is shown until a
    moderator has read it. Raises NotAllowed, TooLate, and what screening raises."""
    post = hold_text(post.pk)
    if not is_author(by, post):
        raise NotAllowed
    if not can_restore_post(by, post):
        raise TooLate
    post.mode = mode_of(post.thread.space, post.thread.community)
    verdict = judge(post, by=by, returns=True)
    post.state, post.deleted_at = State.HIDDEN if verdict.held else State.PUBLISHED, None
    post.save(update_fields=["state", "deleted_at", "body_html", "body_source"])
    settle_text(post, former=State.DELETED)
    if verdict.held:
        post_held.send(sender=Post, post=post, by=by, reasons=verdict.reasons)
    else:
        post_restored.send(sender=Post, post=post, by=by)
    edit = waiting_edit(post)
    if edit is not None:
        edit_held.send(sender=Post, post=post, by=by, edit=edit, reasons=[])
    return post


def discard_unplaced(post: Post) -> None:
    """Delete what was never published; it takes its thread along when that was never published either."""
    thread = post.thread
    if thread.published_at is None and thread.author_id == post.author_id and thread.last_position == 0:
        thread.delete()
    else:
        post.delete()

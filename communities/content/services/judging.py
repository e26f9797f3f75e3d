"""What moderation does to texts: let them appear, withdraw them, put them back. Moderation decides who may do so and
checks its own permissions; these acts keep positions, dates and reply counts right. Each is safe to repeat."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from communities.content.models import PendingEdit, Post, State, Thread
from communities.content.services.appearing import settle_text
from communities.content.services.appending import place_reply
from communities.content.services.composing import attach, compose
from communities.content.services.editing import store_edit, store_title
from communities.content.services.holding import hold_text
from communities.content.services.publishing import make_public
from communities.content.services.tagging import file_under, tag_names
from communities.models import Membership
from communities.signals import edit_applied, post_edited, post_published, post_removed, post_restored


@transaction.atomic
def approve_post(post: Post, *, by: Membership) -> bool:
    """Let a held text appear: a reply takes its place at the end, a thread begins now. False when it is not held.

    Followers hear of it now, as from its author.
    """
    post = locked(post)
    if post.state != State.PENDING:
        return False
    author = post.author or by
    if post.thread.last_position == 0:
        thread = Thread.objects.select_for_update(of=("self",)).select_related("space").get(pk=post.thread_id)
        post.thread = thread
        make_public(thread, post, by=author, when=timezone.now())
        return True
    placed = place_reply(post)
    post.position, post.state = placed.position, State.PUBLISHED
    post_published.send(
        sender=Post, post=Post.objects.select_related("thread__space").get(pk=post.pk), by=author
    )
    return True


@transaction.atomic
def withdraw_post(post: Post, *, to: str, by: Membership | None, ground: str = "") -> bool:
    """Hide (until somebody has read it) or remove a text; False when it is so already, or gone otherwise.

    The first post takes its thread along. `by` is None where a rule did it. A held text that is refused is
    removed without ever having had a place.
    """
    post = locked(post)
    allowed = (State.PUBLISHED, State.HIDDEN, State.PENDING) if to == State.REMOVED else (State.PUBLISHED,)
    if post.state not in allowed or post.state == to:
        return False
    former = post.state
    post.state, post.ground = to, ground[:12]
    post.save(update_fields=["state", "ground"])
    settle_text(post, former=former)
    post_removed.send(sender=Post, post=post, by=by)
    return True


@transaction.atomic
def reinstate_post(post: Post, *, by: Membership) -> bool:
    """Put a hidden or removed text back where it was, with its date and its replies; False when it is public.

    One that was refused before it ever appeared appears now.
    """
    post = locked(post)
    if post.state not in (State.HIDDEN, State.REMOVED):
        return False
    if post.position is None:
        Post.objects.filter(pk=post.pk).update(state=State.PENDING, ground="")
        return approve_post(post, by=by)
    former = post.state
    post.state, post.ground = State.PUBLISHED, ""
    post.save(update_fields=["state", "ground"])
    settle_text(post, former=former)
    post_restored.send(sender=Post, post=post, by=by)
    return True


@transaction.atomic
def apply_edit(edit: PendingEdit, *, by: Membership) -> bool:
    """Publish a waiting change; the text before it becomes a version. False when it no longer waits."""
    post = locked(edit.post)
    edit = PendingEdit.objects.select_for_update(of=("self",)).get(pk=edit.pk)
    if edit.state != PendingEdit.State.WAITING or not post.is_published:
        return False
    former = {name: getattr(post, name) for name in ("body_source", "body_html", "body_format")}
    editor = edit.editor or by
    # What was shown to the moderator is what appears, mask and all.
    if (edit.body_source, edit.body_format) != (post.body_source, post.body_format):
        composed = compose(edit.body_source, fmt=edit.body_format, by=editor, post=post)
        post.body_html, post.body_source, post.body_format = (
            edit.body_html,
            edit.body_source,
            edit.body_format,
        )
        store_edit(post, former, by=edit.editor, reason=edit.reason)
        attach(post, composed, by=editor, former=former["body_html"])
    _apply_beside(post.thread, edit)
    edit.state = PendingEdit.State.APPROVED
    edit.save(update_fields=["state"])
    edit_applied.send(sender=Post, post=post, edit=edit)
    post_edited.send(sender=Post, post=post, by=editor)
    return True


def _apply_beside(thread: Thread, edit: PendingEdit) -> None:
    if "title" in edit.beside:
        store_title(thread, edit.beside["title"])
    if "tags" in edit.beside:
        file_under(thread, tag_names(edit.beside["tags"]))


def refuse_edit(edit: PendingEdit) -> bool:
    """Leave the approved text as it is; False when the change no longer waits."""
    waiting = PendingEdit.objects.filter(pk=edit.pk, state=PendingEdit.State.WAITING)
    return bool(waiting.update(state=PendingEdit.State.REFUSED))


def locked(post: Post) -> Post:
    """The post as it is now, and nobody else's until the transaction ends."""
    return hold_text(post.pk, "author")

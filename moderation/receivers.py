"""Moderation's receivers for what members write; no layer below knows of them."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from communities.content.models import PendingEdit, Post, Space, Thread
from communities.content.services import Verdict
from communities.content.services.verdicts import is_history
from communities.models import Community, Membership
from communities.signals import (
    card_found,
    edit_held,
    member_left,
    mode_set,
    naming,
    post_edited,
    post_held,
    post_inset_changed,
    post_published,
    post_removed,
    screening,
    thread_edited,
    threads_moved,
)
from moderation import hearing  # noqa: F401  connecting is its import
from moderation.journal import record
from moderation.models import Case
from moderation.notices import tell_of_hold
from moderation.screening import WORD, is_trusted, refuse_names, screen, screen_card, watched_for
from moderation.services.opening import forget_thing, open_case, withdraw_cases
from moderation.subjects.profile import forget_cleared_pictures


@receiver(screening, dispatch_uid="moderation.screening")
def judge_text(
    sender: type[Post], post: Post, by: Membership, verdict: Verdict, words: list[str], **_extra: Any
) -> None:
    """Runs before anything is visible. Imported history is not screened."""
    if not is_history():
        screen(post, by=by, verdict=verdict, words=words)


@receiver(card_found, dispatch_uid="moderation.card_found")
def judge_card(sender: type[Post], post: Post, title: str, verdict: Verdict, **_extra: Any) -> None:
    screen_card(post, title=title, verdict=verdict)


@receiver(naming, dispatch_uid="moderation.naming")
def judge_names(sender: type[Membership], membership: Membership, words: list[str], **_extra: Any) -> None:
    """A name, a handle, a biography: visible at once, on every page that its owner wrote on."""
    if not is_history():
        refuse_names(membership.community_id, by=membership, words=words)


@receiver(post_held, dispatch_uid="moderation.post_held")
def queue_held_post(
    sender: type[Post], post: Post, by: Membership, reasons: list[str], **_extra: Any
) -> None:
    # A text that its author puts back has its place already: a line stands there until somebody has read it.
    open_case(post, kind=Case.Kind.HELD if post.position is None else Case.Kind.LOOK, reasons=reasons)
    if not is_history():
        tell_of_hold(post)


@receiver(edit_held, dispatch_uid="moderation.edit_held")
def queue_held_edit(
    sender: type[Post], post: Post, by: Membership, edit: PendingEdit, reasons: list[str], **_extra: Any
) -> None:
    open_case(post, kind=Case.Kind.EDIT, reasons=reasons, edit=edit)


@receiver(post_published, dispatch_uid="moderation.post_published")
def queue_for_a_look(sender: type[Post], post: Post, by: Membership, **_extra: Any) -> None:
    """In post-moderation every text is read after it has appeared; a watched word asks for it anywhere."""
    if is_history() or is_trusted(by):
        return
    words = watched_for(post)
    if words:
        reasons = [f"{WORD}{word}" for word in words]
        open_case(post, kind=Case.Kind.LOOK, severity=2, reasons=reasons)
    # Asked last, and only where all is read afterwards: each reply would pay for it.
    elif post.mode == Community.Mode.POST and not Case.objects.about(post).exists():
        open_case(post, kind=Case.Kind.LOOK, severity=0)


@receiver(post_edited, dispatch_uid="moderation.post_edited")
def follow_edit(sender: type[Post], post: Post, by: Membership, **_extra: Any) -> None:
    """A change that went through leaves no older one to decide."""
    withdraw_cases(post, kinds=[Case.Kind.EDIT])
    _look_for_words(post, by)


def _look_for_words(post: Post, by: Membership) -> None:
    if is_history() or is_trusted(by) or not post.is_published:
        return
    words = watched_for(post)
    if words:
        reasons = [f"{WORD}{word}" for word in words]
        open_case(post, kind=Case.Kind.LOOK, severity=2, reasons=reasons)


@receiver(post_inset_changed, dispatch_uid="moderation.post_inset_changed")
def follow_inset_of_post(sender: type[Post], post: Post, by: Membership, **_extra: Any) -> None:
    """Or with what stands under a reply."""
    _look_for_words(post, by)


@receiver(thread_edited, dispatch_uid="moderation.thread_edited")
def follow_thread_edit(sender: type[Thread], thread: Thread, by: Membership, **_extra: Any) -> None:
    """A watched word that asks for a reading may have come with a title or a tag."""
    opening = Post.objects.select_related("thread__space").filter(thread=thread, position=1).first()
    if opening is not None:
        _look_for_words(opening, by)


@receiver(post_removed, dispatch_uid="moderation.post_removed")
def follow_removal(sender: type[Post], post: Post, by: Membership | None, **_extra: Any) -> None:
    """What its author deletes needs no decision; what moderation withdraws has its own case."""
    if by is not None and by.pk == post.author_id:
        withdraw_cases(post)


@receiver(threads_moved, dispatch_uid="moderation.threads_moved")
def follow_moved_threads(
    sender: type[Thread], thread_ids: list[int], source: Space, target: Space, **_extra: Any
) -> None:
    """Cases go where their texts went: whoever looks after that space finds them in the queue."""
    Case.objects.filter(post__thread_id__in=thread_ids).update(space=target)
    Case.objects.filter(edit__post__thread_id__in=thread_ids).update(space=target)


@receiver(mode_set, dispatch_uid="moderation.mode_set")
def note_mode(
    sender: type[Space], space: Space, by: Membership, before: str, after: str, **_extra: Any
) -> None:
    """A mode that was set on the page of the space stands in the journal of moderation too."""
    record("set_mode", by=by, subject=space.slug, before=before, after=after)


@receiver(member_left, dispatch_uid="moderation.member_left")
def forget_page(sender: type[Membership], membership: Membership, **_extra: Any) -> None:
    """Nothing is left to judge of a profile that is gone, and its picture is not kept."""
    forget_thing(membership)
    forget_cleared_pictures(membership)

"""Starting threads, replying, keeping drafts."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any, TypeVar, cast

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.content.audiences import looks_after
from communities.content.exceptions import (
    ContentError,
    EditConflict,
    NotStartedHere,
    QuestionClosed,
    ThreadLocked,
)
from communities.content.kinds import THREAD_KINDS, kind_of
from communities.content.models import Post, Revision, Space, State, Thread, ThreadTitle
from communities.content.permissions import can_reply_to_thread, can_start_thread, signs_thread
from communities.content.services.appending import insert_reply
from communities.content.services.composing import (
    Composed,
    attach,
    compose,
    free_slug,
    hold_space,
    new_post,
    new_thread,
    new_title,
)
from communities.content.services.following import follow_thread
from communities.content.services.publishing import publish_thread
from communities.content.services.reading import tell_of_own_reply
from communities.content.services.tagging import set_tags
from communities.content.services.waiting import judge
from communities.content.under_replies import NOTHING, Under
from communities.content.viewers import refuse_closed_space
from communities.exceptions import NotAllowed
from communities.fields import one_line
from communities.launch.features import refuse_closed
from communities.limits import Limited, count_act, count_slowly
from communities.models import Community, Membership
from communities.queries import hold_member
from communities.reads import CompiledRead
from communities.signals import draft_saved, post_held, post_published

Act = TypeVar("Act", bound=Callable[..., Any])


def once(act: Act) -> Act:
    """Against double submissions and equal titles at the same moment: the second one finds the first one's post, or
    tries again with the next free address."""

    @wraps(act)
    def acted(*args: Any, **options: Any) -> Any:
        for _attempt in range(2):
            with suppress(IntegrityError):
                return act(*args, **options)
        return act(*args, **options)

    return cast("Act", acted)


@once
@transaction.atomic
def start_thread(
    space: Space,
    *,
    by: Membership,
    community: Community,
    kind: str,
    title: str,
    body: str,
    body_format: str = "html",
    tags: list[str] | None = None,
    language: str = "",
    state: str = State.PUBLISHED,
    submission: uuid.UUID | None = None,
) -> Thread:
    """Start a thread in a space. `state` is PUBLISHED or DRAFT; screening may turn the first into PENDING.

    The same `submission` twice returns the thread of the first time. Raises NotAllowed, BlankText, TextTooLong,
    TooFast; KeyError for a `kind` that nobody has declared.
    """
    _refuse_to_start(space, by=by, kind=kind)
    if (again := already_submitted(by, submission)) is not None:
        return again.thread
    count_act(by, Limited.START)
    hold_member(by)
    hold_space(space)
    composed = compose(body, fmt=body_format, by=by)
    thread = _begun(space, community, by=by, kind=kind, title=title, language=language)
    post = _text(thread, community, composed, by=by, submission=submission)
    post.save(force_insert=True)
    attach(post, composed, by=by)
    if tags:
        set_tags(thread, by=by, names=tags)
    follow_thread(thread, by=by)
    if state == State.PUBLISHED:
        publish_thread(thread, by=by)
    return thread


def _begun(
    space: Space, community: Community, *, by: Membership, kind: str, title: str, language: str
) -> Thread:
    """A thread with its first title, and without a text yet."""
    slug = free_slug(title, Thread(space=space, kind=kind))
    thread = new_thread(
        space, community, author_id=by.pk, kind=kind, slug=slug, title=title, language=language
    )
    thread.author = by
    thread.save(force_insert=True)
    new_title(thread).save(force_insert=True)
    return thread


def _refuse_to_start(space: Space, *, by: Membership, kind: str) -> None:
    if not can_start_thread(by, space):
        raise NotAllowed
    refuse_closed_space(by, space)
    begun = THREAD_KINDS[kind]
    if not space.takes(kind):
        raise NotStartedHere
    if begun.feature:
        refuse_closed(by, begun.feature)


@once
@transaction.atomic
def reply_to(
    thread: Thread,
    *,
    by: Membership,
    body: str,
    body_format: str = "html",
    submission: uuid.UUID | None = None,
    follow: bool = True,
    comment: bool = False,
    at: datetime.datetime | None = None,
    under: Under = NOTHING,
) -> Post:
    """Reply at the end of a thread. A post that screening holds takes no place and is seen by its author only.

    The same `submission` twice returns the first post. `at` backdates the reply, for texts that were written
    elsewhere before; no view passes it (a test sees to that). `under` is sent with it; a `comment` answers nothing.
    Raises NotAllowed, ThreadLocked, BlankText, TextTooLong, TooFast, ContentError for a moment to come.
    """
    if at is not None and at > timezone.now():
        raise ContentError(_("A reply cannot be dated after now."))
    refuse_reply(thread, by)
    if (again := already_submitted(by, submission)) is not None:
        return again
    count_act(by, Limited.REPLY)
    composed = compose(body, fmt=body_format, by=by)
    post = _text(thread, _community_of(thread), composed, by=by, submission=submission, comment=comment)
    verdict = judge(post, by=by, under=under.words)
    if thread.space.slow_minutes and not looks_after(by, thread.space_id):
        count_slowly(by, f"t{thread.pk}", minutes=thread.space.slow_minutes)
    if verdict.held:
        _hold_back(post, composed, by=by, follow=follow)
        under.store(post, by=by)
        post_held.send(sender=Post, post=post, by=by, reasons=verdict.reasons)
        return post
    position = _take_place(post, follow=follow, at=at)
    attach(post, composed, by=by)
    under.store(post, by=by)
    post_published.send(sender=Post, post=post, by=by)
    transaction.on_commit(lambda: tell_of_own_reply(thread, by=by, position=position))
    return post


def refuse_reply(thread: Thread, by: Membership) -> None:
    """Raises NotAllowed, ThreadLocked for whoever may not reply here, or not any more."""
    if not can_reply_to_thread(by, thread):
        if thread.is_double:
            raise QuestionClosed
        raise ThreadLocked if thread.locked or not kind_of(thread).takes_replies(thread) else NotAllowed
    refuse_closed_space(by, thread.space)


def _hold_back(post: Post, composed: Composed, *, by: Membership, follow: bool) -> None:
    """Store a reply that waits for a moderator. Raises NotAllowed for somebody who left while they wrote: a published
    one finds that out in the statement that counts it."""
    hold_member(by)
    if follow:
        follow_thread(post.thread, by=by)
    post.state = State.PENDING
    post.save()
    attach(post, composed, by=by)


def _take_place(post: Post, *, follow: bool, at: datetime.datetime | None) -> int:
    """Store a reply at the end of its thread; its position. Raises NotAllowed for somebody who left, or became one with
    another membership, while they wrote."""
    placed = insert_reply(post, follow=follow, at=at)
    if placed.author_status not in (None, Membership.Status.ACTIVE):
        raise NotAllowed
    post.pk, post.public_id = placed.id, placed.public_id
    post.position, post.state = placed.position, State.PUBLISHED
    post._state.adding, post.has_taken_draft = False, True
    return placed.position


@transaction.atomic
def save_draft(
    thread: Thread,
    *,
    by: Membership,
    title: str,
    body: str,
    body_format: str = "html",
    version: int | None = None,
) -> Thread:
    """Store what is typed in an unpublished thread: over what the same person typed, without a revision; what somebody
    else has left is kept as one.

    `version` is the one its editor started from. Raises NotAllowed, BlankText, TooFast, EditConflict when
    somebody saved meanwhile.
    """
    thread = Thread.objects.select_for_update(of=("self",)).select_related("space").get(pk=thread.pk)
    if not by.can_write or not signs_thread(by, thread) or thread.state not in (State.DRAFT, State.SCHEDULED):
        raise NotAllowed
    if version is not None and version != thread.version:
        raise EditConflict(thread)
    count_act(by, Limited.DRAFT)
    post = thread.posts.get(position__isnull=True)
    composed = compose(body, fmt=body_format, by=by, post=post)
    is_written = composed.html != post.body_html
    if is_written or one_line(title) != thread.title:
        _keep_anothers(post, thread, by)
    post.body_html, post.body_source, post.body_format = composed.html, composed.source, composed.format
    post.edited_at = timezone.now()
    post.save(update_fields=["body_html", "body_source", "body_format", "edited_at", "revision_count"])
    attach(post, composed, by=by)
    thread.title, thread.edited_at, thread.version = one_line(title), timezone.now(), thread.version + 1
    thread.outline = thread.outline and not is_written
    thread.save(update_fields=["title", "edited_at", "version", "outline"])
    ThreadTitle.objects.filter(thread=thread).update(title=thread.title)
    draft_saved.send(sender=Thread, thread=thread, post=post, by=by)
    return thread


def _keep_anothers(post: Post, thread: Thread, by: Membership) -> None:
    """Of a draft that several write, what it was before another hand changed it; whoever goes on with their own text
    leaves no trail."""
    last = Revision.objects.filter(post=post).order_by("-number").values_list("editor_id", flat=True).first()
    if by.pk == (last or thread.author_id):
        return
    Revision.objects.create(
        post=post,
        number=post.revision_count,
        editor=by,
        title=thread.title,
        body_source=post.body_source,
        body_html=post.body_html,
        body_format=post.body_format,
    )
    post.revision_count += 1


def _community_of(thread: Thread) -> Community:
    """As it is now: the moderation in force is kept on each text."""
    if "community" not in thread._state.fields_cache:
        [thread.community] = _community(thread.community_id)
    return thread.community


_community: CompiledRead[Community] = CompiledRead(lambda number: Community.objects.filter(pk=number))


def already_submitted(by: Membership, submission: uuid.UUID | None) -> Post | None:
    """The post of an earlier press of the same button. Hardly ever there is one, so its number is asked for first."""
    if submission is None or not _is_submitted(by.pk, submission):
        return None
    return _submitted.first(by.pk, submission)


_is_submitted: CompiledRead[tuple[int]] = CompiledRead(
    lambda author, submission: Post.objects.filter(author_id=author, submission=submission).values_list("pk"),
    name="submitted",
)
_submitted: CompiledRead[Post] = CompiledRead(
    lambda author, submission: Post.objects.filter(author_id=author, submission=submission).select_related(
        "thread__space"
    )[:1]
)


def _text(
    thread: Thread,
    community: Community,
    composed: Composed,
    *,
    by: Membership,
    submission: uuid.UUID | None,
    comment: bool = False,
) -> Post:
    post = new_post(
        thread,
        community,
        author_id=by.pk,
        html=composed.html,
        source=composed.source,
        source_format=composed.format,
        submission=submission,
    )
    post.author = by
    post.is_comment = comment and thread.asks
    return post

"""From draft to published, now or at a date, and back."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.content.addresses import local_path
from communities.content.audiences import looks_after
from communities.content.exceptions import ContentError, StillOutline
from communities.content.kinds import THREAD_KINDS, feature_of, kind_of
from communities.content.managers import WAITING
from communities.content.models import Mention, Post, State, Thread
from communities.content.permissions import can_start_thread, is_author, signs_thread
from communities.content.services.appearing import count_text
from communities.content.services.forwarding import keep_for
from communities.content.services.tagging import check_required, date_tags
from communities.content.services.waiting import judge
from communities.content.viewers import refuse_closed_space
from communities.exceptions import NotAllowed
from communities.launch.features import is_open_to
from communities.models import Community, Membership
from communities.queries import communities_by_id
from communities.reads import CompiledRead
from communities.scoping import active_community_id
from communities.signals import post_held, post_published, thread_published, thread_unpublished
from communities.tasks import each_together


@transaction.atomic
def publish_thread(
    thread: Thread, *, by: Membership, at: datetime.datetime | None = None, screened: bool = False
) -> bool:
    """Make a draft, scheduled or held thread visible; False when it already was, or is held by screening.

    `at` backdates the publication (scheduled for then). `screened` says that a person has approved it.
    Raises NotAllowed, TagRequired.
    """
    held = Thread.objects.select_for_update(of=("self",)).select_related("space").get(pk=thread.pk)
    if held.state == State.PUBLISHED:
        return False
    _check_may_publish(held, by)
    return _publish_held(held, by=by, at=at, screened=screened)


def publish_made(thread: Thread, *, by: Membership) -> bool:
    """The same of a draft that `start_thread` has made in this transaction: nobody else sees its row, which needs no
    lock and is not read again. False where screening holds it."""
    return _publish_held(thread, by=by, at=None)


def _publish_held(
    thread: Thread, *, by: Membership, at: datetime.datetime | None, screened: bool = False
) -> bool:
    """The same of a thread whose row is locked, by somebody who may."""
    if thread.state not in WAITING:
        # What was hidden, removed or deleted comes back by other doors.
        raise NotAllowed
    if thread.state == State.DRAFT:
        refuse_untagged(thread, by)
    post = _unplaced_post(thread)
    post.thread = thread
    if not screened:
        verdict = judge(post, by=by)
        if verdict.held:
            Thread.objects.filter(pk=thread.pk).update(state=State.PENDING)
            thread.state = post.state = State.PENDING
            post.save(update_fields=["state", "body_html", "body_source"])
            post_held.send(sender=Post, post=post, by=by, reasons=verdict.reasons)
            return False
    make_public(thread, post, by=by, when=at or timezone.now())
    return True


@transaction.atomic
def publish_drafts(drafts: Iterable[Thread], *, by: Membership, sure: bool = False) -> int:
    """Publish one’s own drafts, each in the way of its kind: all of them or, where one is refused, none.

    How many are visible now; what screening holds is not. Raises NotAllowed, TagRequired, StillOutline.
    """
    visible = 0
    for draft in drafts:
        settle_outline(draft, sure=sure)
        in_own_way = THREAD_KINDS[draft.kind].kind.publish_draft(draft, by=by)
        visible += publish_thread(draft, by=by) if in_own_way is None else in_own_way
    return visible


def settle_outline(thread: Thread, *, sure: bool = False) -> None:
    """What nobody has written is published only by who says so; then it is a text. Raises StillOutline."""
    if not thread.outline:
        return
    if not sure:
        raise StillOutline(thread.title)
    Thread.objects.filter(pk=thread.pk).update(outline=False)
    thread.outline = False


_unplaced: CompiledRead[Post] = CompiledRead(
    lambda thread: Post.objects.filter(thread_id=thread, position__isnull=True)[:2], name="unplaced_text"
)


def _unplaced_post(thread: Thread) -> Post:
    """The text that a thread begins with, which has no place in it yet. Raises Post.DoesNotExist and, for more than one
    of them, Post.MultipleObjectsReturned: which of them was meant, nobody has said."""
    posts = _unplaced(thread.pk)
    if not posts:
        raise Post.DoesNotExist
    if len(posts) > 1:
        raise Post.MultipleObjectsReturned
    return posts[0]


def make_public(thread: Thread, post: Post, *, by: Membership, when: datetime.datetime) -> None:
    """The thread with its first post, visible from `when` on; for acts that have checked who may.

    Raises NotAllowed for an author who has left meanwhile.
    """
    show_from(thread, post, when)
    thread.save(update_fields=SHOWN)
    post.news_due_at = timezone.now()
    changed = ["state", "position", "published_at", "created_at", "news_due_at", "body_html", "body_source"]
    post.save(update_fields=changed)
    date_tags(thread)
    status = count_text(post.author_id, post.community_id, 1)
    if by.pk == post.author_id and status == Membership.Status.LEFT:
        # They went while they published: what was a draft goes with them.
        raise NotAllowed
    post_published.send(sender=Post, post=post, by=by)
    thread_published.send(sender=Thread, thread=thread, by=by)


# What `show_from` sets of a thread.
SHOWN = (
    "state", "published_at", "last_activity_at", "last_position", "last_author", "scheduled_for", "retires_at",
    "created_at",
)  # fmt: skip


def show_from(thread: Thread, post: Post, when: datetime.datetime) -> None:
    """Set what makes a thread and its first post public; nothing is saved."""
    thread.state, thread.published_at, thread.last_activity_at = State.PUBLISHED, when, when
    thread.last_position, thread.last_author_id, thread.scheduled_for = 1, thread.author_id, None
    if thread.retires_at is not None and thread.retires_at <= when:
        # It was put off beyond its end: whoever publishes it now wants it read.
        thread.retires_at = None
    # What is dated back was also written then.
    thread.created_at = min(thread.created_at, when)
    place_from(post, 1, when)


def place_from(post: Post, position: int, when: datetime.datetime) -> None:
    """Set what gives a post its place in its thread; nothing is saved."""
    post.state, post.position, post.published_at = State.PUBLISHED, position, when
    post.created_at = min(post.created_at, when)


@transaction.atomic
def schedule_thread(thread: Thread, *, by: Membership, at: datetime.datetime) -> None:
    """Publish at a date to come. Raises NotAllowed, StillOutline, ContentError for a date that has passed."""
    thread = Thread.objects.select_for_update(of=("self",)).select_related("space").get(pk=thread.pk)
    _check_may_publish(thread, by)
    settle_outline(thread)
    if at <= timezone.now():
        raise ContentError(_("The date must be after now."))
    if thread.state not in (State.DRAFT, State.SCHEDULED):
        raise ContentError
    refuse_untagged(thread, by)
    Thread.objects.filter(pk=thread.pk).update(state=State.SCHEDULED, scheduled_for=at)
    Post.objects.filter(thread=thread, position__isnull=True).update(state=State.SCHEDULED)


def schedule_draft(thread: Thread, *, by: Membership, at: datetime.datetime) -> None:
    """Schedule a draft in the way of its kind, or a scheduled one anew. Raises what `schedule_thread` raises."""
    if not THREAD_KINDS[thread.kind].kind.schedule_draft(thread, by=by, at=at):
        schedule_thread(thread, by=by, at=at)


@transaction.atomic
def unpublish_thread(thread: Thread, *, by: Membership) -> bool:
    """Back to draft: a scheduled thread, or a published one that nobody has answered. False when it was one.

    Raises NotAllowed, also for what moderation took away; ContentError where there are replies, held ones too.
    """
    thread = Thread.objects.select_for_update(of=("self",)).select_related("space").get(pk=thread.pk)
    _check_may_publish(thread, by)
    if thread.state == State.DRAFT:
        return False
    if thread.state not in (State.PUBLISHED, *WAITING):
        raise NotAllowed
    if thread.state == State.PUBLISHED and thread.posts.replies().exists():
        raise ContentError(_("It already has replies: it can be edited, but not turned back into a draft."))
    if thread.is_published:
        count_text(thread.author_id, thread.community_id, -1)
        keep_for(local_path(thread.get_absolute_url()))
        Mention.objects.filter(post__thread=thread).update(told=False)
        thread_unpublished.send(sender=Thread, thread=thread, by=by)
    thread.state, thread.published_at, thread.scheduled_for = State.DRAFT, None, None
    thread.retires_at = None
    thread.last_activity_at, thread.last_position = None, 0
    thread.place(0)
    thread.save()
    Post.objects.filter(thread=thread).update(state=State.DRAFT, position=None, published_at=None)
    date_tags(thread)
    return True


@transaction.atomic
def discard_draft(thread: Thread, *, by: Membership) -> None:
    """Delete an unpublished thread. Raises NotAllowed."""
    if not is_author(by, thread) or thread.state not in (State.DRAFT, State.SCHEDULED):
        raise NotAllowed
    thread.delete()


def publish_due(community: Community | None = None, *, now: datetime.datetime | None = None) -> int:
    """Publish what is scheduled and due in the community in scope; how many. Safe to run twice at once.

    `community` is the one in scope, for who has just read it.
    """
    moment = now or timezone.now()
    community = community or communities_by_id.get(active_community_id())
    if community is None or not community.takes_texts:
        # They keep their date, and go out when people may write again.
        return 0
    just_read = 0

    def find() -> dict[int, Thread]:
        nonlocal just_read
        threads = {thread.pk: thread for thread in _due(moment)}
        just_read = next(iter(threads), 0)
        return threads

    def publish(thread: Thread) -> bool:
        # The first one’s author has been read with it.
        return _publish_due(thread, community, is_read=thread.pk == just_read)

    def alone(thread: Thread) -> bool:
        try:
            with transaction.atomic():
                return _publish_due(thread, community)
        except ContentError:
            # Its words have been banned since; the others are published all the same.
            back_to_draft(thread)
            return False

    return each_together("thread", find, publish, alone)


MOST_DUE = 100
_due: CompiledRead[Thread] = CompiledRead(
    lambda moment: (
        Thread.objects.due(moment)
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("author", "space")[:MOST_DUE]
    ),
    name="due_threads",
)


def _publish_due(thread: Thread, community: Community, *, is_read: bool = False) -> bool:
    """One of them, whose row is locked; `is_read`: its author was read a moment ago. Raises ContentError."""
    author, thread.community = thread.author, community
    if author is not None:
        if not is_read:
            # The texts before this one took their time, and whoever was suspended meanwhile publishes nothing.
            author.refresh_from_db(fields=["status", "suspended_until", "read_only_until", "role"])
        # What is asked of people otherwise reads it for each of them.
        author.community = community
    if author is None or not can_start_thread(author, thread.space):
        back_to_draft(thread)
        return False
    if not is_open_to(author, feature_of(thread.space)):
        # Its part of the community is closed: it keeps its date and goes out when that part opens.
        return False
    # Its row was locked as it was found, and its author’s right asked just above.
    return _publish_held(thread, by=author, at=thread.scheduled_for)


def back_to_draft(thread: Thread) -> None:
    """What was scheduled is not any more; for acts that have checked who may, and hold its row."""
    Thread.objects.filter(pk=thread.pk).update(state=State.DRAFT, scheduled_for=None)
    Post.objects.filter(thread=thread, position__isnull=True).update(state=State.DRAFT)


def refuse_untagged(thread: Thread, by: Membership) -> None:
    """Raises TagRequired where a thread has none of the tags that its space asks for."""
    if thread.space.required_tags and is_open_to(by, "tags"):
        check_required(thread.space, thread.tags.values_list("slug", flat=True))


def _check_may_publish(thread: Thread, by: Membership) -> None:
    if not (signs_thread(by, thread) or looks_after(by, thread.space_id)) or not can_start_thread(
        by, thread.space
    ):
        raise NotAllowed
    if not kind_of(thread).may_publish(by, thread):
        raise NotAllowed
    refuse_closed_space(by, thread.space)

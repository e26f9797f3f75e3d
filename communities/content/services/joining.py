"""Two threads about the same become one, in which all posts stand by date; and taking that back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from communities.content.addresses import local_path
from communities.content.exceptions import RegroupError
from communities.content.kinds import kind_of
from communities.content.models import Post, PostMove, State, Thread
from communities.content.permissions import can_regroup_thread
from communities.content.services.appearing import take_along
from communities.content.services.counting import settle_threads
from communities.content.services.forwarding import forward
from communities.content.services.regrouping import (
    MOST_POSTS,
    Places,
    active_at,
    add_followers,
    first_unread,
    held_move,
    hold_threads,
    keep_activity,
    lead_back,
    lead_to_posts,
    leading_to_posts,
    led_here,
    listed,
    marks_of,
    places_of,
    put,
    read_until,
    refuse_before_splits,
    set_marks,
    settle_divided,
    settle_last,
    take_followers,
)
from communities.content.services.tagging import date_tags
from communities.content.under_replies import goes_along, lift_inset, lower_inset
from communities.exceptions import NotAllowed
from communities.journal.exceptions import NothingToUndo
from communities.journal.services import record
from communities.models import Membership
from communities.signals import posts_moved, thread_merged

MERGE = "merge_threads"


@transaction.atomic
def merge_threads(source: Thread, target: Thread, *, by: Membership) -> PostMove:
    """Put all posts of one thread into another one of its space, by date; the text that began the other one stays on
    top. The address of the first leads there for good, its followers follow there, and whoever wrote in either is told.

    Raises NotAllowed for who does not look after their space, RegroupError for threads that cannot become one.
    """
    held = hold_threads(source, target)
    if source.pk == target.pk:
        raise RegroupError(_("A thread cannot be merged into itself."), field="into")
    if len(held) != 2:
        raise RegroupError(_("This thread is part of another one by now."), field="into")
    source, target = held[source.pk], held[target.pk]
    refuse_merge(source, target, by=by)
    ours, theirs = places_of(source), places_of(target)
    led = leading_to_posts((source, ours), (target, theirs))
    kept = _carry(source, target, ours, theirs)
    kept["former"] = _lead_on(source, target)
    lead_to_posts(led, target)
    move: PostMove = PostMove.objects.create(
        source=source,
        target=target,
        opening_id=next(iter(ours)),
        position=1,
        posts=len(ours),
        whole=True,
        by=by,
        kept=kept,
    )
    settle_divided(target)
    record(by, MERGE, what=source.title, about=move.pk, before={"into": ""}, after={"into": target.title})
    posts_moved.send(sender=Thread, source=source, target=target, post_ids=[*ours, *kept["waiting"]])
    thread_merged.send(sender=Thread, move=move, source=source, target=target, by=by)
    return move


def _carry(source: Thread, target: Thread, ours: Places, theirs: Places) -> dict[str, Any]:
    """Give all posts their places in the thread that stays, and let followers and marks of readers follow; what undoing
    it takes."""
    now = _by_date(ours, theirs)
    marks = _marks(source, target, ours, theirs, now)
    waiting = list(Post.objects.filter(thread=source, position__isnull=True).values_list("pk", flat=True))
    under = lower_inset(source, Post.objects.get(pk=next(iter(ours))))
    Post.objects.filter(pk__in=waiting).update(thread=target)
    put(target, now)
    followers = add_followers(source, target)
    set_marks(target, {person: mark for person, (_was, mark) in marks.items()})
    return {
        "source": listed(ours),
        "target": listed(theirs),
        "waiting": waiting,
        "under": under,
        "followers": followers,
        "marks": [[person, was, mark] for person, (was, mark) in marks.items()],
        "retires_at": source.retires_at and source.retires_at.isoformat(),
        "active": [active_at(source), active_at(target)],
    }


def _lead_on(source: Thread, target: Thread) -> list[str]:
    """The thread that is empty now is gone, its address leads to the other one; which addresses had led to it."""
    path = local_path(source.get_absolute_url())
    former = led_here(path)
    Thread.objects.filter(pk=source.pk).update(state=State.DELETED, retires_at=None)
    source.state = State.DELETED
    date_tags(source)
    settle_last(target)
    settle_threads(source.community_id, [target.pk], withdrawn=True)
    forward(path, local_path(target.get_absolute_url()), below=True)
    return former


@transaction.atomic
def unmerge_threads(move: PostMove, *, by: Membership) -> None:
    """Make two threads of one that was made of them: every post where it stood, what was written since in the one that
    stayed, followers and marks of readers as they were.

    Raises NotAllowed, NothingToUndo where posts have gone elsewhere since.
    """
    move, source, target = held_move(move)
    if not can_regroup_thread(by, target):
        raise NotAllowed
    if not move.kept or _went_on(move):
        raise NothingToUndo
    refuse_before_splits(move)
    if source.space_id != target.space_id:
        raise NothingToUndo(_("One of the two threads is now in another space."))
    led = leading_to_posts((target, places_of(target)))
    came = _carry_back(move, source, target)
    Thread.objects.filter(pk=source.pk).update(state=State.PUBLISHED, retires_at=move.kept["retires_at"])
    source.state = State.PUBLISHED
    date_tags(source)
    for thread in (source, target):
        settle_last(thread)
    settle_threads(source.community_id, [source.pk, target.pk], withdrawn=True)
    keep_activity(source, move.kept["active"][0])
    keep_activity(target, move.kept["active"][1])
    lead_back(local_path(source.get_absolute_url()), move.kept["former"])
    lead_to_posts(led, source, target)
    opening = Post.objects.get(pk=move.opening_id)
    if opening.state == State.HIDDEN:
        # It takes its thread along, as anywhere, and brings it back: what stands under it must not be read before it.
        take_along(source, opening)
    change = move.pk
    move.delete()
    settle_divided(target)
    record(by, MERGE, what=source.title, about=change, before={"into": target.title}, after={"into": ""})
    posts_moved.send(sender=Thread, source=target, target=source, post_ids=came)


def _went_on(move: PostMove) -> bool:
    """Whether posts that came with it have gone elsewhere since. What else was there may have: another thread that was
    merged into this one before is by itself again."""
    posts = [post for post, _place in move.kept["source"]]
    return Post.objects.filter(pk__in=posts).exclude(thread=move.target_id).exists()


def _carry_back(move: PostMove, source: Thread, target: Thread) -> list[int]:
    """Give posts, followers and marks of readers back what they had; the posts of the thread that comes back. What was
    written since stays where it was written, after the rest. Where posts that were there have left since, the others
    stand as they do: neither places nor marks of before fit them."""
    now = places_of(target)
    ours = {post: place for post, place in move.kept["source"] if post in now}
    theirs: Places = dict(move.kept["target"])
    as_kept = not Post.objects.filter(pk__in=theirs).exclude(thread=target).exists()
    theirs = {post: place if as_kept else now[post] for post, place in theirs.items() if post in now}
    last = max(theirs.values(), default=0)
    later = [post for post in now if post not in ours and post not in theirs]
    theirs |= {post: last + number for number, post in enumerate(later, start=1)}
    marks = _marks_back(move.kept["marks"] if as_kept else [], target, now, theirs)
    put(source, ours)
    put(target, theirs)
    waiting = Post.objects.filter(pk__in=move.kept["waiting"], thread=target, position__isnull=True)
    waiting.update(thread=source)
    lift_inset(source, Post.objects.get(pk=move.opening_id), move.kept.get("under", {}))
    take_followers(target, move.kept["followers"])
    set_marks(target, marks)
    return [*ours, *move.kept["waiting"]]


def refuse_merge(source: Thread, target: Thread, *, by: Membership) -> None:
    """Raises NotAllowed, RegroupError for threads that cannot become one: also before anybody is asked whether they are
    sure."""
    if not can_regroup_thread(by, source) or not can_regroup_thread(by, target):
        raise NotAllowed
    if source.space_id != target.space_id:
        raise RegroupError(_("Both must be in the same space. Move one of them first."), field="into")
    if not source.is_published or not target.is_published:
        raise RegroupError(_("Choose a thread that its readers can see."), field="into")
    if target.is_double:
        # What comes into it could not be answered; and where it leads to the other one, it would lead to itself.
        said = _(
            "That question is closed, because it was asked before. Open it again first, or choose another thread."
        )
        raise RegroupError(said, field="into")
    if not goes_along(source):
        said = _("What is under its text belongs to this thread. Merge the other one into it.")
        raise RegroupError(said, field="into")
    if source.posts.count() + target.posts.count() > MOST_POSTS:
        said = _(
            "Together they would have more than %(most)s posts. Lock one of them, and lead to the other."
        )
        raise RegroupError(said % {"most": MOST_POSTS}, field="into")
    if kind_of(source).bound_posts(source):
        said = _(
            "This question has an accepted answer, which belongs to it. Merge the other one into this one."
        )
        raise RegroupError(said, field="into")


def _by_date(ours: Places, theirs: Places) -> Places:
    """All posts of both by date, the text that begins the other thread on top: each with its new place."""
    top = next(iter(theirs))
    rows = Post.objects.filter(pk__in=[*ours, *theirs]).exclude(pk=top)
    found = rows.values_list("pk", "published_at", "created_at")
    # Within a thread the order stays, also where something was dated back.
    order = {post: number for places in (ours, theirs) for number, post in enumerate(places)}
    moments = {post: published or created for post, published, created in found}
    merged: list[int] = []
    queues = [[post for post in places if post != top] for places in (theirs, ours)]
    while any(queues):
        queues = [queue for queue in queues if queue]
        nearest = min(queues, key=lambda queue: (moments[queue[0]], order[queue[0]]))
        merged.append(nearest.pop(0))
    return {top: 1} | {post: number for number, post in enumerate(merged, start=2)}


def _marks(
    source: Thread, target: Thread, ours: Places, theirs: Places, now: Places
) -> dict[int, tuple[int, int]]:
    """How far readers of the thread that stays have read it by its new places: up to the first post of either that they
    have not seen; with how far it was."""
    read_there = marks_of(source)
    last = max(now.values())
    found: dict[int, tuple[int, int]] = {}
    for person, read_to in marks_of(target).items():
        unread = min(
            first_unread(theirs, now, read_to), first_unread(ours, now, read_there.get(person, 0)), last + 1
        )
        found[person] = (read_to, unread - 1)
    return found


def _marks_back(marks: Sequence[list[int]], target: Thread, now: Places, after: Places) -> Places:
    """Where nobody has read on since, what was; else as far as they have read by now."""
    kept = {person: (was, set_to) for person, was, set_to in marks}
    found: Places = {}
    for person, read_to in marks_of(target).items():
        was, set_to = kept.get(person, (0, -1))
        found[person] = was if read_to == set_to else max(was, read_until(now, after, read_to))
    return found

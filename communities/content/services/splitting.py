"""Posts of a thread become one of their own; and taking that back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from communities.content.addresses import local_path
from communities.content.exceptions import RegroupError
from communities.content.kinds import kind_of
from communities.content.models import Post, PostMove, ReadMarker, Space, Thread, ThreadTitle
from communities.content.permissions import can_regroup_thread
from communities.content.services.composing import free_slug, new_thread
from communities.content.services.counting import settle_threads
from communities.content.services.forwarding import forward
from communities.content.services.publishing import show_from
from communities.content.services.regrouping import (
    MOST_POSTS,
    Places,
    active_at,
    add_followers,
    held_move,
    hold_threads,
    keep_activity,
    lead_to_posts,
    leading_to_posts,
    listed,
    marks_of,
    places_of,
    put,
    read_until,
    refuse_before_splits,
    set_marks,
    settle_divided,
    settle_last,
)
from communities.content.services.tagging import file_under
from communities.exceptions import NotAllowed
from communities.fields import one_line
from communities.journal.exceptions import NothingToUndo
from communities.journal.services import record
from communities.launch.features import is_open_to
from communities.models import Community, Membership
from communities.signals import posts_moved, thread_absorbed, thread_split

SPLIT = "split_thread"


@transaction.atomic
def split_thread(
    thread: Thread, *, posts: Sequence[int], title: str, by: Membership, community: Community
) -> Thread:
    """Take replies out of a thread, in their order, into a new one of its space; the first of them begins it. Where
    they stood, a line leads there; followers follow both, and whoever wrote them is told.

    Raises NotAllowed for who does not look after the space, RegroupError for posts that cannot go, or none.
    """
    held = hold_threads(thread).get(thread.pk)
    if held is None:
        # Whoever undid what made a thread of it was faster.
        raise RegroupError(_("This thread is part of another one by now."))
    source = held
    if not can_regroup_thread(by, source):
        raise NotAllowed
    source.space = Space.objects.get(pk=source.space_id)
    places = places_of(source)
    chosen = {post: places[post] for post in places if post in set(posts)}
    _refuse(source, places, chosen, posts)
    title = _titled(title)
    first = Post.objects.get(pk=next(iter(chosen)))
    target = _begin(source, title, first=first, community=community)
    led = leading_to_posts((source, places))
    put(target, {post: number for number, post in enumerate(chosen, start=1)})
    lead_to_posts(led, source, target)
    kept: dict[str, Any] = {"places": listed(places), "active": active_at(source)}
    kept["marks"] = _marks(source, target, places, chosen)
    kept["comment"] = first.pk if first.is_comment else None
    add_followers(source, target)
    for one in (source, target):
        settle_last(one)
    settle_threads(source.community_id, [source.pk, target.pk], withdrawn=True)
    _tag_as(source, target, by=by)
    move = _noted(source, target, chosen, by=by, kept=kept)
    record(by, SPLIT, what=source.title, about=move.pk, before={"into": ""}, after={"into": title})
    posts_moved.send(sender=Thread, source=source, target=target, post_ids=list(chosen))
    thread_split.send(sender=Thread, move=move, source=source, target=target, by=by)
    return target


def _titled(title: str) -> str:
    if not (title := one_line(title)):
        raise RegroupError(_("Give the new thread a title."), field="title")
    return title


def _tag_as(source: Thread, target: Thread, *, by: Membership) -> None:
    """Where threads carry tags, those of the thread that the posts come from, until somebody chooses better ones."""
    if source.space.required_tags and is_open_to(by, "tags"):
        file_under(target, dict(source.tags.values_list("slug", "name")))


def _noted(
    source: Thread, target: Thread, chosen: Places, *, by: Membership, kept: dict[str, Any]
) -> PostMove:
    post, position = next(iter(chosen.items()))
    move: PostMove = PostMove.objects.create(
        source=source,
        target=target,
        opening_id=post,
        position=position,
        posts=len(chosen),
        whole=False,
        by=by,
        kept=kept,
    )
    settle_divided(source, target)
    return move


@transaction.atomic
def unsplit_thread(move: PostMove, *, by: Membership) -> None:
    """Put posts back where they stood; what was written since in either thread follows after. The address of the one
    that goes leads to the one they are in.

    Raises NotAllowed, NothingToUndo where posts have gone elsewhere since.
    """
    move, source, target = held_move(move)
    if not can_regroup_thread(by, source) or not can_regroup_thread(by, target):
        raise NotAllowed
    if source.space_id != target.space_id:
        # What was said in either since is for its own readers.
        raise NothingToUndo(_("One of the two threads is now in another space."))
    refuse_before_splits(move)
    kept: Places = dict(move.kept.get("places", ()))
    elsewhere = Post.objects.filter(pk__in=kept).exclude(thread__in=[source.pk, target.pk])
    if not kept or elsewhere.exists() or not target.is_published:
        raise NothingToUndo
    if target.inset or kind_of(target).bound_posts(target):
        raise NothingToUndo(
            _("The new thread has something of its own by now: an accepted answer, or a poll.")
        )
    led = leading_to_posts((source, places_of(source)), (target, places_of(target)))
    came = _carry_back(move, source, target, kept)
    settle_last(source)
    settle_threads(source.community_id, [source.pk], withdrawn=True)
    keep_activity(source, move.kept["active"])
    forward(local_path(target.get_absolute_url()), local_path(source.get_absolute_url()), below=True)
    lead_to_posts(led, source)
    # What was written there since is here now: who followed it there follows here.
    add_followers(target, source)
    record(by, SPLIT, what=source.title, about=move.pk, before={"into": target.title}, after={"into": ""})
    posts_moved.send(sender=Thread, source=target, target=source, post_ids=came)
    thread_absorbed.send(sender=Thread, source=target, target=source)
    # It holds nothing any more; the row about the posts goes with it.
    file_under(target, {})
    target.delete()
    settle_divided(source)


def _carry_back(move: PostMove, source: Thread, target: Thread, kept: Places) -> list[int]:
    """Put all posts of both threads into the first: where they stood, and what was written since after that, by date.
    The posts that come back."""
    here, there = places_of(source), places_of(target)
    places = {post: place for post, place in kept.items() if post in here or post in there}
    later = [post for post in (*here, *there) if post not in places]
    rows = Post.objects.filter(pk__in=later).order_by("published_at", "pk").values_list("pk", flat=True)
    last = max(places.values())
    places |= {post: last + number for number, post in enumerate(rows, start=1)}
    marks = {person: (was, mark) for person, was, mark in move.kept["marks"]}
    back: Places = {}
    for person, read_to in marks_of(source).items():
        was, mark = marks.get(person, (0, -1))
        back[person] = was if read_to == mark else max(was, read_until(here, places, read_to))
    put(source, places)
    # What began the other thread was a comment in this one.
    Post.objects.filter(pk=move.kept.get("comment"), position__gt=1).update(is_comment=True)
    set_marks(source, back)
    waiting = Post.objects.filter(thread=target, position__isnull=True)
    came = [*there, *waiting.values_list("pk", flat=True)]
    waiting.update(thread=source)
    return came


def _refuse(source: Thread, places: Places, chosen: Places, posts: Sequence[int]) -> None:
    if not source.is_published:
        raise NotAllowed
    if not chosen:
        raise RegroupError(_("Choose the posts that go."), field="posts")
    if len(chosen) != len(set(posts)):
        raise RegroupError(_("One of these posts is now elsewhere. Choose again."), field="posts")
    if 1 in chosen.values():
        raise RegroupError(_("The text that begins a thread stays in it."), field="posts")
    if len(places) > MOST_POSTS:
        said = _("A thread of more than %(most)s posts cannot be split.")
        raise RegroupError(said % {"most": MOST_POSTS})
    if set(kind_of(source).bound_posts(source)) & set(chosen):
        said = _("The accepted answer stays with its question: take the mark away first, or leave it here.")
        raise RegroupError(said, field="posts")
    first = Post.objects.get(pk=next(iter(chosen)))
    if not first.is_published:
        raise RegroupError(
            _("The first of them begins the new thread: choose one that can be read."), field="posts"
        )


def _begin(source: Thread, title: str, *, first: Post, community: Community) -> Thread:
    """A published thread without posts, as old as the text that begins it, and by whoever wrote that."""
    # What only services begin, as the team's announcements are, is not what somebody answered to one.
    offered = [one.name for one in kind_of(source).thread_kinds if one.offered]
    kind = source.kind if source.kind in offered else offered[0]
    slug = free_slug(title, Thread(space=source.space, kind=kind))
    target = new_thread(
        source.space,
        community,
        author_id=first.author_id,
        kind=kind,
        slug=slug,
        title=title,
        language=source.language,
    )
    show_from(target, Post(), first.published_at or first.created_at)
    target.save(force_insert=True)
    ThreadTitle.objects.create(thread=target, language=target.language, title=target.title)
    return target


def _marks(source: Thread, target: Thread, places: Places, chosen: Places) -> list[list[int]]:
    """Whoever had read these posts has read them there; of what stays, they have read as much as before. How far they
    had read, and have read now."""
    read, gone = marks_of(source), list(chosen.values())
    seen = {person: sum(place <= read_to for place in gone) for person, read_to in read.items()}
    ReadMarker.objects.bulk_create(
        [ReadMarker(membership_id=person, thread=target, position=n) for person, n in seen.items() if n],
        batch_size=1000,
    )
    last = max(place for post, place in places.items() if post not in chosen)
    set_marks(source, {person: min(read_to, last) for person, read_to in read.items()})
    return [[person, read_to, min(read_to, last)] for person, read_to in read.items()]

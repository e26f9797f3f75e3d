"""What merging and splitting threads, and undoing either, have in common: posts get other places, and what counts or
points to places follows."""

from __future__ import annotations

import datetime
import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from communities.content.addresses import local_path
from communities.content.models import Post, PostMove, ReadMarker, Redirect, Subscription, Thread
from communities.journal.exceptions import NothingToUndo

# Both threads together: all of it happens while a page waits.
MOST_POSTS = 1_000
# A thread is listed by when somebody last wrote in it, to the minute.
A_MINUTE = datetime.timedelta(minutes=1)
# A place that no post has yet, while two of them change places.
ASIDE = 1_000_000
Places = dict[int, int]
# As the address of a single post ends (`Thread.url_of`).
_OF_POST = re.compile(r"#p-(\d+)$")

PLACE = """
update content_post p set thread_id = %(thread)s, position = wanted.position + %(aside)s,
  is_comment = is_comment and wanted.position > 1
from unnest(%(posts)s::bigint[], %(positions)s::int[]) wanted (id, position)
where p.community_id = %(community)s and p.id = wanted.id
"""
SETTLE_PLACES = """
update content_post set position = position - %(aside)s
where community_id = %(community)s and thread_id = %(thread)s and position > %(aside)s
"""
MARK = """
update content_readmarker m set position = wanted.position
from unnest(%(people)s::bigint[], %(positions)s::int[]) wanted (id, position)
where m.community_id = %(community)s and m.thread_id = %(thread)s and m.membership_id = wanted.id
"""
FOLLOW = """
insert into content_subscription (community_id, membership_id, thread_id, level, created_at)
select community_id, membership_id, %(target)s, 'follow', now() from content_subscription
where community_id = %(community)s and thread_id = %(source)s and level = 'follow' order by membership_id
on conflict do nothing returning membership_id
"""


def hold_threads(*threads: Thread) -> dict[int, Thread]:
    """Threads as they are stored now, and nobody else’s until the transaction ends: whoever replies waits."""
    ids = sorted({thread.pk for thread in threads})
    held = Thread.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
    return {thread.pk: thread for thread in held}


def held_move(move: PostMove) -> tuple[PostMove, Thread, Thread]:
    """The row about posts that went, with the thread they left and the one they are in, nobody else’s until the
    transaction ends. Raises NothingToUndo where somebody else has undone it.

    The threads first, as whoever merges and splits does: undoing another move takes its thread with the rows of that.
    """
    threads = hold_threads(move.source, move.target)
    held: PostMove | None = PostMove.objects.select_for_update(of=("self",)).filter(pk=move.pk).first()
    if held is None or len(threads) != 2:
        raise NothingToUndo
    return held, threads[held.source_id], threads[held.target_id]


def refuse_before_splits(move: PostMove) -> None:
    """What was taken out of a thread comes back before what was done to that earlier: each is put back as it was then.
    Raises NothingToUndo."""
    if PostMove.objects.splits_since(move.pk, move.source_id, move.target_id).exists():
        raise NothingToUndo(
            _("Posts were taken out into another thread since. That has to be taken back first.")
        )


def places_of(thread: Thread) -> Places:
    """The posts of a thread that have a place, each with it, in order."""
    rows = Post.objects.filter(thread=thread, position__isnull=False).order_by("position")
    return dict(rows.values_list("pk", "position"))


def listed(places: Places) -> list[list[int]]:
    """As JSON keeps them, in order."""
    return [[post, place] for post, place in places.items()]


def put(thread: Thread, places: Mapping[int, int]) -> None:
    """Give posts, wherever they stand, these places in a thread. Its own posts are among them, or keep theirs. What
    begins a thread is no comment any more."""
    values: dict[str, Any] = {
        "community": thread.community_id,
        "thread": thread.pk,
        "posts": list(places),
        "positions": list(places.values()),
        "aside": ASIDE,
    }
    with connection.cursor() as cursor:
        cursor.execute(PLACE, values)
        cursor.execute(SETTLE_PLACES, values)


def settle_last(thread: Thread) -> None:
    """The last place of a thread is that of its last post, as a recount has it."""
    last = Post.objects.filter(thread=thread).aggregate(last=Max("position"))["last"] or 0
    Thread.objects.filter(pk=thread.pk).update(last_position=last)
    thread.last_position = last


def add_followers(source: Thread, target: Thread) -> list[int]:
    """Who follows one thread follows the other, but for those who chose otherwise there; who is new."""
    values = {"community": source.community_id, "source": source.pk, "target": target.pk}
    with connection.cursor() as cursor:
        cursor.execute(FOLLOW, values)
        return [row[0] for row in cursor.fetchall()]


def take_followers(thread: Thread, people: Sequence[int]) -> None:
    Subscription.objects.filter(thread=thread, membership__in=list(people)).delete()


def marks_of(thread: Thread) -> Places:
    """How far each of its readers has read a thread."""
    rows = ReadMarker.objects.filter(thread=thread)
    return dict(rows.values_list("membership_id", "position"))


def set_marks(thread: Thread, marks: Mapping[int, int]) -> None:
    if not marks:
        return
    values: dict[str, Any] = {
        "community": thread.community_id,
        "thread": thread.pk,
        "people": list(marks),
        "positions": list(marks.values()),
    }
    with connection.cursor() as cursor:
        cursor.execute(MARK, values)


def first_unread(places: Places, now: Places, read_to: int) -> int:
    """The place now of the first of these posts that somebody has not read who had read `read_to`; one past all of
    them where they have read all. `places` are where they stood, in order."""
    after = bisect_right(list(places.values()), read_to)
    unread = [now[post] for post in list(places)[after:] if post in now]
    return min(unread, default=max(now.values(), default=0) + 1)


def read_until(before: Places, after: Places, read_to: int) -> int:
    """How far somebody has read by the places of `after` who had read `read_to` by those of `before`: up to the first
    post that they have not seen."""
    seen = {post for post, place in before.items() if place <= read_to}
    reached = 0
    for post, place in sorted(after.items(), key=lambda one: one[1]):
        if post not in seen:
            break
        reached = place
    return reached


def led_here(path: str) -> list[str]:
    """The former addresses that lead to one."""
    return sorted(Redirect.objects.filter(target=path).values_list("path", flat=True))


def lead_back(path: str, former: Iterable[str]) -> None:
    """An address is that of its own thread again, and so are those that had led to it."""
    Redirect.objects.filter(path=path).delete()
    Redirect.objects.filter(path__in=list(former)).update(target=path)


def leading_to_posts(*threads: tuple[Thread, Places]) -> dict[int, int]:
    """The former addresses, of another site mostly, that lead to single posts of threads: each with its post."""
    found: dict[int, int] = {}
    for thread, places in threads:
        posts = {place: post for post, place in places.items()}
        path = local_path(thread.get_absolute_url())
        inside = Redirect.objects.filter(target__startswith=path, target__contains="#p-")
        for pk, target in inside.values_list("pk", "target"):
            place = _OF_POST.search(target)
            if place and (post := posts.get(int(place[1]))):
                found[pk] = post
    return found


def lead_to_posts(led: Mapping[int, int], *threads: Thread) -> None:
    """Former addresses lead to where their posts stand now, in one of these threads."""
    by_id = {thread.pk: thread for thread in threads}
    posts = Post.objects.filter(pk__in=set(led.values()), thread__in=by_id, position__isnull=False)
    places = {pk: (by_id[one], place) for pk, one, place in posts.values_list("pk", "thread_id", "position")}
    redirects = [one for one in Redirect.objects.filter(pk__in=led) if led[one.pk] in places]
    for redirect in redirects:
        thread, place = places[led[redirect.pk]]
        redirect.target = local_path(thread.url_of(place))
    Redirect.objects.bulk_update(redirects, ["target"], batch_size=500)


def active_at(thread: Thread) -> str | None:
    """When somebody last wrote in it, as it is listed: to the minute, in a busy one."""
    return thread.last_activity_at.isoformat() if thread.last_activity_at else None


def keep_activity(thread: Thread, at: str | None) -> None:
    """What was counted again is listed as before, if nothing was written since."""
    moment = datetime.datetime.fromisoformat(at) if at else None
    listed_at = Thread.objects.filter(pk=thread.pk).values_list("last_activity_at", flat=True).get()
    if moment is not None and listed_at is not None and listed_at - moment < A_MINUTE:
        Thread.objects.filter(pk=thread.pk).update(last_activity_at=moment)


def settle_divided(*threads: Thread) -> None:
    """Their pages look for lines that say what stands where, and for what can be taken back, if there is any."""
    for thread in threads:
        out, into = Q(source=thread, whole=False), Q(target=thread)
        divided = PostMove.objects.filter(out | into).exists()
        Thread.objects.filter(pk=thread.pk).update(divided=divided)

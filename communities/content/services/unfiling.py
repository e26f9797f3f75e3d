"""Taking filed threads and replies away again, for good: as if they had never been filed. Nobody is told."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from communities.content.images import delete_picture
from communities.content.insets import INSETS
from communities.content.models import Attachment, Post, ReadMarker, State, Thread
from communities.content.services.counting import settle_threads
from communities.scoping import active_community_id


@transaction.atomic
def unfile_threads(thread_ids: Collection[int]) -> int:
    """Remove threads with all that stands in them and on them, pictures too; how many there were.

    What counts them (tags, members) is counted again by whoever is done: `recount_community`.
    """
    threads = Thread.objects.filter(pk__in=list(thread_ids))
    found = list(threads.select_for_update(of=("self",)).values_list("pk", flat=True))
    pictures = Attachment.objects.filter(post__thread_id__in=found).values_list("path", "renditions")
    paths = [path for full, smaller in pictures for path in (full, *(small for _width, small in smaller))]
    Thread.objects.filter(pk__in=found).delete()
    transaction.on_commit(lambda: delete_picture(paths))
    return len(found)


@transaction.atomic
def unfile_replies(post_ids: Collection[int], *, told: bool = False) -> int:
    """Remove replies from threads that stay; how many there were.

    Those that somebody has answered keep their place, without their words: what stands below keeps its address.
    `told` says that the old site told answers from comments: then any answer that is left answers.
    """
    posts = Post.objects.filter(pk__in=list(post_ids), position__gt=1)
    threads = sorted(set(posts.values_list("thread_id", flat=True)))
    list(
        Thread.objects.filter(pk__in=threads).select_for_update(of=("self",)).order_by("pk").values_list("pk")
    )
    going = set(posts.values_list("pk", flat=True))
    for thread_id in threads:
        _shorten(thread_id, going)
    answered = _answered(threads) if told else ()
    settle_threads(
        active_community_id(), threads, withdrawn=True, told=threads if told else (), answered=answered
    )
    return len(going)


@transaction.atomic
def unfile_pictures(ids: Collection[str]) -> set[str]:
    """Remove the pictures among these that no text shows; those that one shows are returned."""
    pictures = Attachment.objects.filter(pk__in=list(ids))
    unshown = list(pictures.filter(post__isnull=True))
    paths = [path for one in unshown for path in (one.path, *(small for _width, small in one.renditions))]
    pictures.filter(pk__in=[one.pk for one in unshown], post__isnull=True).delete()
    transaction.on_commit(lambda: delete_picture(paths))
    return {str(pk) for pk in pictures.values_list("pk", flat=True)}


def _answered(threads: Collection[int]) -> list[int]:
    """Those that have an answer still; none of them counts as answered for what is gone."""
    Thread.objects.filter(pk__in=threads).update(answered=False)
    left = Post.objects.filter(thread_id__in=threads, position__gt=1, state=State.PUBLISHED)
    return list(left.filter(is_comment=False).values_list("thread_id", flat=True).distinct())


def _shorten(thread_id: int, going: set[int]) -> None:
    placed = Post.objects.filter(thread_id=thread_id, position__isnull=False)
    last = placed.exclude(pk__in=going).aggregate(last=Max("position"))["last"] or 1
    own = placed.filter(pk__in=going)
    own.filter(position__gt=last).delete()
    emptied = list(own.values_list("pk", flat=True))
    for inset in INSETS:
        inset.empty_under(emptied)
    own.update(state=State.PURGED, deleted_at=timezone.now(), body_html="", body_source="")
    Thread.objects.filter(pk=thread_id).update(last_position=last)
    ReadMarker.objects.filter(thread_id=thread_id, position__gt=last).update(position=last)

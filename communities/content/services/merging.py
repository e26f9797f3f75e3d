"""What two memberships of one person wrote and left becomes one’s: nothing is lost, and counts are what is there."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import Exists, F, OuterRef

from communities.content.models import Post, Reaction, ReadMarker, State, Thread
from communities.content.services.counting import settle_threads
from communities.models import Membership
from members.personal import register_merger

BATCH = 500


def register_mergers() -> None:
    register_merger("content.Post.author", move_posts)
    register_merger("content.Post.author (drafts)", move_posts)
    register_merger("content.Reaction.membership", move_reactions)
    register_merger("content.ReadMarker.membership", move_read_marks)


def move_posts(kept: int, gone: int) -> None:
    """All of them, drafts too. Two that were submitted under one mark stay two: the mark only catches double clicks."""
    twin = Post.objects.filter(author=kept, submission=OuterRef("submission"))
    Post.objects.filter(Exists(twin), author=gone, submission__isnull=False).update(submission=None)
    Post.objects.filter(author=gone).update(author=kept)


def move_reactions(kept: int, gone: int) -> None:
    """One of a kind for each post, and none to one’s own; the counts of those posts are counted again."""
    doubles, own = _reactions_too_many(kept, gone)
    touched = {*doubles.values_list("post_id", flat=True), *own.values_list("post_id", flat=True)}
    doubles.delete()
    own.delete()
    Reaction.objects.filter(membership=gone).update(membership=kept)
    recount_reactions(touched)


def _reactions_too_many(kept: int, gone: int) -> tuple[Any, Any]:
    """Those that both gave to one post, and those that either gave to the other’s."""
    twin = Reaction.objects.filter(membership=kept, post=OuterRef("post"), kind=OuterRef("kind"))
    doubles = Reaction.objects.filter(Exists(twin), membership=gone)
    return doubles, Reaction.objects.filter(membership__in=[kept, gone], post__author__in=[kept, gone])


def hold_texts(sender: type[Membership], kept: Membership, gone: Membership, **_extra: Any) -> None:
    """Lock the texts that lose a reaction, and the questions that either asked and answered."""
    doubles, own = _reactions_too_many(kept.pk, gone.pk)
    own.hold_now()
    for reactions in (doubles, own):
        Post.objects.filter(pk__in=reactions.values("post")).hold_now()
    answers = Post.objects.filter(author__in=[kept, gone], position__gt=1)
    asked = Thread.objects.filter(author__in=[kept, gone], asks=True)
    asked.filter(pk__in=answers.values("thread")).hold_now()


def recount_reactions(posts: set[int]) -> None:
    """Store how many reactions of each kind some posts have."""
    kinds: dict[int, Counter[str]] = {pk: Counter() for pk in posts}
    for post_id, kind in Reaction.objects.filter(post__in=posts).values_list("post_id", "kind"):
        kinds[post_id][kind] += 1
    for post_id, counted in kinds.items():
        Post.objects.filter(pk=post_id).update(reactions=dict(counted), reaction_count=counted.total())


def move_read_marks(kept: int, gone: int) -> None:
    """How far either has read is how far the person has."""
    further = ReadMarker.objects.filter(
        membership=gone, thread=OuterRef("thread"), position__gt=OuterRef("position")
    )
    for mark in ReadMarker.objects.filter(Exists(further), membership=kept):
        reached = ReadMarker.objects.get(membership=gone, thread=mark.thread_id)
        ReadMarker.objects.filter(membership=kept, thread=mark.thread_id).update(
            position=reached.position, seen_at=reached.seen_at
        )
    twin = ReadMarker.objects.filter(membership=kept, thread=OuterRef("thread"))
    ReadMarker.objects.filter(Exists(twin), membership=gone).delete()
    ReadMarker.objects.filter(membership=gone).update(membership=kept)


def count_after_merging(sender: type[Membership], kept: Membership, gone: Membership, **_extra: Any) -> None:
    """What somebody wrote is counted; a question is not answered by its own asker."""
    written = Post.objects.filter(author=kept, state=State.PUBLISHED)
    Membership.objects.filter(pk=kept.pk).update(
        post_count=written.filter(thread__state=State.PUBLISHED).count()
    )
    own_answers = written.filter(position__gt=1, thread__author=F("author"), thread__asks=True)
    threads = list(own_answers.values_list("thread_id", flat=True).distinct())
    for first in range(0, len(threads), BATCH):
        part = threads[first : first + BATCH]
        list(
            Thread.objects.select_for_update(of=("self",))
            .filter(pk__in=part)
            .order_by("pk")
            .values_list("pk")
        )
        settle_threads(kept.community_id, part)

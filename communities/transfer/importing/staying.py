"""What of an import people have made theirs since: it stays when the import is taken back."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from django.db.models import BigIntegerField, F, Q
from django.db.models.functions import Cast

from communities.content.models import Post, State, Thread
from communities.models import Membership
from communities.transfer.models import Import, ImportedItem

_Kind = ImportedItem.Kind

# Which of these threads (ids, or a query of them) somebody above needs as they are: as evidence, for instance.
Keeper = Callable[[Any], set[int]]
_keepers: list[Keeper] = []

NAMED = 20


def register_keeper(keep: Keeper) -> None:
    if keep not in _keepers:
        _keepers.append(keep)


@dataclass
class Staying:
    """What taking an import back would leave: threads, some of them by title, and what was written under them."""

    threads: int = 0
    written: int = 0
    claimed: int = 0
    titles: list[tuple[str, str]] = field(default_factory=list)


def untouched_threads(run: Import | None, thread_ids: Collection[int]) -> set[int]:
    """Those under which nobody has written, and which nobody has changed, published or withdrawn since."""
    threads = Thread.objects.filter(pk__in=list(thread_ids))
    touched = threads.filter(_touched(run, threads.values("pk"))).values_list("pk", flat=True)
    return set(thread_ids) - set(touched) - kept_as_they_are(list(thread_ids))


def untouched_replies(run: Import | None, post_ids: Collection[int]) -> tuple[set[int], set[int]]:
    """Of these replies, those that stand, and those of them that nobody has changed or withdrawn."""
    standing = Post.objects.filter(pk__in=list(post_ids))
    going = standing.filter(state=State.PUBLISHED, revision_count=0)
    pairs = list(going.values_list("pk", "thread_id"))
    judged = kept_as_they_are([thread for _pk, thread in pairs])
    return set(standing.values_list("pk", flat=True)), {pk for pk, thread in pairs if thread not in judged}


def staying_of(run: Import) -> Staying:
    """What taking it back would leave, asked before; in a handful of statements, however much came."""
    items = ImportedItem.objects.filter(run=run, made=True)
    brought = Thread.objects.filter(pk__in=_numbers(items.filter(kind=_Kind.THREAD)))
    kept = kept_as_they_are(brought.values("pk"))
    staying = brought.filter(_touched(run, brought.values("pk")) | Q(pk__in=kept)).order_by("pk")
    people = Membership.objects.filter(
        pk__in=_numbers(items.filter(kind__in=[_Kind.AUTHOR, _Kind.COMMENTER]))
    )
    return Staying(
        threads=staying.count(),
        written=_written_under(run, staying.values("pk")).count(),
        claimed=people.filter(member__isnull=False).count(),
        titles=[(one.title, one.get_absolute_url()) for one in staying.select_related("space")[:NAMED]],
    )


def _touched(run: Import | None, threads: Any) -> Q:
    """Whether somebody has written under a thread since, or changed, published or withdrawn what stands in it."""
    changed = Q(revision_count__gt=0) | ~Q(state__in=[State.PUBLISHED, State.DRAFT])
    if run is not None and run.began_at is not None:
        # A draft that was published here has the date of that day; what was public has that of its writing.
        changed |= Q(published_at__gte=run.began_at, published_at__gt=F("created_at"))
    written = _written_under(run, threads).order_by().values("thread_id")
    posts = Post.objects.filter(changed, thread_id__in=threads).order_by().values("thread_id")
    return Q(pk__in=written) | Q(pk__in=posts) | Q(version__gt=1)


def _written_under(run: Import | None, threads: Any) -> Any:
    """The posts in these threads that did not come with the import. What opens a thread came with it."""
    replies = ImportedItem.objects.filter(run=run, kind__in=[_Kind.REPLY, _Kind.ANSWER])
    posts = Post.objects.filter(thread_id__in=threads).exclude(Q(position=1) | Q(thread__last_position=0))
    return posts.exclude(pk__in=_numbers(replies))


def _numbers(items: Any) -> Any:
    return items.order_by().annotate(number=Cast("object_id", BigIntegerField())).values("number")


def kept_as_they_are(thread_ids: Any) -> set[int]:
    """Which of these threads somebody above needs unchanged."""
    return {one for keep in _keepers for one in keep(thread_ids)}

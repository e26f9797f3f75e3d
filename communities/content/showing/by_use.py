"""Answers in the order of their use: the one that was accepted, then those that most people found useful, then the
older ones; what was said about them apart, at the end.

Places in a thread stay what they are: pages by date, permalinks and marks of reading are made of them, and this order
is a second way to read the same texts (docs/decisions/0090-the-phone-and-the-rest.md).
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Case, IntegerField, Q, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce

from communities.content.managers import PLACED, POSTS_PER_PAGE, PostQuerySet
from communities.content.models import Post, Reaction, State, Thread
from communities.content.showing.reading import placed, shown_to
from communities.keysets import Keyset, Kind
from communities.models import Membership
from communities.reads import CompiledRead

# A thread of more texts is read by date only: sorting reads all of its rows, and no index keeps what each reaction
# would have to write.
MOST_SORTED = 500


def _small(number: int) -> int:
    """What the columns hold, so that no number in an address changes the text of the read."""
    if number >= 2**31:
        raise OverflowError
    return number


_SMALL = Kind(int, _small)
BY_USE = Keyset(("rank", _SMALL), ("useful", _SMALL), ("position", _SMALL), size=POSTS_PER_PAGE)
_FIRST, _ACCEPTED, _ANSWER, _COMMENT = range(4)


def can_be_sorted(thread: Thread) -> bool:
    """Whether there is something to sort: answers, and not too many."""
    return thread.asks and thread.is_published and 2 < thread.last_position <= MOST_SORTED


def read_by_use(
    thread: Thread, *, accepted: Post | None, after: str = "", by: Membership | None = None
) -> tuple[Sequence[Post], str]:
    """A page of a thread that was fetched visibly, and the cursor to the next; "" where there is none. The first page
    begins with the question. A broken cursor shows the first page."""
    reader = by.pk if by is not None else None
    values = (thread.pk, accepted.pk if accepted else 0, reader, *BY_USE.place(after))
    found = placed(thread, _by_use, values, reader)
    return found[:POSTS_PER_PAGE], BY_USE.older_than(found)


def _sorted(thread_id: int, accepted_id: int, reader: int | None, *place: int) -> PostQuerySet:
    rank = Case(
        When(position=1, then=_FIRST),
        When(pk=accepted_id, then=_ACCEPTED),
        When(is_comment=True, then=_COMMENT),
        default=Value(_ANSWER),
        output_field=IntegerField(),
    )
    told = Cast(KeyTextTransform(Reaction.Kind.USEFUL.value, "reactions"), IntegerField())
    # The line that is left of an answer helps nobody, whatever it said.
    useful = Case(When(state=State.PUBLISHED, then=Coalesce(told, 0)), default=Value(0))
    posts = Post.objects.filter(thread_id=thread_id, position__isnull=False, state__in=PLACED).annotate(
        rank=rank, useful=useful
    )
    if place:
        beyond, use, position = place
        posts = posts.filter(
            Q(rank__gt=beyond)
            | Q(rank=beyond, useful__lt=use)
            | Q(rank=beyond, useful=use, position__gt=position)
        )
    posts = posts.select_related("author").order_by("rank", "-useful", "position")
    return shown_to(posts[: POSTS_PER_PAGE + 1], reader)


_by_use: CompiledRead[Post] = CompiledRead(_sorted)

"""Who signs a thread beside its first author, whatever its kind."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from communities.content.kinds import KINDS, kind_of
from communities.content.managers import ThreadQuerySet
from communities.content.models import Thread
from communities.models import Membership

# What the column of each kind is called.
BESIDE = "names_beside_"


def co_authors_of(threads: Collection[int]) -> dict[int, Collection[int]]:
    """Who is named as an author of these threads besides the first one; one query for each kind that knows any."""
    found: dict[int, Collection[int]] = {}
    for kind in KINDS if threads else ():
        found |= kind.co_authors(threads)
    return found


def with_names_beside(threads: ThreadQuerySet) -> ThreadQuerySet:
    """Adds how those are called who sign each thread beside its first author, without another query."""
    arrays = {f"{BESIDE}{kind.name}": kind.names_beside() for kind in KINDS}
    named: ThreadQuerySet = threads.annotate(
        **{name: array for name, array in arrays.items() if array is not None}
    )
    return named


def names_beside(thread: Thread) -> Sequence[str]:
    """Of a thread fetched by `with_names_beside`."""
    return getattr(thread, f"{BESIDE}{kind_of(thread).name}", ())


def co_signed_by(person: Membership) -> set[int]:
    """The threads that somebody signs beside their first author; one query for each kind that knows any."""
    return {number for kind in KINDS for number in kind.co_signed(person)}

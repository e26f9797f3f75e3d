"""Who signs a thread beside its first author, whatever its kind."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from communities.content.kinds import KINDS
from communities.content.models import Thread
from communities.models import Membership


def co_authors_of(threads: Collection[int]) -> dict[int, Collection[int]]:
    """Who is named as an author of these threads besides the first one; one query for each kind that knows any."""
    found: dict[int, Collection[int]] = {}
    for kind in KINDS if threads else ():
        found |= kind.co_authors(threads)
    return found


def co_author_names(threads: Collection[Thread]) -> dict[int, Sequence[str]]:
    """How those are called who sign these threads beside their first author; one query for each kind that knows any."""
    found: dict[int, Sequence[str]] = {}
    for kind in KINDS:
        numbers = [thread.pk for thread in threads if thread.kind in kind.thread_names]
        if numbers:
            found |= kind.co_author_names(numbers)
    return found


def co_signed_by(person: Membership) -> set[int]:
    """The threads that somebody signs beside their first author; one query for each kind that knows any."""
    return {number for kind in KINDS for number in kind.co_signed(person)}

"""How many entries take part in a challenge. Up to a thousand are counted while one looks, by asking of each whether it
can be read; where there were more, that is known for ten minutes, and nobody counts a thousand again to say so."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from django.core.cache import cache
from django.db.models import Case, IntegerField, OuterRef, QuerySet, Subquery, When

from communities.challenges.models import Challenge, Entry
from communities.content.viewers import Viewer
from communities.scoping import active_community_id

# Of more entries pages say that there are more.
MOST_COUNTED = 1000
KEPT = 600  # seconds


class CountOf(Subquery):
    """How many rows there are, of those that the subquery is limited to."""

    template = "(select count(*) from (%(subquery)s) counted)"
    output_field = IntegerField()


def with_taking(challenges: QuerySet[Challenge]) -> QuerySet[Challenge]:
    """Adds how many entries take part (`taking`), one more than `MOST_COUNTED` at most."""
    rows = Entry.objects.filter(challenge=OuterRef("pk")).counting().order_by().values("pk")
    known = When(pk__in=_with_many(), then=MOST_COUNTED + 1)
    return challenges.annotate(taking=Case(known, default=CountOf(rows[: MOST_COUNTED + 1])))


def remember_many(challenges: Iterable[Challenge]) -> None:
    """What `with_taking` has found, for those who look next."""
    many = {one.pk for one in challenges if one.taking > MOST_COUNTED}  # type: ignore[attr-defined]
    known = _with_many()
    if many - known:
        cache.set(_key("all"), known | many, KEPT)


def _with_many() -> frozenset[int]:
    known: frozenset[int] = cache.get(_key("all")) or frozenset()
    return known


def count_some(challenge: Challenge, entries: QuerySet[Entry], viewer: Viewer) -> int:
    """How many of the entries of a challenge these are, which this viewer reads; one more than `MOST_COUNTED` at
    most."""
    spaces = hashlib.sha256(repr(sorted(viewer.space_ids)).encode()).hexdigest()[:16]
    key = _key(f"{challenge.pk}:{spaces}")
    if cache.get(key):
        return MOST_COUNTED + 1
    found = entries.order_by()[: MOST_COUNTED + 1].count()
    if found > MOST_COUNTED:
        cache.set(key, True, KEPT)
    return found


def _key(what: str) -> str:
    return f"entries-many:{active_community_id()}:{what}"

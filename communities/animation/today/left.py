"""How much is left on somebody’s Today, as the navigation says it on every page: a kept number, never a question.

It is written whenever Today is drawn or something on it is done, and forgotten after a day.
"""

from __future__ import annotations

from django.core.cache import cache

from communities.memory import Memory
from communities.models import Membership

KEPT = 86_400  # seconds


def _key(community_id: int, membership_id: int) -> str:
    return f"today-left:{community_id}:{membership_id}"


def _load(community_id: int, membership_id: int) -> int:
    return int(cache.get(_key(community_id, membership_id)) or 0)


_left: Memory[int] = Memory(_load)


def keep_left(membership: Membership, number: int) -> None:
    cache.set(_key(membership.community_id, membership.pk), number, KEPT)
    _left.put((membership.community_id, membership.pk), number)


def count_left(membership: Membership) -> int:
    """Remembered for a second; from the cache, so that it costs no query."""
    return _left.get(membership.community_id, membership.pk)

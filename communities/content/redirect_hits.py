"""How often former addresses are followed: added up in Redis, stored in the table every minute.

A page that is only read writes nothing to the database, and a redirect is one of those. A count that is lost with
Redis is lost; a batch that was stored is never stored again.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from functools import lru_cache

import redis
from django.conf import settings
from django.db.models import F
from django.utils import timezone

from communities.content.models import Redirect
from communities.models import Community
from communities.redis_server import open_redis
from communities.scoping import community_scope
from communities.tasks import in_each

logger = logging.getLogger(__name__)
FAILURES = (redis.RedisError, OSError)


def count_hit(redirect: Redirect) -> None:
    """Never raises if Redis is unreachable."""
    try:
        _connect().hincrby(_key("now"), f"{redirect.community_id}:{redirect.pk}", 1)
    except FAILURES as failure:
        logger.warning("hits of a redirect lost", extra={"reason": str(failure)})


def store_hits() -> int:
    """Bring what was counted since the last run into the table; how many redirects were followed."""
    client = _connect()
    # What a killed run left is taken up first; a batch has a name of its own until all of it is stored.
    if not client.exists(_key("batch")):
        if not client.exists(_key("now")):
            return 0
        client.rename(_key("now"), _key("batch"))
    counts: dict[int, dict[int, int]] = defaultdict(dict)
    for name, hits in client.hgetall(_key("batch")).items():
        community_id, redirect_id = str(name).split(":")
        counts[int(community_id)][int(redirect_id)] = int(hits)
    stored = in_each(counts, lambda community: _store(client, community, counts[community.pk]))
    client.delete(_key("batch"))
    return stored


def _store(client: redis.Redis, community: Community, hits: dict[int, int]) -> int:
    # Taken out before they are stored: a run that dies in between loses a minute rather than counting it twice.
    client.hdel(_key("batch"), *[f"{community.pk}:{redirect_id}" for redirect_id in hits])
    with community_scope(community):
        for redirect_id, more in hits.items():
            Redirect.objects.filter(pk=redirect_id).update(hits=F("hits") + more, hit_at=timezone.now())
    return len(hits)


def _key(name: str) -> str:
    return f"{settings.CACHES['default']['KEY_PREFIX']}:redirects:{name}"


@lru_cache(maxsize=1)
def _connect() -> redis.Redis:
    """One pool for each process, with short timeouts: a redirect does not wait for an unreachable Redis."""
    client: redis.Redis = open_redis(patience=1, decode_responses=True)
    return client

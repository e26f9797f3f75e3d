"""A run has Redis for itself, whoever else uses it at the same time."""

from __future__ import annotations

import redis
from django.conf import settings
from django.core.cache import cache

from analytics.capture.stream import key_of
from tests.conftest import KEY_PREFIX, close_redis


def test_keys_are_our_own_and_clearing_takes_no_others(servers: None) -> None:
    client = redis.Redis.from_url(settings.CACHES["default"]["LOCATION"])
    client.set("another-run:1:word", "kept", ex=60)
    try:
        cache.set("word", "ours")
        assert client.exists(f"{KEY_PREFIX}:1:word")
        assert key_of("hits").startswith(f"{KEY_PREFIX}:")
        cache.clear()
        assert cache.get("word") is None
        assert client.get("another-run:1:word") == b"kept"
    finally:
        client.delete("another-run:1:word")
        client.close()


def test_whoever_has_not_closed_redis_is_closed_at_the_end(servers: None) -> None:
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.ping()
        [connection] = client.connection_pool._available_connections
        assert connection._sock is not None
        close_redis()
        assert connection._sock is None
        assert client.ping(), "and goes on"

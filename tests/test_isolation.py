"""A run has Redis for itself, whoever else uses it at the same time."""

from __future__ import annotations

from pathlib import Path

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


def test_browsers_wait_for_what_pages_know_in_one_way() -> None:
    """Playwright’s own way evaluates words anew each time, which our policy stops at the second, and takes the promise
    of an answer for one: a test of it passes or fails by the speed of the machine."""
    for path in (Path(settings.BASE_DIR) / "tests" / "browser").glob("*.py"):
        assert "wait_for_function(" not in path.read_text(), path.name

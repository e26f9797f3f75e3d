"""Redis full, hanging or away: the cache goes on, and forgets rather than lies."""

from __future__ import annotations

import gc
import socket
from collections.abc import Iterator
from typing import Any

import pytest
import redis
from django.conf import settings
from django.core.cache.backends.redis import RedisCache

from config import caches
from config.caches import PatientRedisCache
from config.services.addresses import next_redis_database
from config.settings import REDIS_PATIENCE


@pytest.fixture(autouse=True)
def no_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caches, "trouble", caches._Trouble())
    # How often it is asked must not depend on how long a test takes.
    monkeypatch.setattr(caches, "REST", 3600.0)


@pytest.fixture
def cache(servers: None) -> Iterator[PatientRedisCache]:
    made = PatientRedisCache(settings.CACHE_URL, {"KEY_PREFIX": "patient", "TIMEOUT": 60})
    made._spare.clear()
    yield made
    made.delete_many(["a", "b", "n"])
    made._spare.clear()
    for pool in made._cache._pools.values():
        pool.disconnect()


def full(*_given: object, **_options: object) -> None:
    raise redis.exceptions.OutOfMemoryError("OOM command not allowed when used memory > 'maxmemory'.")


def away(*_given: object, **_options: object) -> None:
    raise redis.exceptions.ConnectionError("Connection refused")


def everything(patch: pytest.MonkeyPatch, act: Any, *, but: tuple[str, ...] = ()) -> None:
    for name in (
        "get",
        "get_many",
        "has_key",
        "set",
        "set_many",
        "add",
        "touch",
        "incr",
        "delete",
        "delete_many",
    ):
        if name not in but:
            patch.setattr(RedisCache, name, act)


def test_when_it_is_full_limits_still_count_and_nothing_old_is_read(
    cache: PatientRedisCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.set("a", "old")
    with monkeypatch.context() as patch:
        everything(patch, full, but=("get", "get_many", "has_key", "delete", "delete_many"))
        cache.set("a", "new")
        assert cache.get("a") == "new"
        assert cache.add("n", 1)
        assert not cache.add("n", 1), "a limit that is kept"
        assert [cache.incr("n"), cache.incr("n")] == [2, 3]
        assert cache.get_many(["a", "n"]) == {"a": "new", "n": 3}
        cache.set("b", 1)
        cache.delete("b")
        assert cache.get("b", "nothing") == "nothing"
    assert RedisCache.get(cache, "a") is None, "what was true before it was full"
    cache.set("a", "newer")
    assert cache.get("a") == "newer"


def test_when_it_is_away_nobody_waits_twice_and_what_was_ended_stays_ended(
    cache: PatientRedisCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.set("a", "a session")
    with monkeypatch.context() as patch:
        asked: list[int] = []

        def gone(*_given: object, **_options: object) -> None:
            asked.append(1)
            away()

        everything(patch, gone)
        cache.delete("a")
        assert cache.get("a") is None
        cache.set_many({"b": 1, "n": 2})
        assert cache.get_many(["b", "n"]) == {"b": 1, "n": 2}
        assert cache.has_key("b")
        assert cache.touch("b")
        cache.delete_many(["b"])
        assert not cache.has_key("b")
        assert len(asked) == 1, "it is asked again after a while"
    monkeypatch.setattr(caches.trouble, "rests_until", 0.0)
    assert cache.get("a") is None, "it was ended while nobody could say so"


def test_one_that_hangs_costs_a_second_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        options = {**settings.CACHES["default"]["OPTIONS"], "socket_timeout": 0.2}
        hung = PatientRedisCache(f"redis://127.0.0.1:{silent.getsockname()[1]}/0", {"OPTIONS": options})
        for _time in range(20):
            hung.set("a", 1)
            assert hung.get("a") == 1
        assert _visits_of(silent) == 1, "nobody waits for it a second time"
    assert REDIS_PATIENCE <= 1


def _visits_of(server: socket.socket) -> int:
    """How often somebody has come to a server that answers nobody: each waits there once."""
    server.setblocking(False)
    came = 0
    while True:
        try:
            line, _peer = server.accept()
        except BlockingIOError:
            return came
        line.close()
        came += 1


@pytest.mark.parametrize(
    ("url", "following"),
    [
        ("unix:///run/redis.sock?db=0", "unix:///run/redis.sock?db=1"),
        ("redis://host:6379/0", "redis://host:6379/1"),
        ("redis://:secret@host:6379", "redis://:secret@host:6379/1"),
        ("rediss://host/3?ssl_cert_reqs=none", "rediss://host/4?ssl_cert_reqs=none"),
    ],
)
def test_the_cache_has_a_database_of_its_own(url: str, following: str) -> None:
    assert next_redis_database(url) == following


def test_emptying_the_cache_leaves_the_queue(servers: None) -> None:
    with redis.Redis.from_url(settings.REDIS_URL) as queue, redis.Redis.from_url(settings.CACHE_URL) as cache:
        queue.set("test-of-the-queue", 1)
        cache.set("test-of-the-cache", 1)
        assert cache.get("test-of-the-queue") is None
        assert queue.get("test-of-the-cache") is None
        queue.delete("test-of-the-queue")
        cache.delete("test-of-the-cache")


def test_a_cache_that_goes_closes_its_connections(servers: None) -> None:
    gone = PatientRedisCache(settings.CACHE_URL, {"KEY_PREFIX": "gone", "TIMEOUT": 60})
    assert gone.get("a") is None
    [pool] = gone._cache._pools.values()
    [connection] = pool._available_connections
    assert connection._sock is not None
    del gone
    gc.collect()
    assert connection._sock is None, "although somebody still holds it"

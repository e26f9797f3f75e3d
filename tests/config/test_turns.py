"""Windows that slide: whatever the order of acts, none ever holds more than it may; in Redis and without it."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import redis
from django.conf import settings as django_settings
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from config import caches
from config.caches import PatientRedisCache
from config.turns import Full, Turns, Windows

LAW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
# Redis forgets what it holds by its own clock: no window here is so short that a slow machine outlives it.
MINUTE = 60_000
steps = st.lists(st.integers(0, 400).map(MINUTE.__mul__), max_size=60)
lengths = st.integers(1, 900).map(MINUTE.__mul__)
tables = st.lists(st.tuples(st.integers(1, 6), lengths), min_size=1, max_size=3)


@pytest.fixture
def cache(servers: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[PatientRedisCache]:
    monkeypatch.setattr(caches, "trouble", caches._Trouble())
    monkeypatch.setattr(caches, "REST", 3600.0)
    monkeypatch.setattr(caches, "turns_behind", Turns())
    prefix = f"turns-{uuid.uuid4().hex}"
    made = PatientRedisCache(django_settings.CACHE_URL, {"KEY_PREFIX": prefix, "TIMEOUT": 60})
    pools = made._cache._pools
    yield made
    # Hypothesis may hold it for long after.
    for pool in pools.values():
        pool.disconnect()
    with redis.Redis.from_url(django_settings.CACHE_URL) as client:
        for key in client.scan_iter(f"{prefix}:*"):
            client.delete(key)


def within(done: list[int], now: int, length: int) -> int:
    """How many of the acts lie in the window that ends now; the oracle keeps all of them."""
    return sum(now - length < at for at in done)


@LAW
@given(steps=steps, windows=tables)
@example(steps=[0] * 8, windows=[(3, 100 * MINUTE)])
def test_no_window_holds_more_than_it_may(
    cache: PatientRedisCache, steps: list[int], windows: Windows
) -> None:
    turns, key, now = Turns(), uuid.uuid4().hex, 1_000_000 * MINUTE
    done: list[int] = []
    for step in steps:
        now += step
        full = turns.take("one", windows, now=now)
        assert cache.take_turn(key, windows, now=now) == full, "the script and its twin"
        crowded = {n for n, (most, length) in enumerate(windows) if within(done, now, length) >= most}
        assert (full is not None) == bool(crowded)
        if full is None:
            done.append(now)
            continue
        most, length = windows[full.window]
        assert full.window in crowded
        assert within(done, now + full.wait, length) < most, "then there is room in it"
        assert within(done, now + full.wait - 1, length) == most, "and no moment sooner"


@pytest.mark.parametrize("is_away", [False, True])
def test_of_many_at_once_as_many_are_counted_as_there_is_room(
    cache: PatientRedisCache, monkeypatch: pytest.MonkeyPatch, *, is_away: bool
) -> None:
    if is_away:
        monkeypatch.setattr(caches.trouble, "rests_until", float("inf"))
    gate, answers = threading.Barrier(20), []

    def take() -> None:
        gate.wait(timeout=60)
        answers.append(cache.take_turn("many", [(7, 60_000)], now=5_000))

    threads = [threading.Thread(target=take) for _number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers.count(None) == 7
    assert answers.count(Full(0, 60_000)) == 13


def test_a_clock_that_was_set_back_opens_nothing(cache: PatientRedisCache) -> None:
    for turns in (Turns().take, cache.take_turn):
        assert [turns("back", [(2, MINUTE)], now=at) for at in (10 * MINUTE, 5 * MINUTE)] == [None, None]
        assert turns("back", [(2, MINUTE)], now=6 * MINUTE) == Full(0, MINUTE)


def test_while_redis_is_away_the_process_counts_by_itself_and_nobody_waits(
    cache: PatientRedisCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    class Gone:
        def get_client(self, *_given: Any, **_options: Any) -> Any:
            asked.append(1)
            raise redis.exceptions.ConnectionError("Connection refused")

    monkeypatch.setattr(cache, "_cache", Gone())
    assert [cache.take_turn("away", [(2, 1000)], now=at) for at in (1, 2)] == [None, None]
    assert cache.take_turn("away", [(2, 1000)], now=3) == Full(0, 998)
    assert len(asked) == 1, "it is asked again after a while"


def test_what_a_process_keeps_is_bounded() -> None:
    turns = Turns(most_keys=3)
    for number in range(10):
        assert turns.take(str(number), [(1, 1000)], now=1) is None
    assert len(turns._kept) == 3
    assert turns.take("9", [(1, 1000)], now=2) == Full(0, 999)

"""The cache, so that no page fails when Redis is full, hangs or is away.

A cache may always have forgotten: a page that asks it goes on. What is written meanwhile is kept in the memory of the
process, so that limits still count, each process by itself. What Redis could not be told is taken out of it once it
answers again, or a session that was ended meanwhile would come back to life.
"""

from __future__ import annotations

import logging
import threading
import time
import weakref
from functools import cached_property
from typing import Any

import redis
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache, RedisCacheClient

from config.turns import SCRIPT, Full, Turns, Windows

logger = logging.getLogger(__name__)

FAILURES = (redis.RedisError, OSError)
# Nobody waits for it again sooner: each page asks several times.
REST = 5.0  # seconds
# For so long after trouble, what Redis does not know is looked up in the process.
WARY = 600.0  # seconds
MOST_STALE = 20_000


class _Trouble:
    """What this process knows of it; one for all its threads."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.rests_until = 0.0
        self.last = float("-inf")
        self.stale: set[tuple[str, int | None]] = set()

    @property
    def rests(self) -> bool:
        return time.monotonic() < self.rests_until

    @property
    def is_recent(self) -> bool:
        return time.monotonic() - self.last < WARY

    def note(self, problem: BaseException) -> None:
        now = time.monotonic()
        if now - self.last > 60:
            logger.warning("the cache does without Redis", extra={"problem": type(problem).__name__})
        self.last = now
        # One that is full answers at once, and what it holds may be read.
        if not isinstance(problem, redis.exceptions.ResponseError):
            self.rests_until = now + REST

    def take_stale(self) -> set[tuple[str, int | None]]:
        with self.lock:
            stale, self.stale = self.stale, set()
            return stale

    def put_stale(self, keys: set[tuple[str, int | None]]) -> None:
        with self.lock:
            if len(self.stale) < MOST_STALE:
                self.stale |= keys


trouble = _Trouble()
turns_behind = Turns()


class LastingClient(RedisCacheClient):
    """Django’s makes a client for each question, which costs more than the question; one serves all threads."""

    _pools: dict[int, Any]

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        return self._for_writing if write else self._for_reading

    @cached_property
    def _for_writing(self) -> Any:
        return super().get_client(None, write=True)

    @cached_property
    def _for_reading(self) -> Any:
        return super().get_client(None, write=False)

    def _get_connection_pool(self, write: bool) -> Any:
        """Django gives each thread a cache of its own: when it goes its connections are closed, and not left to which
        part of them the interpreter takes down first."""
        known = len(self._pools)
        pool = super()._get_connection_pool(write)  # type: ignore[misc]  # its stubs do not know it
        if len(self._pools) > known:
            closing: Any = weakref.finalize(self, pool.disconnect)
            closing.atexit = False
        return pool


class PatientRedisCache(RedisCache):
    """Django’s, which raises whatever Redis says, with the memory of the process behind it."""

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = LastingClient
        self._spare = LocMemCache("behind-redis", {**params, "OPTIONS": {"MAX_ENTRIES": 5000}})

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        found = self._ask("get", key, None, version=version)
        if found is None and trouble.is_recent:
            found = self._spare.get(key, None, version=version)
        return default if found is None else found

    def get_many(self, keys: Any, version: int | None = None) -> dict[Any, Any]:
        names = list(keys)
        found: dict[Any, Any] = self._ask("get_many", names, version=version) or {}
        if trouble.is_recent:
            found = self._spare.get_many(names, version=version) | found
        return found

    def has_key(self, key: Any, version: int | None = None) -> bool:
        found = bool(self._ask("has_key", key, version=version))
        return found or (trouble.is_recent and self._spare.has_key(key, version=version))

    def add(self, key: Any, value: Any, *args: Any, **options: Any) -> bool:
        return bool(self._write("add", [key], key, value, *args, **options))

    def set(self, key: Any, value: Any, *args: Any, **options: Any) -> None:
        self._write("set", [key], key, value, *args, **options)

    def set_many(self, data: dict[Any, Any], *args: Any, **options: Any) -> list[Any]:
        return list(self._write("set_many", list(data), data, *args, **options) or [])

    def touch(self, key: Any, *args: Any, **options: Any) -> bool:
        return bool(self._write("touch", [key], key, *args, **options))

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        return int(self._write("incr", [key], key, delta, version=version))

    def delete(self, key: Any, version: int | None = None) -> bool:
        return bool(self._write("delete", [key], key, version=version))

    def delete_many(self, keys: Any, version: int | None = None) -> None:
        names = list(keys)
        self._write("delete_many", names, names, version=version)

    def take_turn(self, key: str, windows: Windows, *, now: int) -> Full | None:
        """Count one act at a moment in milliseconds; which window is full where it is not counted (`config/turns.py`).

        While Redis is away each process counts by itself, and begins with nothing.
        """
        name = self.make_and_validate_key(key)
        if not trouble.rests:
            numbers = [number for window in windows for number in window]
            try:
                client = self._cache.get_client(name, write=True)
                full, wait = client.eval(SCRIPT, 1, name, now, *numbers)
            except FAILURES as problem:
                trouble.note(problem)
            else:
                return Full(int(full) - 1, int(wait)) if full else None
        return turns_behind.take(name, windows, now=now)

    def _ask(self, act: str, *given: Any, **options: Any) -> Any:
        """What Redis answers; None where it does not."""
        if trouble.rests:
            return None
        try:
            self._drop_stale()
            return getattr(super(), act)(*given, **options)
        except FAILURES as problem:
            trouble.note(problem)
            return None

    def _write(self, act: str, keys: list[Any], *given: Any, **options: Any) -> Any:
        """The same for what changes something: it is done in the process where Redis does not do it."""
        if not trouble.rests:
            try:
                self._drop_stale()
                done = getattr(super(), act)(*given, **options)
            except FAILURES as problem:
                trouble.note(problem)
            else:
                if trouble.is_recent:
                    self._spare.delete_many(keys, version=options.get("version"))
                return done
        trouble.put_stale({(key, options.get("version")) for key in keys})
        return getattr(self._spare, act)(*given, **options)

    def _drop_stale(self) -> None:
        """Deleting works where Redis is full as well."""
        if not trouble.stale:
            return
        stale = trouble.take_stale()
        try:
            for key, version in stale:
                super().delete(key, version=version)
        except FAILURES:
            trouble.put_stale(stale)
            raise

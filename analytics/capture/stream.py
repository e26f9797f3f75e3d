"""From the web processes to the worker: a Redis stream, filled outside the request.

A request only puts what it saw in its process’s own memory; a thread of that process works it up and appends it
to the stream every half second. So no page is slower or fails because of it; an unreachable Redis costs
figures, not pages. What identifies somebody (the network address, the browser’s name) is dropped by the thread: it
never leaves the process.
"""

from __future__ import annotations

import atexit
import json
import logging
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, Generic, TypeVar

import redis
from django.conf import settings

from communities.redis_server import open_redis

logger = logging.getLogger(__name__)

Seen = TypeVar("Seen")
Item = list[Any]

PAUSE = 0.5  # seconds between two hand-overs: what a process that is killed hard loses at most
MOST_HELD = 20_000  # in memory while Redis is away; then the oldest go
MOST_STREAMED = 20_000  # entries in the stream while no worker reads; then the oldest go
ENTRY_SIZE = 100  # items in one entry: a call for each would cost more than the rest of capture


@cache
def connect() -> redis.Redis:
    client: redis.Redis = open_redis()
    return client


def key_of(name: str) -> str:
    return f"{settings.CACHES['default']['KEY_PREFIX']}:stream:{name}"


class RequestBuffer(Generic[Seen]):
    """What one process has seen and not yet handed over. `work_up` turns it into items for the stream."""

    def __init__(self, name: str, work_up: Callable[[list[Seen]], Iterable[Item]]) -> None:
        self.name = name
        self._work_up = work_up
        self._held: deque[Seen] = deque(maxlen=MOST_HELD)
        self._started = False
        self._handing_over = threading.Lock()
        # After a fork the parent’s thread does not exist any more.
        os.register_at_fork(after_in_child=self._forget_parent)

    def put(self, seen: Seen) -> None:
        """Called in the request: no lock, no network, no work."""
        self._held.append(seen)
        if not self._started:
            self._start()

    def hand_over(self) -> int:
        """Append what is held to the stream; how many items. Keeps everything if Redis is unreachable."""
        with self._handing_over:
            taken = list(self._held)
            if not taken:
                return 0
            try:
                items = self._append(taken)
            except redis.RedisError as problem:
                logger.warning("the stream %s is away: %s", self.name, problem)
                return 0
            for _one in range(min(len(taken), len(self._held))):
                self._held.popleft()
            return items

    def clear(self) -> None:
        self._held.clear()

    def _append(self, taken: list[Seen]) -> int:
        items = list(self._work_up(taken))
        with connect().pipeline(transaction=True) as pipeline:
            for start in range(0, len(items), ENTRY_SIZE):
                entry = json.dumps(items[start : start + ENTRY_SIZE], separators=(",", ":"))
                pipeline.xadd(key_of(self.name), {"v": entry}, maxlen=MOST_STREAMED, approximate=True)
            pipeline.execute()
        return len(items)

    def _start(self) -> None:
        """Start the thread of this process."""
        self._started = True
        threading.Thread(target=self._keep_handing_over, name=f"buffer-{self.name}", daemon=True).start()
        atexit.register(self.hand_over)

    def _forget_parent(self) -> None:
        self._started, self._handing_over = False, threading.Lock()

    def _keep_handing_over(self) -> None:
        pause = threading.Event()
        while not pause.wait(PAUSE):
            try:
                self.hand_over()
            except Exception:
                # Whatever one batch held, the next must still be handed over.
                logger.exception("a batch of the stream %s was lost", self.name)
                self._held.clear()


def read_stream(name: str, after: str, most: int) -> tuple[list[Item], str]:
    """The items of at most `most` entries after a position, the oldest first, and the position of the last.

    Raises redis.RedisError.
    """
    found: Any = connect().xrange(key_of(name), min=f"({after}", max="+", count=most)
    items = [item for _id, fields in found for item in _items_of(name, fields)]
    return items, found[-1][0].decode() if found else after


def _items_of(name: str, fields: dict[bytes, bytes]) -> list[Item]:
    try:
        items: list[Item] = list(json.loads(fields[b"v"]))
    except (ValueError, TypeError, KeyError):
        # Not of ours, or cut off; what comes behind it must still be read.
        logger.exception("an entry of the stream %s was not understood", name)
        return []
    return items


def has_community(number: object) -> bool:
    """Whether it may be the number of one: what cannot be would fail in the question who they are."""
    return isinstance(number, int) and 0 < number < 2**63


def trim_stream(name: str, upto: str) -> None:
    """Drop what has been stored for good: everything up to and including a position."""
    first_kept = f"{upto.partition('-')[0]}-{int(upto.partition('-')[2]) + 1}"
    connect().xtrim(key_of(name), minid=first_kept, approximate=False)

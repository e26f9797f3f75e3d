"""From the web processes to the worker: a Redis stream, filled outside the request.

A request only puts what it saw in its process’s own memory; a thread of that process works it up and appends it
to the stream every half second. So no page is slower or fails because of it; an unreachable Redis or a worker that
stands still costs figures, not pages, and how many is known: what finds no room is counted by the day (losses.py).
What identifies somebody (the network address, the browser’s name) is dropped by the thread: it never leaves the
process.
"""

from __future__ import annotations

import atexit
import datetime
import json
import logging
import os
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, Generic, TypeVar

import redis
from django.conf import settings

from communities.redis_server import open_redis

logger = logging.getLogger(__name__)

Seen = TypeVar("Seen")
Item = list[Any]
Place = tuple[int, datetime.date]  # of a community, a local day

LOST = "lost"  # what streams had no room for, by stream, community and day

PAUSE = 0.5  # seconds between two hand-overs: what a process that is killed hard loses at most
MOST_HELD = 20_000  # in memory while Redis is away; what comes then is lost, and counted
MOST_STREAMED = (
    64 * 1024 * 1024
)  # bytes of the stream while no worker reads; what comes then is lost, and counted
ENTRY_SIZE = 100  # items in one entry: a call for each would cost more than the rest of capture
READ_AT_ONCE = 1000  # entries, once it is known that they are small


@cache
def connect() -> redis.Redis:
    client: redis.Redis = open_redis()
    return client


def key_of(name: str) -> str:
    return f"{settings.CACHES['default']['KEY_PREFIX']}:stream:{name}"


class RequestBuffer(Generic[Seen]):
    """What one process has seen and not yet handed over. `work_up` turns it into items for the stream; `place_of`
    says of what is lost to whom it belongs (a community, a local day).
    """

    def __init__(
        self,
        name: str,
        work_up: Callable[[list[Seen]], Iterable[Item]],
        place_of: Callable[[Seen], Place | None] = lambda _seen: None,
    ) -> None:
        self.name = name
        self._work_up = work_up
        self._place_of = place_of
        self._held: deque[Seen] = deque()
        self._lost: Counter[Place] = Counter()
        self._started = False
        self._handing_over = threading.Lock()
        # After a fork the parent’s thread does not exist any more.
        os.register_at_fork(after_in_child=self._forget_parent)

    def put(self, seen: Seen) -> None:
        """Called in the request: no lock, no network, no work."""
        if len(self._held) < MOST_HELD:
            self._held.append(seen)
        else:
            self._lose([seen])
        if not self._started:
            self._start()

    def hand_over(self) -> int:
        """Append what is held to the stream; how many items. Keeps everything if Redis is unreachable."""
        with self._handing_over:
            taken = list(self._held)
            if not taken and not self._lost:
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
        self._lost.clear()

    def _append(self, taken: list[Seen]) -> int:
        lost = self._lost.copy()
        if is_full(self.name):
            lost.update(place for seen in taken if (place := self._place_of(seen)) is not None)
            taken = []
        items = list(self._work_up(taken))
        with connect().pipeline(transaction=True) as pipeline:
            for start in range(0, len(items), ENTRY_SIZE):
                entry = json.dumps(items[start : start + ENTRY_SIZE], separators=(",", ":"))
                pipeline.xadd(key_of(self.name), {"v": entry})
            for (community, day), n in lost.items():
                pipeline.hincrby(key_of(LOST), f"{self.name} {community} {day.isoformat()}", n)
            pipeline.execute()
        # Meanwhile more may have been lost.
        self._lost.subtract(lost)
        self._lost = +self._lost
        return len(items)

    def _lose(self, seen: list[Seen]) -> None:
        self._lost.update(place for one in seen if (place := self._place_of(one)) is not None)

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
                self._lose(list(self._held))
                self._held.clear()


def is_full(name: str) -> bool:
    """Whether the stream takes up all the room that it may have. Raises redis.RedisError."""
    taken: int = connect().memory_usage(key_of(name)) or 0
    return taken >= MOST_STREAMED


def read_stream(name: str, after: str, most: int) -> tuple[list[Item], str]:
    """The items of whole entries after a position, the oldest first, until there are `most` of them, however many
    entries that takes; and the position of the last entry. Raises redis.RedisError.
    """
    items: list[Item] = []
    # As many as hold it all where each is full: what is read and not taken is read again.
    asked = max(most // ENTRY_SIZE, 1)
    while len(items) < most:
        found: Any = connect().xrange(key_of(name), min=f"({after}", max="+", count=asked)
        for number, fields in found:
            items += _items_of(name, fields)
            after = number.decode()
            if len(items) >= most:
                break
        if len(found) < asked:
            break
        asked = READ_AT_ONCE
    return items, after


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

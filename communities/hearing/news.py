"""From an act, wherever it is done, to the web processes that keep pages open: a short stream in Redis.

Told is that something has happened, never what: the page asks, and is answered by what its reader may know. An
unreachable Redis costs news, which pages then find when they ask by themselves; never an act.
"""

from __future__ import annotations

import hashlib
import logging
import os
import socket
import time
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

import redis
from django.conf import settings
from django.db import transaction

from communities.redis_server import open_redis
from communities.scoping import active_community_id

logger = logging.getLogger(__name__)

PATIENCE = 0.5  # seconds: somebody has just pressed a button
REST = 10.0  # seconds: after a failure nobody waits for it again sooner
# Entries: what comes within seconds is read within half a second.
MOST_KEPT = 1000
MOST_READ = 200
KEPT_FOR = 600  # seconds after the last of them, less a minute perhaps
PUT_OFF_EVERY = 60.0  # seconds: when it ends is not said anew with each entry
PER_ENTRY = 500  # channels
OPEN_IS_TRUE_FOR = 30.0  # seconds

_rests_until = 0.0
_puts_off_at = 0.0


class News(NamedTuple):
    """What is read at once: where to go on, and the channels of which something was told."""

    last: str
    channels: list[str]


@cache
def connect() -> Any:
    return open_redis(patience=PATIENCE)


def key_of(name: str) -> str:
    return f"{settings.CACHES['default']['KEY_PREFIX']}:pages:{name}"


def channel_here(name: str) -> str:
    """The channel of that name in the community in scope."""
    return f"{active_community_id()}:{name}"


def channel_of_session(session_key: str) -> str:
    """By which pages of a session are told that it has ended; nobody who reads along learns the session."""
    return f"session:{hashlib.sha256(session_key.encode()).hexdigest()[:24]}"


def channel_of_member(membership_id: int) -> str:
    """By which the pages of a member are told that what they may do has changed."""
    return channel_here(f"member.{membership_id}")


def tell_pages(*names: str) -> None:
    """Once what is done is committed, have pages that hear of it ask; in the scope of the community."""
    tell_channels([channel_here(name) for name in names])


def tell_channels(channels: Iterable[str]) -> None:
    """The same for whole names of channels, of no community perhaps."""
    told = list(dict.fromkeys(channels))
    if told and settings.OPEN_PAGES:
        transaction.on_commit(lambda: _append(told), robust=True)


def _append(channels: Sequence[str]) -> None:
    global _rests_until, _puts_off_at
    now = time.monotonic()
    if now < _rests_until:
        return
    try:
        for first in range(0, len(channels), PER_ENTRY):
            entry = {"c": " ".join(channels[first : first + PER_ENTRY])}
            connect().xadd(key_of("news"), entry, maxlen=MOST_KEPT, approximate=True)
        if now >= _puts_off_at:
            connect().expire(key_of("news"), KEPT_FOR)
            _puts_off_at = now + PUT_OFF_EVERY
    except redis.RedisError as problem:
        _rests_until = time.monotonic() + REST
        logger.warning("open pages are not told: %s", type(problem).__name__)


def since(seconds: float) -> str:
    """Where in the stream that long ago is, by the clock of Redis."""
    now, fraction = connect().time()
    return f"{max(int((now + fraction / 1e6 - seconds) * 1000), 0)}-0"


def read_news(last: str) -> News:
    """What came after `last`. Raises redis.RedisError."""
    answer = connect().xread({key_of("news"): last}, count=MOST_READ)
    channels: list[str] = []
    for _stream, entries in answer or ():
        for number, entry in entries:
            last = number.decode()
            channels += entry[b"c"].decode().split()
    return News(last, channels)


def say_open(number: int) -> None:
    """How many pages this process keeps open, for `open_pages`. Raises redis.RedisError."""
    connect().hset(key_of("open"), f"{socket.gethostname()}:{os.getpid()}", f"{number} {time.time():.0f}")


def open_pages() -> int:
    """How many all processes keep open. Raises redis.RedisError."""
    total, over = 0, []
    for process, said in connect().hgetall(key_of("open")).items():
        number, moment = said.decode().split()
        if time.time() - float(moment) < OPEN_IS_TRUE_FOR:
            total += int(number)
        else:
            over.append(process)
    if over:
        connect().hdel(key_of("open"), *over)
    return total

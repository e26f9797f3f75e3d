"""Impressions and clicks on their way to the hourly table: counted in Redis, minute by minute, never stored singly.

A file of its own because this is the one place of the package that speaks to Redis. A minute is one hash of
numbers; there is nothing about persons in it. A count lost with Redis is lost, none is ever counted twice.
"""

from __future__ import annotations

import datetime
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache

import redis
from django.conf import settings
from django.utils import timezone
from django.utils.crypto import salted_hmac

from communities.redis_server import open_redis

logger = logging.getLogger(__name__)

KINDS = ("served", "measurable", "viewable", "clicks", "machine_clicks")
# Following a link again within this time counts as once.
AGAIN = datetime.timedelta(minutes=30)
# Page views that one address may tell of in a minute; an office behind one address stays under it.
MOST_PER_MINUTE = 120
# Counts that nobody fetches are dropped after this; the memory of counted minutes must last longer.
KEPT = datetime.timedelta(days=8)
# A minute is fetched once no process can still be writing to it.
SETTLED_AFTER = datetime.timedelta(minutes=2)
FAILURES = (redis.RedisError, OSError)

# banner id → kind → how many
Counts = dict[int, dict[str, int]]


@dataclass
class Minute:
    """What was counted in one minute: community id → banner id → kind → how many."""

    at: datetime.datetime
    counts: dict[int, Counts] = field(default_factory=dict)


def count(community_id: int, seen: dict[str, Iterable[int]], *, address: str) -> bool:
    """Add one to each kind for its banners; whether it was counted. Never raises if Redis is unreachable. `address`
    is the network address, kept only as a fingerprint and for a minute.
    """
    now = timezone.now().replace(second=0, microsecond=0)
    try:
        if not _is_allowed(community_id, address, now):
            return False
        with _connect().pipeline() as pipe:
            for kind, banner_ids in seen.items():
                for banner_id in banner_ids:
                    pipe.hincrby(_hash_of(now), f"{community_id}:{banner_id}:{kind}", 1)
            pipe.expire(_hash_of(now), KEPT)
            pipe.zadd(_key("minutes"), {_stamp(now): now.timestamp()})
            pipe.execute()
    except FAILURES as failure:
        logger.warning("banner counts lost", extra={"reason": str(failure)})
        return False
    return True


MachineTest = Callable[[str], bool]
_tests: list[MachineTest] = []


def register_machine_test(says_so: MachineTest) -> None:
    """`says_so(agent)` says whether a browser’s name is a program’s; asked when a banner is followed."""
    if says_so not in _tests:
        _tests.append(says_so)


def is_machine(agent: str) -> bool:
    """Whether what a browser calls itself is the name of a program that says so."""
    return any(says_so(agent) for says_so in _tests)


def count_click(community_id: int, banner_id: int, *, address: str, agent: str) -> bool:
    """Count that a banner was followed, once for each visitor and half hour; programs apart. Never raises if Redis is
    unreachable. Neither `address` nor `agent` is kept, see `follow_once`.
    """
    kind = "machine_clicks" if is_machine(agent) else "clicks"
    try:
        is_new, _kept = follow_once(community_id, f"banner:{banner_id}", visitor=f"{address}|{agent}")
    except FAILURES as failure:
        logger.warning("a banner's click lost", extra={"reason": str(failure)})
        return False
    return is_new and count(community_id, {kind: [banner_id]}, address=address)


def follow_once(community_id: int, link: str, *, visitor: str, value: str = "1") -> tuple[bool, str]:
    """Whether a visitor follows a link for the first time in half an hour, and the value kept from then on.

    The visitor is kept as a fingerprint of both, for that time. Raises redis.RedisError and OSError.
    """
    told = f"{community_id}:{link}:{visitor}"
    key = _key("followed:" + salted_hmac("promotions.followed", told, algorithm="sha256").hexdigest()[:32])
    if _connect().set(key, value, nx=True, ex=AGAIN):
        return True, value
    return False, str(_connect().get(key) or value)


def settled_minutes(now: datetime.datetime) -> list[Minute]:
    """The minutes that are over and not yet forgotten, the oldest first. Raises redis.RedisError."""
    client = _connect()
    last = (now - SETTLED_AFTER).timestamp()
    stamps = client.zrangebyscore(_key("minutes"), "-inf", last)
    return [_read(client, str(stamp)) for stamp in stamps]


def forget_minute(minute: Minute) -> None:
    """The minute is in the table. Raises redis.RedisError."""
    with _connect().pipeline() as pipe:
        pipe.delete(_hash_of(minute.at))
        pipe.zrem(_key("minutes"), _stamp(minute.at))
        pipe.execute()


def _read(client: redis.Redis, stamp: str) -> Minute:
    minute = Minute(datetime.datetime.fromisoformat(stamp))
    counts: dict[int, Counts] = defaultdict(lambda: defaultdict(dict))
    for name, number in client.hgetall(_hash_of(minute.at)).items():
        community_id, banner_id, kind = str(name).split(":")
        counts[int(community_id)][int(banner_id)][kind] = int(number)
    minute.counts = {community_id: dict(banners) for community_id, banners in counts.items()}
    return minute


def _is_allowed(community_id: int, address: str, now: datetime.datetime) -> bool:
    """A fixed window of a minute; the address is keyed with it, so that two minutes cannot be joined."""
    print_of = salted_hmac("promotions.counting", f"{community_id}:{address}:{_stamp(now)}").hexdigest()[:24]
    with _connect().pipeline() as pipe:
        pipe.incr(_key(f"rate:{print_of}"))
        pipe.expire(_key(f"rate:{print_of}"), 60)
        number, _kept = pipe.execute()
    return int(number) <= MOST_PER_MINUTE


def _stamp(minute: datetime.datetime) -> str:
    return minute.astimezone(datetime.UTC).isoformat(timespec="minutes")


def _hash_of(minute: datetime.datetime) -> str:
    return _key(f"at:{_stamp(minute)}")


def _key(name: str) -> str:
    return f"{settings.CACHES['default']['KEY_PREFIX']}:banners:{name}"


@lru_cache(maxsize=1)
def _connect() -> redis.Redis:
    """One pool for each process; it notices a fork by itself. With short timeouts, so that clicks do not wait for an
    unreachable Redis."""
    client: redis.Redis = open_redis(patience=1, decode_responses=True)
    return client

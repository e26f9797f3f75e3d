"""Who else looks at a thing just now: for a minute in Redis, in no table and no backup."""

from __future__ import annotations

import time

import redis

from communities.hearing.news import channel_here, connect, key_of

AGAIN = 30  # seconds, after which an open page says so once more
SAID_AGAIN = AGAIN + 10.0  # seconds, within which it has been said again
GONE = 75.0  # seconds, after which whoever has not said it is not there any more


def note_presence(channel: str, membership_id: int, doing: str, *, yields: bool = False) -> bool:
    """Say that somebody has it open, and what they do there; whether others did not know that. In the scope of the
    community.

    What `yields` is not said while another page of theirs says more, here or on another device: each would take the
    other’s word back, and have it asked for again, without end.
    """
    key, now = key_of(f"at:{channel_here(channel)}"), time.time()
    try:
        before = connect().hget(key, membership_id)
        known, moment = before.decode().split() if before else ("", "0")
        if yields and known not in ("", doing) and now - float(moment) < SAID_AGAIN:
            return False
        with connect().pipeline(transaction=False) as pipeline:
            pipeline.hset(key, str(membership_id), f"{doing} {now:.0f}")
            pipeline.expire(key, int(GONE))
            pipeline.execute()
    except redis.RedisError:
        return False
    return known != doing or now - float(moment) > GONE


def who_is_at(channel: str, *, but: int) -> dict[int, str]:
    """What others do there, by membership; nobody where Redis does not answer."""
    now = time.time()
    try:
        said = connect().hgetall(key_of(f"at:{channel_here(channel)}"))
    except redis.RedisError:
        return {}
    found = {}
    for membership, told in said.items():
        doing, moment = told.decode().split()
        if int(membership) != but and now - float(moment) <= GONE:
            found[int(membership)] = doing
    return found

"""What the streams had no room for: counted by the day, so that its figures can be called incomplete."""

from __future__ import annotations

import datetime
import secrets
from typing import Any

from django.db import transaction

from analytics.capture.models import Reason
from analytics.capture.recording import STREAM, Refusal
from analytics.capture.storing import lock_position, store_refusals
from analytics.capture.stream import LOST, connect, key_of
from communities.models import Community

NAME = b"name"  # of one taking, so that it is stored once whatever dies in between


def store_losses() -> int:
    """Move the counts of what was lost from Redis to the days; how many days. Raises redis.RedisError."""
    server, taken = connect(), key_of(f"{LOST}:taken")
    if not server.exists(taken):
        if not server.exists(key_of(LOST)):
            return 0
        server.renamenx(key_of(LOST), taken)
    server.hsetnx(taken, NAME, secrets.token_hex(16))
    told: dict[Any, Any] = server.hgetall(taken)
    name = told.pop(NAME).decode()
    with transaction.atomic():
        position = lock_position(LOST, "")
        if position.position != name:
            _store(told)
            position.position = name
            position.save()
    server.delete(taken)
    return len(told)


def _store(told: dict[bytes, bytes]) -> None:
    lost = []
    for key, views in told.items():
        stream, number, day = key.decode().split()
        reason = Reason.LOST if stream == STREAM else Reason.LOST_DAYS
        lost.append(Refusal(int(number), datetime.date.fromisoformat(day), reason, int(views)))
    named = {refusal.community_id for refusal in lost}
    here = set(Community.objects.filter(pk__in=named).values_list("pk", flat=True))
    store_refusals(refusal for refusal in lost if refusal.community_id in here)

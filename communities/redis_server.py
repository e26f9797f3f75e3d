"""The way to Redis, for what neither the cache nor Celery does."""

from __future__ import annotations

from typing import Any

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

PATIENCE = 2.0  # seconds, for the connection and for each answer


def open_redis(*, patience: float = PATIENCE, **options: Any) -> Any:
    """A client, to be closed by `with`, or kept by the process. What is asked of it raises redis.RedisError.

    Typed as anything: the library’s own types say that each answer may also be awaited.
    """
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=patience,
        socket_connect_timeout=patience,
        # By itself the library would ask a server that hangs four times.
        retry=Retry(NoBackoff(), 0),
        # It would look up its own version for each connection, and tell Redis.
        driver_info=None,
        **options,
    )

"""Redis as the queue, spoken to by one client for each channel.

kombu makes a client for each job that is sent, which costs more than sending it, while somebody waits for their reply.
One client serves: each of its commands takes a connection of its own from the channel’s pool.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, redis

# For each connection the library would look up its own version among all installed packages and tell it to Redis: a
# megabyte in each process, and two ways to Redis.
UNNAMED = {"driver_info": None}


class LastingChannel(redis.Channel):
    @contextmanager
    def conn_or_acquire(self, client: Any = None) -> Iterator[Any]:
        yield client or self._lasting

    @cached_property
    def _lasting(self) -> Any:
        client: Any = self._create_client()  # type: ignore[no-untyped-call]
        return client

    def _connparams(self, asynchronous: bool = False) -> dict[str, Any]:
        parameters: dict[str, Any] = super()._connparams(asynchronous)  # type: ignore[no-untyped-call]
        return parameters | UNNAMED


class LastingTransport(redis.Transport):
    Channel = LastingChannel


def spare_clients() -> None:
    """Have kombu speak so wherever an address begins with redis, by TLS too."""
    for alias in ("redis", "rediss"):
        TRANSPORT_ALIASES[alias] = f"{__name__}:{LastingTransport.__name__}"

"""A port for a server that is started later."""

from __future__ import annotations

import random
import socket
from pathlib import Path

RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")


def free_port() -> int:
    """One at which nobody listens. None of those that the system gives to whoever connects somewhere: until the server
    listens at it, another test may get it."""
    first_given = int(RANGE.read_text().split()[0]) if RANGE.exists() else 32_768
    while True:
        port = random.randrange(10_000, max(first_given, 20_000))
        try:
            with socket.create_server(("127.0.0.1", port)):
                return port
        except OSError:
            continue

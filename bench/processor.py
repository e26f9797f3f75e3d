"""What an act costs in processor time, which other work on the machine moves much less than the clock (Linux)."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from django.db import connections


def spent(act: Callable[[], object]) -> float:
    """Seconds of the processor, of this process and of the database’s for it; not of Redis."""
    return sum(shares(act))


def shares(act: Callable[[], object]) -> tuple[float, float]:
    """The same apart: of this process, and of the database’s."""
    here, there = time.process_time(), _of_servers()
    act()
    return time.process_time() - here, _of_servers() - there


def alone() -> None:
    """Have the database do everything in the processes that are looked at."""
    for name in ("default", "owner"):
        with connections[name].cursor() as cursor:
            cursor.execute("set max_parallel_workers_per_gather = 0")
            cursor.execute("set max_parallel_maintenance_workers = 0")


def _of_servers() -> float:
    servers = [one.connection.info.backend_pid for one in connections.all() if one.connection is not None]
    return sum(int(Path(f"/proc/{process}/schedstat").read_text().split()[0]) / 1e9 for process in servers)

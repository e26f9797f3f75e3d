"""What work costs: processor time of this process and of the database, statements, pages of 8 kB that it touched."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection

from config.celery import app

TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Cost:
    worker: float
    database: float
    statements: int
    buffers: int

    @property
    def seconds(self) -> float:
        return self.worker + self.database


class Meter:
    """Counts statements, and reads what the server has spent on this connection."""

    def __init__(self) -> None:
        self.statements = 0
        # A request would leave it after a while, and what it has spent would go with it.
        connection.ensure_connection()
        connection.close_at = None
        with connection.cursor() as cursor:
            # All of its work in one process, whose processor time can be read.
            cursor.execute("set max_parallel_workers_per_gather = 0")
            cursor.execute("select pg_backend_pid()")
            self.backend: int = cursor.fetchone()[0]

    def __call__(self, execute: Callable[..., Any], *asked: Any) -> Any:
        self.statements += 1
        return execute(*asked)

    def database_seconds(self) -> float:
        """Processor time of the process that serves this connection; a tick is a hundredth of a second."""
        words = Path(f"/proc/{self.backend}/stat").read_text().rpartition(")")[2].split()
        return (int(words[11]) + int(words[12])) / TICK

    def buffers(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute("select pg_stat_force_next_flush()")
            cursor.execute("select pg_stat_clear_snapshot()")
            cursor.execute(
                "select blks_hit + blks_read from pg_stat_database where datname = current_database()"
            )
            return int(cursor.fetchone()[0])


def cost_of(work: Callable[[], object]) -> Cost:
    meter = Meter()
    buffers, database, worker = meter.buffers(), meter.database_seconds(), time.process_time()
    with connection.execute_wrapper(meter):
        work()
    worker = time.process_time() - worker
    return Cost(worker, meter.database_seconds() - database, meter.statements, meter.buffers() - buffers)


@contextmanager
def no_queue() -> Iterator[None]:
    """Jobs that others ask for wait in Redis, as nobody works here; they are thrown away at the end."""
    try:
        yield
    finally:
        app.control.purge()

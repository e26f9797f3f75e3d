"""A job that a worker has taken stays its own for as long as the worker lives, and no longer.

Redis gives a job out again when nobody has confirmed it within the visibility timeout. Either that is longer than the
longest job, and the jobs of a killed worker wait as long; or it is short, and a long job is done twice. So it is short,
and each worker says every few seconds which jobs it still has.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import Any

from celery import bootsteps
from celery.concurrency.solo import TaskPool

logger = logging.getLogger(__name__)

# Seconds. A worker that is away for longer has lost its jobs: they may run twice, as each of them may.
LEASE = 90
RENEWED_EVERY = 15.0
# As kombu takes it: what is older is looked for every half minute, by each worker.
GIVEN_OUT_AGAIN = {
    "visibility_timeout": LEASE,
    "unacked_restore_interval": 30,
    "unacked_restore_throttle": 1,
}


class Lease(bootsteps.StartStopStep):
    """A part of the worker, beside its consumer."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def __init__(self, parent: Any, **options: Any) -> None:
        super().__init__(parent, **options)
        self.timer: Any = None
        self.clock: Clock | None = None

    def start(self, parent: Any) -> None:
        if isinstance(getattr(parent, "pool", None), TaskPool):
            # Without a pool, the worker’s own clock stands still while there is a job.
            self.clock = Clock(parent)
            self.clock.start()
        else:
            self.timer = parent.timer.call_repeatedly(RENEWED_EVERY, renew_of, (parent,))

    def stop(self, parent: Any) -> None:
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None
        if self.clock is not None:
            self.clock.over.set()
            self.clock = None


class Clock(threading.Thread):
    """Renews the jobs of a worker without a pool while it is at one of them."""

    def __init__(self, consumer: Any) -> None:
        super().__init__(name="lease", daemon=True)
        self.consumer, self.over = consumer, threading.Event()

    def run(self) -> None:
        while not self.over.wait(RENEWED_EVERY):
            renew_of(self.consumer)


def renew_of(consumer: Any) -> None:
    """Called by the clock of a worker. Whatever goes wrong is logged, and the next call tries again."""
    try:
        renew(consumer.task_consumer.channel)
    except Exception as problem:  # noqa: BLE001  the worker goes on, whatever is wrong with its queue
        logger.warning("jobs were not renewed", extra={"problem": type(problem).__name__})


def renew(channel: Any) -> int:
    """Tell Redis that the jobs of a channel which are not confirmed yet are being worked on; how many they are."""
    tags = list(channel.qos._delivered or ())
    if tags:
        now = time.time()
        with channel.conn_or_acquire() as client:
            client.zadd(channel.unacked_index_key, dict.fromkeys(tags, now), xx=True)
    return len(tags)

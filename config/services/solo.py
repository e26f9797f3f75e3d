"""What a worker without a pool of processes does by itself: it ends jobs that take too long, and has beat beside it.

A pool is a process that waits and another that works; together they take twice the memory of one that does both.
"""

from __future__ import annotations

import faulthandler
import logging
import os
import signal
import threading
import time
from types import FrameType
from typing import Any

from celery import Celery
from celery.beat import Service
from celery.exceptions import SoftTimeLimitExceeded, TimeLimitExceeded
from celery.signals import task_failure, task_postrun, task_prerun, worker_ready, worker_shutdown
from celery.worker.state import revoked

from config.services.at_work import AtWork, Job

logger = logging.getLogger(__name__)

# Its number: what logging puts in its place has none.
STDERR = 2
# Seconds. Beat looks so often whether it is to end.
LONGEST_NAP = 1.0


# Where this worker notes what it is at, if whoever forked it looks there.
_at_work: AtWork | None = None


def keep_limits(at_work: AtWork | None = None) -> None:
    """Have this process end the jobs that take too long: first by telling them, then by ending itself, and whoever
    started it starts it again. What it was at is noted in `at_work`, for `settle` of the next one."""
    global _at_work
    _at_work = at_work
    task_prerun.connect(_begin, dispatch_uid="solo.begin")
    task_postrun.connect(_end, dispatch_uid="solo.end")


def settle(app: Celery, at_work: AtWork, ended_at: float) -> None:
    """A job at which the worker before this one ended itself is a failure as any other, and is not given out again: it
    would end this one, too. One whose worker ended sooner is: its worker was killed, for whatever reason.

    `ended_at` is a moment of the monotonic clock. Whatever goes wrong is logged.
    """
    job = at_work.job()
    if job is not None and ended_at >= job.until:
        # Should the queue have given it out again already.
        revoked.add(job.number)
        try:
            _confirm(app, job.tag)
        except Exception:
            logger.exception("a job that took too long was not confirmed")
        logger.error("a job took too long", extra={"job": job.name})
        task_failure.send(
            sender=app.tasks[job.name],
            task_id=job.number,
            exception=TimeLimitExceeded(job.seconds),
            args=job.arguments,
            kwargs=job.options,
            traceback=None,
            einfo=None,
        )
    at_work.forget()


def _confirm(app: Celery, tag: str) -> None:
    """As the worker that had taken it would have: the queue holds it for nobody any more."""
    with app.connection_for_write() as connection:
        channel: Any = connection.default_channel
        with channel.conn_or_acquire() as client:
            client.pipeline().zrem(channel.unacked_index_key, tag).hdel(channel.unacked_key, tag).execute()


def _begin(task: Any = None, task_id: str = "", args: Any = (), kwargs: Any = None, **_: Any) -> None:
    soft, hard = limits_of(task)
    if hard and _at_work is not None:
        tag = str((task.request.properties or {}).get("delivery_tag", ""))
        until = time.monotonic() + hard
        _at_work.note(Job(task.name, task_id, tag, list(args or ()), dict(kwargs or {}), hard, until))
    if soft:
        signal.signal(signal.SIGALRM, _tell)
        signal.setitimer(signal.ITIMER_REAL, soft)
    if hard:
        # Kept by a thread that needs nothing of the interpreter: a job may hang where no signal is heard.
        faulthandler.dump_traceback_later(hard, exit=True, file=STDERR)


def _end(**_: Any) -> None:
    signal.setitimer(signal.ITIMER_REAL, 0)
    faulthandler.cancel_dump_traceback_later()
    if _at_work is not None:
        _at_work.forget()


def _tell(number: int, frame: FrameType | None) -> None:
    raise SoftTimeLimitExceeded


def limits_of(task: Any) -> tuple[float, float]:
    """Seconds after which a job is told to end, and after which it is ended; 0: never."""
    settings = task.app.conf
    soft = task.soft_time_limit or settings.task_soft_time_limit
    hard = task.time_limit or settings.task_time_limit
    return float(soft or 0), float(hard or 0)


class Beat(threading.Thread):
    """The clock of periodic jobs, in the process of a worker. Where it ends by itself, so does that process."""

    def __init__(self, app: Celery, schedule: str) -> None:
        super().__init__(name="beat", daemon=True)
        self.app = app
        self.service = Service(
            app, max_interval=LONGEST_NAP, schedule_filename=schedule, remote_control=False
        )
        self.ending = False

    def run(self) -> None:
        self.app.set_current()
        try:
            self.service.start()
        except Exception:
            logger.exception("beat ended")
        finally:
            if not self.ending:
                os.kill(os.getpid(), signal.SIGTERM)

    def end(self) -> None:
        """What ran when is written down first."""
        self.ending = True
        self.service.stop()
        self.join(5 * LONGEST_NAP)


def have_beat(app: Celery, schedule: str) -> None:
    """Start beat as soon as this worker takes jobs, and end it before the worker ends."""
    beat = Beat(app, schedule)
    worker_ready.connect(lambda **_: beat.start(), weak=False, dispatch_uid="solo.beat")
    worker_shutdown.connect(lambda **_: beat.end(), weak=False, dispatch_uid="solo.no_beat")

"""A worker that is killed in the middle of its job, and the one after it that goes on."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable

from django.conf import settings

from bench.working import below, workers
from config.celery import app

# Seconds. A run of a periodic job that was killed holds its place for a minute and a half (members/rounds.py).
PATIENCE, ASKED_EVERY, LOOKED_EVERY = 600.0, 5.0, 0.02


def kill_in_the_middle(job: str, left: Callable[[], int]) -> str:
    """Have the worker of periodic jobs do this one, kill it once a part is done, and ask for the job again, as beat
    does, until nothing is left; what happened, in words. Needs so much to do that it cannot be done at once.
    """
    entry = settings.CELERY_BEAT_SCHEDULE[job]
    whole = left()
    with workers("periodic") as parent:
        app.send_task(entry["task"], **entry["options"])
        _until(lambda: left() < whole)
        for process in below(parent):
            os.kill(process, signal.SIGKILL)
        killed, rest = time.monotonic(), left()
        if not rest:
            raise SystemExit(f"{job} was done before its worker could be killed.")
        asked = 0.0
        while left():
            if time.monotonic() - asked > ASKED_EVERY:
                asked = time.monotonic()
                app.send_task(entry["task"], **entry["options"])
            if asked - killed > PATIENCE:
                raise SystemExit(f"Nobody went on with {job}.")
            time.sleep(LOOKED_EVERY)
        seconds = time.monotonic() - killed
    return f"{job}: killed with {rest:,} of {whole:,} left; all done {seconds:.0f} s later"


def _until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > deadline:
            raise SystemExit("The worker did not begin.")
        time.sleep(LOOKED_EVERY)

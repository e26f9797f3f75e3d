"""Real workers, as `bin/up` has them, for as long as something is measured."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from bench import VAR
from config.celery import app
from config.services.workers import processes_for

PATIENCE = 120.0  # seconds until they must have started, on a machine that does other things too
LOG = VAR / "workers.log"


@contextmanager
def workers(*names: str) -> Iterator[int]:
    """Those workers of a machine, ready to take jobs; the number of the process that they are forked from.

    What waits in the queues is thrown away first.
    """
    app.control.purge()
    with LOG.open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "config.services.workers", *names],
            cwd=settings.BASE_DIR,
            env=os.environ,
            stdout=log,
            stderr=log,
        )
        try:
            _wait_for(len(processes_for(list(names))))
            yield process.pid
        finally:
            process.terminate()
            process.wait(60)


def _wait_for(number: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while len(app.control.ping(timeout=1.0) or []) < number:
        if time.monotonic() > deadline:
            raise SystemExit(f"The workers did not start; see {LOG}")


def below(process: int) -> list[int]:
    """The processes that were forked from this one, and from those (Linux)."""
    children = Path(f"/proc/{process}/task/{process}/children")
    found = [int(one) for one in children.read_text().split()] if children.exists() else []
    return found + [one for child in found for one in below(child)]

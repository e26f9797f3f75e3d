"""Signs of life of a worker, outside the database: a rehearsal is one transaction, which nobody sees into."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.core.cache import cache

from communities.transfer.models import Import

logger = logging.getLogger(__name__)

EVERY = 10.0  # seconds
# Without a sign for so long, it is gone.
LIFE = 45  # seconds


@dataclass(frozen=True)
class Steps:
    """What is counted, how many are done, how many there are."""

    label: str = ""
    done: int = 0
    total: int = 0


@contextmanager
def heartbeat(job: Import) -> Iterator[None]:
    """Gives a sign every few seconds while something is worked on, however long one part of it takes."""
    over = threading.Event()
    beat(job)

    def go_on() -> None:
        while not over.wait(EVERY):
            beat(job)

    thread = threading.Thread(target=go_on, name=f"import-{job.pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        _forget(job)


def _forget(job: Import) -> None:
    """The sign ends by itself soon; with Redis away, what was done is still ended as it should be."""
    try:
        cache.delete(_alive(job))
    except Exception:
        logger.exception("a sign could not be taken away", extra={"import": job.pk})


def beat(job: Import) -> None:
    try:
        cache.set(_alive(job), job.worker, LIFE)
    except Exception:
        logger.exception("no sign could be given", extra={"import": job.pk})


def is_alive(job: Import) -> bool:
    """Whether a worker is on it. Where nobody can say, none is."""
    try:
        return bool(cache.get(_alive(job)))
    except Exception:
        logger.exception("no sign could be read", extra={"import": job.pk})
        return False


def say(job: Import, steps: Steps) -> None:
    """How far a rehearsal is, for the page that shows it."""
    try:
        cache.set(_steps(job), (steps.label, steps.done, steps.total), 3600)
    except Exception:
        logger.exception("no progress could be told", extra={"import": job.pk})


def steps_of(job: Import) -> Steps:
    """How far it is."""
    if job.state != Import.State.REHEARSING:
        return Steps(job.label, job.done, job.total)
    try:
        return Steps(*(cache.get(_steps(job)) or ()))
    except Exception:
        logger.exception("no progress could be read", extra={"import": job.pk})
        return Steps()


def _alive(job: Import) -> str:
    return f"import:{job.pk}:alive"


def _steps(job: Import) -> str:
    return f"import:{job.pk}:steps"

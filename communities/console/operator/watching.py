"""Watching jobs: when each periodic one ran last, how long it took, and what failed.

Told by Celery’s signals, in a transaction of their own after the job’s. Whatever goes wrong here is logged and stops no
job.
"""

from __future__ import annotations

import datetime
import functools
import json
import logging
import threading
import time
from collections.abc import Callable
from typing import Any

import redis
from celery import current_app
from celery.signals import (
    beat_init,
    before_task_publish,
    heartbeat_sent,
    task_failure,
    task_prerun,
    task_success,
)
from django.conf import settings
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest
from django.utils import timezone
from kombu.exceptions import OperationalError

from communities.console.operator.disks import say_own_disk
from communities.console.operator.models import FailedJob, JobState
from communities.redis_server import open_redis
from members.masking import words_of_error

logger = logging.getLogger(__name__)

BEAT_KEY = f"{settings.CACHES['default']['KEY_PREFIX']}:beat"
BEAT_KEPT = 60 * 60 * 24 * 30  # seconds
# In the head of each job: when it was asked for, in seconds since 1970.
SENT = "parvis_sent"
# The job that looks at the machine, when it last did, and how long somebody may be without it, in seconds.
WATCH = "communities.console.operator.tasks.watch_machine"
WATCHED_KEY = f"{settings.CACHES['default']['KEY_PREFIX']}:watched"
UNWATCHED, BETWEEN = 900.0, 120.0
# A run that fails again and again is one line a minute at most, or the list would be nothing else.
MOST_FAILED = 500
_began: dict[str, float] = {}
# The thread that is beat, where it is in this process: a worker that has beat beside it asks for jobs too.
_beat: int | None = None
# A worker that has just been started gives beat the time to start too.
_heard = time.monotonic()


def periodic_jobs() -> frozenset[str]:
    """The names of the jobs that beat starts."""
    return frozenset(str(entry["task"]) for entry in settings.CELERY_BEAT_SCHEDULE.values())


def watch() -> None:
    """Connect; called once, when the app is ready."""
    beat_init.connect(_this_is_beat, dispatch_uid="operator.beat")
    before_task_publish.connect(_published, dispatch_uid="operator.published")
    heartbeat_sent.connect(_heart_beats, dispatch_uid="operator.heart")
    heartbeat_sent.connect(say_own_disk, dispatch_uid="operator.disks")
    task_prerun.connect(_starts, dispatch_uid="operator.starts")
    task_success.connect(_done, dispatch_uid="operator.done")
    task_failure.connect(_failed, dispatch_uid="operator.failed")


def note_run(name: str, seconds: float) -> None:
    """One run of a periodic job that ended well."""
    now = timezone.now()
    values = {"started_at": now - datetime.timedelta(seconds=seconds), "finished_at": now, "seconds": seconds}
    changed = JobState.objects.filter(pk=name).update(
        runs=F("runs") + 1, longest=Greatest("longest", Value(seconds)), **values
    )
    if not changed:
        JobState.objects.get_or_create(pk=name, defaults={"runs": 1, "longest": seconds, **values})


def note_failure(name: str, arguments: list[Any], options: dict[str, Any], problem: str) -> None:
    """A job that raised. A periodic one is counted as well; of the others, each can be started again."""
    now = timezone.now()
    problem = problem[:500]
    if name in periodic_jobs():
        JobState.objects.get_or_create(pk=name)
        JobState.objects.filter(pk=name).update(failures=F("failures") + 1, failed_at=now, problem=problem)
        return
    FailedJob.objects.create(name=name, arguments=arguments, options=options, problem=problem, failed_at=now)
    oldest = FailedJob.objects.order_by("-id").values_list("id", flat=True)[MOST_FAILED : MOST_FAILED + 1]
    if kept := list(oldest):
        FailedJob.objects.filter(id__lte=kept[0]).delete()


def beat_seen_at() -> datetime.datetime | None:
    """When beat last asked for a job; None if never. Raises RedisError."""
    with open_redis() as client:
        told: Any = client.get(BEAT_KEY)
    return datetime.datetime.fromtimestamp(float(told), datetime.UTC) if told else None


def last_run_of(name: str) -> datetime.datetime | None:
    return JobState.objects.filter(pk=name).values_list("finished_at", flat=True).first()


def last_periodic_run() -> datetime.datetime | None:
    """When the latest periodic job was done."""
    runs = JobState.objects.filter(finished_at__isnull=False).order_by("-finished_at")
    return runs.values_list("finished_at", flat=True).first()


def _quietly(listen: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(listen)
    def heard(*args: Any, **told: Any) -> None:
        try:
            with transaction.atomic():
                listen(*args, **told)
        except Exception:
            logger.exception("a job was not noted")

    return heard


def _this_is_beat(**_: Any) -> None:
    global _beat
    _beat = threading.get_ident()


def waited(job: bytes | None) -> float:
    """For how many seconds a job of a queue has waited, by what `_published` wrote into it; 0 for none."""
    sent = json.loads(job).get("headers", {}).get(SENT) if job else None
    return max(time.time() - sent, 0.0) if isinstance(sent, float) else 0.0


def leave_mark() -> None:
    """The machine was looked at just now."""
    with open_redis() as client:
        client.set(WATCHED_KEY, time.time(), ex=BEAT_KEPT)


def _heart_beats(**_: Any) -> None:
    """Of each worker, every few seconds: see that the machine is looked at, even where beat stands still.

    Asked of every worker that serves jobs, so that the one that is late is not the one that has to say so.
    """
    global _heard
    if time.monotonic() - _heard < BETWEEN:
        return
    _heard = time.monotonic()
    try:
        with open_redis() as client:
            told: Any = client.get(WATCHED_KEY)
            if told and time.time() - float(told) < UNWATCHED:
                return
            if not client.set(f"{WATCHED_KEY}:asked", 1, nx=True, ex=int(BETWEEN)):
                return
        for queue in ("people", "mails"):
            current_app.send_task(WATCH, queue=queue, expires=BETWEEN, retry=False)
    except (redis.RedisError, OperationalError) as problem:
        logger.warning("nobody was asked to look", extra={"problem": type(problem).__name__})


def _published(headers: dict[str, Any] | None = None, **_: Any) -> None:
    """Each job says when it was asked for. Beat leaves its mark whenever it asks for one; other processes ask for jobs
    too, and leave none."""
    if headers is not None:
        headers[SENT] = time.time()
    if _beat != threading.get_ident():
        return
    try:
        with open_redis() as client:
            client.set(BEAT_KEY, time.time(), ex=BEAT_KEPT)
    except redis.RedisError as problem:
        logger.warning("beat left no mark", extra={"problem": type(problem).__name__})


def _starts(task_id: str = "", **_: Any) -> None:
    _began[task_id] = time.monotonic()


@_quietly
def _done(sender: Any = None, **_: Any) -> None:
    seconds = time.monotonic() - _began.pop(sender.request.id or "", time.monotonic())
    if sender.name in periodic_jobs():
        note_run(sender.name, seconds)


@_quietly
def _failed(
    sender: Any = None, task_id: str = "", exception: Any = None, args: Any = (), kwargs: Any = None, **_: Any
) -> None:
    _began.pop(task_id, None)
    arguments, options = _plain([list(args or ()), dict(kwargs or {})])
    note_failure(sender.name, arguments, options, words_of_error(exception))


def _plain(told: list[Any]) -> list[Any]:
    """As JSON keeps it: what jobs are asked travels that way already."""
    kept: list[Any] = json.loads(json.dumps(told, default=str))
    return kept

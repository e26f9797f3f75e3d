"""Periodic jobs: one run at a time, each for a while only, the next one going on where the last one stopped.

    @shared_task(base=Periodic, budget=30)
    def check_rollups() -> int:
        ids = communities_by_question("select communities_with_visits(%s)", [days])
        return in_each(ids, …)

A run that has used up its seconds stops between two communities, remembers which was the last, and sends for the rest;
so nothing behind it in its queue waits for longer than one budget, and nobody is always the last. What is done with one
community is never cut. When, how often and in which queue: `config/schedule.py`. Kept here, beneath everything, as
`members/aside.py` is. Why so: docs/decisions/0056-work-by-what-is-due.md.
"""

from __future__ import annotations

import logging
import time
import uuid
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from contextvars import ContextVar
from typing import Any

from celery.exceptions import Ignore
from django.conf import settings
from django.db import DatabaseError, connection, models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.jobs import KeptTask

logger = logging.getLogger(__name__)

# Seconds. A run that has not been heard of for longer has lost its worker; as in config/leases.py.
LEASE = 90
RENEWED_EVERY = 15.0
# Seconds for which a run goes on taking things up, where the job says nothing else.
BUDGET = 20.0
# The same for jobs in the queue that people wait in: what somebody did a moment ago stands behind them.
SHORT = 1.0
# Seconds until the rest is taken up: as long as the run took, so that a large backlog leaves others half the time.
LONGEST_PAUSE = 60.0
# Seconds. A job that beat calls so often needs nobody to send for the rest, unless its runs are short.
SOON = 300.0

TAKE = """
insert into members_jobround (job, after, remaining, holder, held_until)
values (%(job)s, 0, 0, %(holder)s, clock_timestamp() + make_interval(secs => %(lease)s))
on conflict (job) do update set holder = excluded.holder, held_until = excluded.held_until
where members_jobround.held_until is null or members_jobround.held_until < clock_timestamp()
returning after
"""
RENEW = """
update members_jobround set after = %(after)s, held_until = clock_timestamp() + make_interval(secs => %(lease)s)
where job = %(job)s and holder = %(holder)s
"""
LEAVE = """
update members_jobround set holder = null, held_until = null, after = %(after)s, remaining = %(remaining)s,
  behind_since = case when %(remaining)s > 0 then coalesce(behind_since, %(began)s) end
where job = %(job)s and holder = %(holder)s
"""


class JobRound(models.Model):
    """Where one periodic job is in its round, and who is at it. Numbers only; of the installation, not a community."""

    job = models.CharField(max_length=120, primary_key=True)
    # The last one that was done of those that are due; 0: the next run begins with the first.
    after = models.BigIntegerField(default=0)
    # How many the last run left over, and since when there have always been some.
    remaining = models.PositiveIntegerField(default=0)
    behind_since = models.DateTimeField(null=True)
    holder = models.UUIDField(null=True)
    held_until = models.DateTimeField(null=True)

    class Meta:
        app_label = "members"
        verbose_name = _("round of a job")
        verbose_name_plural = _("rounds of jobs")

    def __str__(self) -> str:
        return self.job


class Run:
    """One run of a job. Not `taken` while another one is at it."""

    def __init__(self, job: str, budget: float = BUDGET) -> None:
        self.job, self.holder = job, uuid.uuid4()
        self.began, self.began_at = time.monotonic(), timezone.now()
        self.budget, self.renewed = budget, self.began
        self.remaining = 0
        told = self._execute(TAKE)
        self.taken = bool(told)
        self.after: int = told[0][0] if told else 0

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began

    def in_order(self, numbers: Iterable[int]) -> list[int]:
        """Those after the last one of the run before first."""
        due = sorted(numbers)
        begin = bisect_right(due, self.after)
        return due[begin:] + due[:begin]

    def paced(self, order: Sequence[int]) -> Iterator[int]:
        """One after the other until the time is over; whoever asks for the next has done the one before."""
        for place, number in enumerate(order):
            if place and self.seconds >= self.budget:
                self.remaining += len(order) - place
                return
            yield number
            self.after = number
            self._hold()
        self.after = 0

    def leave(self) -> None:
        """Let the next run in; where it is to go on is known from now on."""
        try:
            self._execute(LEAVE)
        except DatabaseError as problem:
            # It lapses by itself.
            logger.warning("a job was not let go", extra={"job": self.job, "problem": type(problem).__name__})

    def _hold(self) -> None:
        if time.monotonic() - self.renewed > RENEWED_EVERY:
            self.renewed = time.monotonic()
            self._execute(RENEW)

    def _execute(self, statement: str) -> list[tuple[Any, ...]]:
        told: dict[str, Any] = {"job": self.job, "holder": self.holder, "lease": LEASE} | (
            {}
            if statement is TAKE
            else {"after": self.after, "remaining": self.remaining, "began": self.began_at}
        )
        with connection.cursor() as cursor:
            cursor.execute(statement, told)
            return list(cursor.fetchall()) if cursor.description else []


_run: ContextVar[Run | None] = ContextVar("run", default=None)


def in_order(numbers: Iterable[int]) -> list[int]:
    """For loops over what is due: the order in which the job at hand takes it."""
    run = _run.get()
    return sorted(numbers) if run is None else run.in_order(numbers)


def paced(order: Sequence[int]) -> Iterable[int]:
    """The same things, for as long as the job at hand may go on; all of them outside of one."""
    run = _run.get()
    return order if run is None else run.paced(order)


def leave_some() -> None:
    """For work that takes so much of one thing at most, and got on with it: the job at hand sends for the rest."""
    run = _run.get()
    if run is not None:
        run.remaining += 1


def has_time() -> bool:
    """For work that goes on with one thing in parts: whether the job at hand may take up another one; outside of one,
    always."""
    run = _run.get()
    return run is None or run.seconds < run.budget


class Periodic(KeptTask):
    """Base of the jobs of beat’s table. `budget`: seconds after which a run takes up nothing more."""

    abstract = True
    budget = BUDGET

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        run = Run(self.name, self.budget)
        if not run.taken:
            return self._passed()
        token = _run.set(run)
        try:
            return super().__call__(*arguments, **options)
        finally:
            _run.reset(token)
            run.leave()
            if run.remaining:
                self._go_on(run)

    def _passed(self) -> int:
        """Another run is at it, and does what this one would do."""
        logger.debug("at work already", extra={"job": self.name})
        if self.request.called_directly:
            return 0
        # Neither a success nor a failure: the operator’s page counts neither.
        raise Ignore

    def _go_on(self, run: Run) -> None:
        logger.info("some are left over", extra={"job": self.name, "rows": run.remaining})
        if self.request.called_directly or (self.period <= SOON and self.budget > SHORT):
            return
        try:
            self.apply_async(countdown=min(run.seconds, LONGEST_PAUSE), expires=self.period, retry=False)
        except Exception as problem:  # noqa: BLE001  whatever is wrong with the queue, the next run goes on
            logger.warning("the rest was not asked for", extra={"problem": type(problem).__name__})

    @property
    def period(self) -> float:
        """Seconds from one of beat’s calls to the next."""
        table = settings.CELERY_BEAT_SCHEDULE.values()
        return min((float(one["schedule"]) for one in table if one["task"] == self.name), default=0.0)

"""Going on past what fails: whoever does many things one after the other does each of them through here.

    done = go_on("community", ids, work)

One that raises is *set aside*: a row counts it and says until when it is left out, so that nothing behind it waits and
nothing before it is done again. It is tried again by itself, after longer and longer pauses, and its row goes when it
succeeds. Operators see the rows under *Jobs*. Kept here, beneath everything, since the outbox goes on in the same way.
Why so: docs/decisions/0052-going-on.md.
"""

from __future__ import annotations

import datetime
import logging
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from celery import current_task
from celery.exceptions import SoftTimeLimitExceeded
from django.db import InterfaceError, OperationalError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

logger = logging.getLogger(__name__)

FIRST_PAUSE = datetime.timedelta(minutes=1)
# Nothing is given up for good: what was mended meanwhile is done the same day.
LONGEST_PAUSE = datetime.timedelta(hours=6)
HERE = Path(__file__).resolve().parent.parent


class SetAsideQuerySet(models.QuerySet["SetAside"]):
    def among(self, job: str, what: str, community_number: int) -> SetAsideQuerySet:
        """Those that one loop has to know."""
        return self.filter(job=job, what=what, community_number=community_number)


class SetAside(models.Model):
    """One thing that a job could not do: numbers and places in the code, never what is written in a row."""

    id = models.BigAutoField(primary_key=True)
    # The name of the task; empty where something else called it, such as a command.
    job = models.CharField(max_length=120, blank=True)
    # What `number` counts: “community”, “thread”, …
    what = models.CharField(max_length=40)
    number = models.BigIntegerField()
    # Where the thing belongs; 0 for a community itself, and for what belongs to none.
    community_number = models.BigIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    began_at = models.DateTimeField(default=timezone.now)
    failed_at = models.DateTimeField(default=timezone.now)
    # Until then it is left out; null: until somebody says otherwise.
    due_at = models.DateTimeField(null=True, default=timezone.now)
    problem = models.CharField(max_length=200, blank=True)

    objects = models.Manager.from_queryset(SetAsideQuerySet)()

    class Meta:
        app_label = "members"
        verbose_name = _("thing set aside")
        verbose_name_plural = _("things set aside")
        constraints = [
            models.UniqueConstraint(fields=["job", "what", "community_number", "number"], name="aside_once")
        ]

    def __str__(self) -> str:
        return f"{self.job} {self.what} {self.number}"

    @property
    def job_name(self) -> str:
        """As operators read it."""
        return self.job.rpartition(".")[2].replace("_", " ")

    @property
    def place(self) -> int | None:
        """The number of the community that it is, or belongs to."""
        return self.number if self.what == "community" else self.community_number or None

    def is_left_out(self, now: datetime.datetime) -> bool:
        return self.due_at is None or self.due_at > now

    def count(self, problem: str, now: datetime.datetime) -> None:
        """It failed once more; each time doubles the pause."""
        self.failures += 1
        self.failed_at, self.problem = now, problem
        self.due_at = now + pause_after(self.failures)


def pause_after(failures: int) -> datetime.timedelta:
    """For how long something is left out that has failed so many times in a row."""
    return min(FIRST_PAUSE * int(2 ** min(failures - 1, 20)), LONGEST_PAUSE)


def go_on(
    what: str,
    numbers: Iterable[int],
    work: Callable[[int], int | None],
    *,
    community_number: int = 0,
    failed: Callable[[int], object] | None = None,
) -> int:
    """Do `work` for each of these numbers, except what is set aside for now; the sum of what it answered.

    `work` opens its own transaction, so that whatever fails leaves nothing half done; call this outside of one.
    `failed` is told, for rows that have a due date of their own. A job that has used up its time ends with the thing
    that took it set aside. What the database itself says about being away is nobody’s failure and is raised.
    """
    known: dict[int, SetAside] | None = None
    now, done = timezone.now(), 0
    for number in numbers:
        # Asked with the first one: most runs of most jobs have nothing to do.
        known = known_aside(what, community_number=community_number) if known is None else known
        row = known.get(number)
        # What has a due date of its own comes by that; whoever was told to leave it out is obeyed.
        if row is not None and (row.is_left_out(now) if failed is None else row.due_at is None):
            continue
        try:
            done += int(work(number) or 0)
        except SoftTimeLimitExceeded as problem:
            set_aside(what, number, problem, community_number=community_number)
            raise
        except Exception as problem:
            logger.exception(
                "set aside", extra={"job": _job(), "what": what, "row": number, "community": community_number}
            )
            set_aside(what, number, problem, community_number=community_number)
            if failed is not None:
                failed(number)
        else:
            if row is not None:
                row.delete()
                _know(what, number, community_number, None)
    return done


# So many rows of a job are read together with the first one that is asked for.
MOST_TOGETHER = 500
_together: ContextVar[dict[tuple[str, int], dict[int, SetAside]] | None] = ContextVar(
    "together", default=None
)


@contextmanager
def aside_together() -> Iterator[None]:
    """For a run over many communities: what its job could not do is read once, not once in each of them."""
    rows = list(SetAside.objects.filter(job=_job()).order_by("pk")[: MOST_TOGETHER + 1])
    known: dict[tuple[str, int], dict[int, SetAside]] = {}
    for row in rows:
        known.setdefault((row.what, row.community_number), {})[row.number] = row
    token = _together.set(known if len(rows) <= MOST_TOGETHER else None)
    try:
        yield
    finally:
        _together.reset(token)


def known_aside(what: str, *, community_number: int = 0) -> dict[int, SetAside]:
    """What the job at hand could not do so far, by number."""
    together = _together.get()
    if together is not None:
        return dict(together.get((what, community_number), {}))
    rows = SetAside.objects.among(_job(), what, community_number)
    return {row.number: row for row in rows}


def _job() -> str:
    return str(current_task.name) if current_task else ""


# PostgreSQL’s classes of what is about the server or the moment: away, deadlock, no room, locked, shut down.
PASSING = ("08", "40", "53", "55", "57")


def is_passing(problem: BaseException) -> bool:
    """Whether the database would take the same thing another time. What is read once, as from a stream, is then read
    again; anything else would fail again, and nothing behind it would ever be read."""
    if not isinstance(problem, OperationalError | InterfaceError):
        return False
    state = str(getattr(problem.__cause__, "pgcode", "") or "")
    return not state or state[:2] in PASSING


@transaction.atomic
def set_aside(what: str, number: int, problem: BaseException, *, community_number: int = 0) -> SetAside:
    """Count one failure of a thing, and leave it out for a while."""
    job = _job()
    named = {"job": job, "what": what, "community_number": community_number, "number": number}
    SetAside.objects.bulk_create([SetAside(**named)], ignore_conflicts=True)
    row: SetAside = SetAside.objects.select_for_update().get(**named)
    row.count(where(problem), timezone.now())
    row.save()
    _know(what, number, community_number, row)
    return row


def _know(what: str, number: int, community_number: int, row: SetAside | None) -> None:
    """What is read together follows what is written."""
    together = _together.get()
    if together is None:
        return
    among = together.setdefault((what, community_number), {})
    if row is None:
        among.pop(number, None)
    else:
        among[number] = row


def let_in(what: str, number: int) -> None:
    """It went well: for loops of their own, which have another way to leave out what failed."""
    SetAside.objects.filter(job=_job(), what=what, number=number).delete()


def let_go(what: str, numbers: Iterable[int], *, community_number: int) -> None:
    """They wait no more, since they are gone or were done by somebody else: no loop will ever meet them again."""
    gone = list(numbers)
    if gone:
        SetAside.objects.among(_job(), what, community_number).filter(number__in=gone).delete()
        for number in gone:
            _know(what, number, community_number, None)


def try_again(row: SetAside) -> None:
    """Let the next run of its job take it."""
    row.due_at = timezone.now()
    row.save(update_fields=["due_at"])


def leave_out(row: SetAside) -> None:
    """Let no run take it until somebody wants it tried again."""
    row.due_at = None
    row.save(update_fields=["due_at"])


def where(problem: BaseException) -> str:
    """“IntegrityError in communities/people/entrusting.py, line 161”: what it says of itself may quote a row."""
    ours = [
        frame
        for frame in traceback.extract_tb(problem.__traceback__)
        if Path(frame.filename).is_relative_to(HERE) and "site-packages" not in frame.filename
    ]
    if not ours:
        return type(problem).__name__
    last = ours[-1]
    return f"{type(problem).__name__} in {Path(last.filename).relative_to(HERE)}, line {last.lineno}"[:200]

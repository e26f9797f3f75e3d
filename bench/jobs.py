"""What one run of each periodic job costs, at so many communities of which each has a plan and a waiting stage.

`python -m bench.jobs [communities] [runs] [people]` (300, 2, 3): they are made by SQL, each with members, spaces,
threads and replies. Every job of beat’s table is run so often in this process, without a queue; of the last run are
printed: processor time of the worker and of the database, statements, buffers of the database, and which share of the
job’s period that time is. With two runs the second says what it costs when nothing is new. Each run does all that is
due, however long it takes; plans are due as they are on an ordinary day, each some times a day.
"""

from __future__ import annotations

import datetime
import logging
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, connections
from django.utils import timezone

from bench.content import fill
from communities.content.queries import recount_community
from communities.launch.models import Stage
from communities.models import Community
from communities.scoping import community_scope
from config.celery import app
from config.services import running_servers
from config.services.preparation import prepare
from members.models import Member
from tests.crowd import copy_community

COMMUNITIES, RUNS, PEOPLE = 300, 2, 3
ALLOWED = 0.10  # of its period, by processor time
TICK = os.sysconf("SC_CLK_TCK")
SLUG = "bench-jobs"


@dataclass(frozen=True)
class Cost:
    worker: float
    database: float
    statements: int
    buffers: int

    @property
    def seconds(self) -> float:
        return self.worker + self.database


def make_crowd(communities: int, people: int) -> None:
    """As many as there are to be; those of an earlier run stay."""
    template = Community.objects.filter(slug=SLUG).first() or _make_template(people)
    there = Community.objects.filter(slug__endswith=f"-{SLUG}").count()
    for first in range(there + 1, communities + 1, 1000):
        copy_community(template, min(1000, communities + 1 - first), first=first)
    with connections["owner"].cursor() as cursor:
        # Of what was written nobody is to be told: that is another job’s work.
        cursor.execute("update content_post set news_due_at = null where news_due_at is not null")
        cursor.execute("vacuum analyze")


def _make_template(people: int) -> Community:
    """Its first stage is open, one waits for its gauges, and one for its date."""
    community = Community.objects.create(
        slug=SLUG, name="Bench", tagline="Measured", languages=["en"], launch={"begun": True, "stages": []}
    )
    with community_scope(community):
        fill(community, threads=5, people=people, posts=3)
        open_now = {"state": "open", "opened_at": timezone.now()}
        Stage.objects.create(
            place=1, name="Rooms", features=["forums", "join"], audience="everyone", **open_now
        )
        goals = {"members_active": 1000, "posts_a_week": 1000, "threads": 1000}
        Stage.objects.create(place=2, name="Blogs", features=["blogs"], opening="criteria", criteria=goals)
        in_spring = timezone.now() + datetime.timedelta(days=120)
        Stage.objects.create(
            place=3, name="Search", features=["search"], opening="date", planned_for=in_spring
        )
        recount_community(community.pk)
    return community


def spread_looks() -> None:
    """As if all plans had been looked at before: those of the last half minute are due."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "update launch_stage set look_at = now() - interval '30 s' + random() * interval '6 h'"
            " where state = 'closed'"
        )


class Meter:
    """Counts statements, and reads what the server has spent on this connection."""

    def __init__(self) -> None:
        self.statements = 0
        with connection.cursor() as cursor:
            # All of its work in one process, whose processor time can be read.
            cursor.execute("set max_parallel_workers_per_gather = 0")
            cursor.execute("select pg_backend_pid()")
            self.backend: int = cursor.fetchone()[0]

    def __call__(self, execute: Callable[..., Any], *asked: Any) -> Any:
        self.statements += 1
        return execute(*asked)

    def database_seconds(self) -> float:
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


def main(communities: int, runs: int, people: int) -> int:
    logging.disable(logging.INFO)
    with running_servers(), no_queue():
        prepare()
        app.loader.import_default_modules()
        make_crowd(communities, people)
        print(f"{communities:,} communities, {Member.objects.count():,} people; run {runs} of each job")
        print(
            f"{'job':24}{'period':>8}{'worker s':>10}{'database s':>12}{'statements':>12}{'buffers':>12}{'share':>9}"
        )
        dear = []
        for name, entry in settings.CELERY_BEAT_SCHEDULE.items():
            period = float(entry["schedule"])
            task = app.tasks[entry["task"]]
            task.budget = float("inf")
            for _run in range(runs):
                spread_looks()
                cost = cost_of(task)
            share = cost.seconds / period
            dear += [name] if share > ALLOWED else []
            print(
                f"{name:24}{period:8.0f}{cost.worker:10.2f}{cost.database:12.2f}"
                f"{cost.statements:12,}{cost.buffers:12,}{share:9.1%}",
                flush=True,
            )
    print(f"\nover {ALLOWED:.0%} of their period: {', '.join(dear) or 'none'}")
    return bool(dear)


if __name__ == "__main__":
    told = [int(word) for word in sys.argv[1:]]
    sys.exit(main(*told, *(COMMUNITIES, RUNS, PEOPLE)[len(told) :]))

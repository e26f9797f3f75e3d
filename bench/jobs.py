"""What one run of each periodic job costs, at so many communities of which each has a plan and a waiting stage.

`python -m bench.jobs [communities] [runs] [people] [each] [job …]` (300, 2, 3, 0): they are made by SQL, each with
members, spaces, threads and replies. Every job of beat’s table is run so often in this process, without a queue; of the
last run are printed: processor time of the worker and of the database, statements, buffers of the database, and which
share of the job’s period that time is. With two runs the second says what it costs when nothing is new. Each run does
all that is due, however long it takes; plans are due as they are on an ordinary day, each some times a day. With
`each`, one community of so many has something for each job before it is run; with names of jobs, those alone are run.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from typing import Any, NamedTuple

from django.conf import settings

from bench.costs import Cost, cost_of, no_queue
from bench.crowd import make_crowd
from bench.due import everything_due, make_due, spread_looks
from config.celery import app
from config.services import running_servers
from config.services.preparation import prepare
from members.models import Member

COMMUNITIES, RUNS, PEOPLE, EACH = 300, 2, 3, 0
ALLOWED = 0.10  # of its period, by processor time


class Ran(NamedTuple):
    """The last run of a job, and how many it says that it has done."""

    name: str
    period: float
    cost: Cost
    done: Any


def print_costs(jobs: Iterator[Ran]) -> list[str]:
    """A line for each job; the names of those that cost more than they may."""
    print(
        f"{'job':24}{'period':>8}{'done':>8}{'worker s':>10}{'database s':>12}"
        f"{'statements':>12}{'buffers':>12}{'share':>9}"
    )
    dear = []
    for name, period, cost, done in jobs:
        share = cost.seconds / period
        dear += [name] if share > ALLOWED else []
        print(
            f"{name:24}{period:8.0f}{done or '':>8}{cost.worker:10.2f}{cost.database:12.2f}"
            f"{cost.statements:12,}{cost.buffers:12,}{share:9.1%}",
            flush=True,
        )
    print(f"\nover {ALLOWED:.0%} of their period: {', '.join(dear) or 'none'}\n", flush=True)
    return dear


def run_jobs(
    runs: int, before: Callable[[str], object] = spread_looks, only: tuple[str, ...] = ()
) -> Iterator[Ran]:
    """Each job of the table so often, with what has to be done before each run; its last run’s cost."""
    app.loader.import_default_modules()
    for name, entry in settings.CELERY_BEAT_SCHEDULE.items():
        if only and name not in only:
            continue
        task = app.tasks[entry["task"]]
        task.budget = float("inf")
        done: list[Any] = []
        for _run in range(runs):
            before(name)
            cost = cost_of(lambda task=task, done=done: done.append(task()))
        yield Ran(name, float(entry["schedule"]), cost, done[-1])


def main(communities: int, runs: int, people: int, each: int, only: tuple[str, ...]) -> int:
    logging.disable(logging.INFO)
    with running_servers(), no_queue(), ExitStack() as stack:
        prepare()
        make_crowd(communities, people)
        print(f"{communities:,} communities, {Member.objects.count():,} people; run {runs} of each job")
        if each:
            print(f"something in one community of {each}")
            stack.enter_context(everything_due())
        dear = print_costs(run_jobs(runs, partial(make_due, each=each) if each else spread_looks, only))
    return bool(dear)


if __name__ == "__main__":
    told = [int(word) for word in sys.argv[1:] if word.isdigit()]
    named = tuple(word for word in sys.argv[1:] if not word.isdigit())
    communities, runs, people, each = (*told, *(COMMUNITIES, RUNS, PEOPLE, EACH)[len(told) :])
    sys.exit(main(communities, runs, people, each, named))

"""Periodic jobs take turns: one run at a time, each for a while, the next one behind it."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from celery.app.task import Context
from django.utils import timezone
from django.utils.module_loading import import_string

from communities.content.tasks import publish_due_threads
from config.schedule import PEOPLE, SCHEDULE
from members.models import JobRound
from members.rounds import BUDGET, SHORT, Run
from members.tasks import hand_over_owed_jobs


@pytest.mark.django_db
def test_one_run_at_a_time_and_the_next_goes_on_behind_it(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr("members.rounds.time.monotonic", lambda: clock[0])

    def work_through(run: Run, due: list[int], takes: float) -> list[int]:
        done = []
        for number in run.paced(run.in_order(due)):
            done.append(number)
            clock[0] += takes
        run.leave()
        return done

    first = Run("a job", budget=25)
    assert not Run("a job").taken
    assert Run("another job").taken
    assert work_through(first, [5, 1, 3, 4], 10) == [1, 3, 4]
    at = JobRound.objects.get(pk="a job")
    assert (at.after, at.remaining, at.holder) == (4, 1, None)
    assert at.behind_since is not None
    second = Run("a job", budget=25)
    assert work_through(second, [1, 2, 5], 10) == [5, 1, 2], "those that it had not reached come first"
    at.refresh_from_db()
    assert (at.after, at.remaining, at.behind_since) == (0, 0, None)
    assert work_through(Run("a job", budget=0), [7, 8], 10) == [7], "each run does one thing at least"


@pytest.mark.django_db
def test_a_run_whose_worker_is_gone_is_let_go_and_one_that_works_is_not() -> None:
    held = Run("a job")
    JobRound.objects.update(held_until=timezone.now() - datetime.timedelta(seconds=1))
    taken_over = Run("a job")
    assert taken_over.taken
    held.leave()
    assert JobRound.objects.get().holder == taken_over.holder, "the one that was thought dead lets nobody in"


@pytest.mark.parametrize(("budget", "goes_on"), [(SHORT, True), (BUDGET, False)])
def test_a_job_that_people_wait_behind_stops_soon_and_sends_for_its_rest(
    db: None, monkeypatch: pytest.MonkeyPatch, budget: float, goes_on: bool
) -> None:
    """One that beat calls every half minute: with the usual budget that call does the rest."""
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(publish_due_threads, "budget", budget)
    monkeypatch.setattr(publish_due_threads, "apply_async", lambda **options: sent.append(options))
    run = Run(publish_due_threads.name, budget)
    run.remaining = 3
    publish_due_threads.request_stack.push(Context(called_directly=False))
    publish_due_threads._go_on(run)
    publish_due_threads.request_stack.pop()
    assert [one["expires"] for one in sent] == [30.0] * goes_on


def test_jobs_in_the_queue_that_people_wait_in_are_short() -> None:
    waited_for = {entry["task"] for entry in SCHEDULE.values() if entry["options"]["queue"] == PEOPLE}
    jobs = [import_string(name) for name in waited_for]
    assert [job.name for job in jobs if job.budget > SHORT and job is not hand_over_owed_jobs] == []

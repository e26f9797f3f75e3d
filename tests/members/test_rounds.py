"""Periodic jobs take turns: one run at a time, each for a while, the next one behind it."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from members.models import JobRound
from members.rounds import Run


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

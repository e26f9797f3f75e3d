"""The law of recounting: after any order of acts, everything that is kept beside texts, told of them or listed equals a
recount through the visibility rule. `RECOUNTING_EXAMPLES=500` looks for longer, and counts after every act."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from celery import current_app
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from members.mails import outbox
from tests.conftest import Cast
from tests.recounting.machine import Recounting

LONG = int(os.environ.get("RECOUNTING_EXAMPLES", "0"))


@pytest.fixture
def jobs_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is asked of the queue is done as soon as it is asked."""

    def do(task: str, arguments: Sequence[Any], options: Mapping[str, Any]) -> bool:
        current_app.tasks[task].apply(list(arguments), dict(options), throw=True)
        return True

    monkeypatch.setattr(outbox, "send_job", do)


@pytest.mark.slow
@pytest.mark.usefixtures("jobs_at_once")
def test_everything_equals_a_recount(here: Cast) -> None:
    Recounting.here = here
    Recounting.every = 1 if LONG else 5
    run_state_machine_as_test(
        Recounting,
        settings=settings(
            max_examples=LONG or 6,
            stateful_step_count=50 if LONG else 30,
            deadline=None,
            derandomize=not LONG,
            database=None,
            # A failure is told as it was found: making it short would take longer than finding it.
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )

"""The law of recounting: after any order of acts, everything that is kept beside texts, told of them or listed equals a
recount through the visibility rule. `RECOUNTING_EXAMPLES=500` looks for longer, and counts after every act."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.conftest import Cast
from tests.recounting.machine import Recounting

LONG = int(os.environ.get("RECOUNTING_EXAMPLES", "0"))


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

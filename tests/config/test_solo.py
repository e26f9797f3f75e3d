"""A worker without a pool: jobs that take too long, and beat beside it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings

from config.services import solo
from config.services.at_work import AtWork
from config.services.processes import wait_until

ROOT = Path(settings.BASE_DIR)


def job(*, soft: float | None = None, hard: float | None = None) -> Any:
    conf = SimpleNamespace(task_soft_time_limit=540, task_time_limit=600)
    return SimpleNamespace(soft_time_limit=soft, time_limit=hard, app=SimpleNamespace(conf=conf))


def test_limits_are_those_of_the_job_or_of_all() -> None:
    assert solo.limits_of(job()) == (540, 600)
    assert solo.limits_of(job(soft=5, hard=7)) == (5, 7)


def be_slow() -> None:
    solo._begin(task=job(soft=0.05))
    time.sleep(60)


def test_a_job_that_takes_too_long_is_told_and_the_next_one_has_its_own_time() -> None:
    before = signal.getsignal(signal.SIGALRM)
    try:
        with pytest.raises(SoftTimeLimitExceeded):
            be_slow()
        solo._end()
        solo._begin(task=job(soft=60))
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 50
    finally:
        solo._end()
        signal.signal(signal.SIGALRM, before)
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0


# It hears no signal, as while a library works; and it says nothing about what it was told.
HANGING = """
import ctypes, signal, sys
from tests.config.test_solo import job
from config.services import solo
from config.services.at_work import AtWork
sys.stderr = object()  # as under Celery, which puts a log there
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
solo._begin(task=job(soft=0.1, hard=0.4))
ctypes.CDLL(None).sleep(30)
"""


def run(program: str, *arguments: str) -> subprocess.Popen[str]:
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "tests.settings")
    }
    command = [sys.executable, "-c", textwrap.dedent(program), *arguments]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)


def test_a_process_whose_job_hangs_ends() -> None:
    process = run(HANGING)
    try:
        _out, said = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 1
    assert "Timeout" in said, "the log says where it hung"


HANGING_AGAIN = """
import os
from config.services.at_work import AtWork
from tests.config.test_solo import job, hang
at_work = AtWork()
if os.fork() == 0:
    hang(at_work)
_pid, status = os.wait()
left = at_work.job()
assert os.waitstatus_to_exitcode(status) == 1
assert (left.name, left.number, left.tag, left.arguments) == ("a job", "4711", "its tag", [7]), left
"""


def hang(at_work: AtWork) -> None:
    solo.keep_limits(at_work)
    task = job(soft=0, hard=0.3)
    task.name, task.request = "a job", SimpleNamespace(properties={"delivery_tag": "its tag"})
    task.app.conf.task_soft_time_limit = 0
    solo._begin(task=task, task_id="4711", args=(7,), kwargs={})
    time.sleep(30)


def test_what_a_worker_was_at_outlives_it() -> None:
    process = run(HANGING_AGAIN)
    try:
        _out, said = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 0, said


BEAT = """
import pathlib, signal, sys, time
from celery import Celery
from config.services.solo import Beat
folder = pathlib.Path(sys.argv[1])
app = Celery("test", broker="memory://")
app.conf.beat_schedule = {"tick": {"task": "tick", "schedule": 0.1}} if sys.argv[2] == "well" else {"tick": 7}
beat = Beat(app, str(folder / "beat"))
signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))
beat.start()
while sys.argv[2] == "broken" or not list(folder.glob("beat*")):
    time.sleep(0.02)
beat.end()
beat.join(60)
assert not beat.is_alive()
"""


@pytest.mark.parametrize(("how", "status"), [("well", 0), ("broken", 7)])
def test_a_beat_that_ends_by_itself_takes_its_worker_along(tmp_path: Path, how: str, status: int) -> None:
    process = run(BEAT, str(tmp_path), how)
    try:
        assert wait_until(lambda: process.poll() is not None, seconds=60)
    finally:
        process.kill()
    assert process.returncode == status
    if how == "well":
        assert list(tmp_path.glob("beat*")), "what ran when is kept"

"""The workers of one machine: which queues they serve, and that none stays away."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from config.schedule import NAMES, ROUTES
from config.services import workers
from config.services.processes import wait_until

ROOT = Path(settings.BASE_DIR)


def queues_of(command: list[str]) -> set[str]:
    return set(command[command.index("--queues") + 1].split(",")) if "--queues" in command else set()


def test_each_queue_is_served_and_only_what_takes_hours_waits_for_what_takes_hours() -> None:
    served = {name: set(serving.queues) for name, serving in workers.servings().items()}
    assert set().union(*served.values()) == set(NAMES)
    assert sum(len(queues) for queues in served.values()) == len(NAMES), "each by one of them"
    assert served["long"] == {"long", "backups"}
    assert {route["queue"] for route in ROUTES.values()} <= set(NAMES)
    assert settings.CELERY_TASK_DEFAULT_QUEUE == "people"


def test_containers_serve_each_queue_too() -> None:
    services: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    known = workers.servings()
    served: set[str] = set()
    for service in services.values():
        command = service.get("command") or []
        served |= queues_of(command)
        if "config.services.workers" in command:
            names = command[command.index("config.services.workers") + 1 :]
            assert set(names) <= set(known)
            served |= set().union(*(known[name].queues for name in names))
    assert served == set(NAMES)


def test_a_name_that_nobody_has_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert workers.main(["postman"]) == 2
    assert "no worker is called postman; known: mailer, worker" in capsys.readouterr().err


def test_beat_goes_with_the_mailer_and_alone_where_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKER_PROCESSES", "1")
    everything = workers.known()
    assert workers.processes_for(everything) == [name for name in everything if name != "beat"]
    assert workers.processes_for(["worker", "beat"]) == ["worker", "beat"]


def test_what_people_wait_for_has_as_many_processes_as_is_wished(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WORKER_PROCESSES", raising=False)
    assert workers.processes_for(["mailer", "worker", "long"]) == ["mailer", "worker", "worker-2", "long"]
    monkeypatch.setenv("WORKER_PROCESSES", "3")
    assert workers.processes_for(["worker"]) == ["worker", "worker-2", "worker-3"]


PARENT = """
import os, pathlib, signal, sys, time
from config.services import workers
folder = pathlib.Path(sys.argv[1])
workers.FIRST_PAUSE = 0.01
def run(name):
    (folder / f"{name}-{os.getpid()}").touch()
    time.sleep(600)
    return 0
crew = workers.Workers(run)
for number in workers.FOR_GOOD:
    signal.signal(number, crew.end)
crew.start("worker")
crew.start("long")
crew.keep()
"""


def test_one_that_dies_is_forked_again_and_all_end_together(tmp_path: Path) -> None:
    command = [sys.executable, "-c", textwrap.dedent(PARENT), str(tmp_path)]
    process = subprocess.Popen(command, cwd=ROOT)
    try:

        def seen(name: str) -> list[int]:
            return [int(path.name.rpartition("-")[2]) for path in tmp_path.glob(f"{name}-*")]

        assert wait_until(lambda: len(seen("worker")) == len(seen("long")) == 1, seconds=60)
        first = seen("worker")[0]
        os.kill(first, signal.SIGKILL)
        assert wait_until(lambda: len(seen("worker")) == 2, seconds=60)
        assert len(seen("long")) == 1
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
        left = set(seen("worker")) - {first} | set(seen("long"))
        assert not [pid for pid in left if Path(f"/proc/{pid}").exists()]
    finally:
        process.kill()


ENDING = """
import atexit, os, pathlib, sys, threading, time
from config.services import web, workers
folder = pathlib.Path(sys.argv[1])
class Server:
    def run(self):
        # As gunicorn does: its processes are forked in here, and end by an exception.
        if os.fork() == 0:
            atexit.register((folder / "said").touch)
            threading.Thread(target=lambda: (time.sleep(0.5), (folder / "answered").touch())).start()
            sys.exit(0)
        os.wait()
crew = workers.Workers(lambda _name: web.serve(Server()) or 0)
crew.start("web")
crew._one_that_ended()
"""


def test_a_web_process_ends_with_what_it_is_at(tmp_path: Path) -> None:
    """What is left to do at its end is done, once its threads have answered."""
    subprocess.run([sys.executable, "-c", ENDING, str(tmp_path)], cwd=ROOT, check=True, timeout=120)
    assert {path.name for path in tmp_path.iterdir()} == {"answered", "said"}


def test_where_there_is_no_room_for_a_process_the_others_go_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full() -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", full)
    crew = workers.Workers(lambda _name: 0)
    crew.names[4711] = "long"
    crew.start("worker")
    crew.start("worker")
    assert crew.names == {4711: "long"}
    assert set(crew.due) == {"worker"}
    assert crew.pauses["worker"] == 2 * workers.FIRST_PAUSE, "longer each time"
    assert "worker was not started" in capsys.readouterr().err
    assert signal.pthread_sigmask(signal.SIG_BLOCK, []) & set(workers.FOR_GOOD) == set()


def test_telling_one_that_has_just_ended_stops_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[int] = []

    def kill(pid: int, _number: int) -> None:
        if pid == 1:
            raise ProcessLookupError
        told.append(pid)

    monkeypatch.setattr(os, "kill", kill)
    crew = workers.Workers(lambda _name: 0)
    crew.names = {1: "worker", 2: "long"}
    crew.end()
    assert told == [2]


def test_between_the_fork_and_its_note_no_signal_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker of which nobody knows yet would be told nothing, and would be waited for without end."""
    masks: list[set[int]] = []

    def forked() -> int:
        masks.append(signal.pthread_sigmask(signal.SIG_BLOCK, []))
        return 4711

    monkeypatch.setattr(os, "fork", forked)
    crew = workers.Workers(lambda _name: 0)
    crew.start("worker")
    assert set(workers.FOR_GOOD) <= masks[0]
    assert signal.pthread_sigmask(signal.SIG_BLOCK, []) & set(workers.FOR_GOOD) == set()
    crew.ending = True
    crew.start("long")
    assert crew.names == {4711: "worker"}, "whoever was told to end starts nobody"


ONE_FALLS = """
import os, pathlib, signal, sys, time
from config.services import workers
folder = pathlib.Path(sys.argv[1])
workers.FIRST_PAUSE = workers.LONGEST_PAUSE = 600.0
def run(name):
    (folder / f"{name}-{os.getpid()}").touch()
    while name == "second" and not (folder / "told").exists():
        time.sleep(0.01)
    if name == "third":
        time.sleep(600)
    return 0
crew = workers.Workers(run)
for number in workers.FOR_GOOD:
    signal.signal(number, crew.end)
for name in ("first", "second", "third"):
    crew.start(name)
def tell():
    print(sorted(crew.due), flush=True)
put_off = crew._put_off
def told(name):
    put_off(name)
    tell()
    (folder / "told").touch()
crew._put_off = told
crew.keep()
"""


def test_one_that_waits_for_its_turn_holds_up_nobody_else(tmp_path: Path) -> None:
    """That the second has ended is seen while the first waits, and being told to end is heard at once."""
    command = [sys.executable, "-c", textwrap.dedent(ONE_FALLS), str(tmp_path)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "['first']\n"
        assert process.stdout.readline() == "['first', 'second']\n"
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
        assert len(list(tmp_path.glob("first-*"))) == 1
    finally:
        process.kill()


def test_all_are_started_so_that_they_keep_limits() -> None:
    """Celery’s own command with a pool of none ends no job, however long that takes."""
    told = (ROOT / "docker-compose.yml").read_text() + (
        ROOT / "docs" / "operators" / "running.md"
    ).read_text()
    assert "--queues mails" not in told
    compose: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    started = [
        service["command"] for service in compose.values() if "config.services.workers" in str(service)
    ]
    assert set(workers.servings()) <= {name for command in started for name in command}
    assert not [service for service in compose.values() if "solo" in (service.get("command") or [])]

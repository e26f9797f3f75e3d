"""The workers of one machine, forked from one process that has read the program: they share its memory.

    python -m config.services.workers [--logs] [mailer] [worker] [periodic] [long] [beat]

Each serves queues of its own, so that what takes hours holds up nothing that somebody waits for; without names, all of
them and beat. One that dies is forked again. `--logs` gives each its own file beside the servers’.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from importlib import import_module
from types import FrameType

from config.environment import env_int
from config.services import addresses, processes
from config.services.processes import die_with_parent

# Seconds until one that died is started again: longer each time, until it lives for a while.
FIRST_PAUSE, LONGEST_PAUSE, STEADY = 1.0, 30.0, 60.0
# What each of them would read for itself otherwise.
SHARED = (
    "celery.apps.beat",
    "celery.apps.worker",
    "celery.bin.beat",
    "celery.bin.worker",
    "celery.concurrency.prefork",
    "celery.concurrency.solo",
    "celery.events.state",
    "celery.worker.components",
    "celery.worker.consumer",
    "celery.worker.control",
    "celery.worker.strategy",
    "kombu.transport.redis",
    "config.urls",
    "config.platform_urls",
)
FOR_GOOD = (signal.SIGTERM, signal.SIGINT)


def commands() -> dict[str, list[str]]:
    """What each is started with. The mailer has no pool: it spends its time waiting."""
    beat = ["--schedule", str(addresses.var_dir() / "run" / "beat"), "--pidfile", ""]
    return {
        "mailer": ["worker", "--queues", "mails", "--pool", "solo", "--hostname", "mailer@%h"],
        "worker": _pool("worker", "people", env_int("WORKER_PROCESSES", 2)),
        "periodic": _pool("periodic", "periodic", 1),
        "long": _pool("long", "long,backups", 1),
        "beat": ["beat", *beat],
    }


def _pool(name: str, queues: str, size: int) -> list[str]:
    return ["worker", "--queues", queues, "--concurrency", str(size), "--hostname", f"{name}@%h"]


class Workers:
    """Forks them, and forks those again that end before they were told to."""

    def __init__(self, run: Callable[[str], int]) -> None:
        self.run = run
        self.names: dict[int, str] = {}
        self.began: dict[str, float] = {}
        self.pauses: dict[str, float] = {}
        self.ending = False

    def start(self, name: str) -> None:
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            die_with_parent()
            code = 1
            try:
                for number in FOR_GOOD:
                    signal.signal(number, signal.SIG_DFL)
                code = self.run(name) if os.getppid() == parent else 1
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else 1
            except BaseException:  # noqa: BLE001  whatever it is, the child must not become a second parent
                traceback.print_exc()
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code)
        self.names[pid], self.began[name] = name, time.monotonic()

    def end(self, *_: int | FrameType | None) -> None:
        """Handler of signals: they finish what they are at."""
        self.ending = True
        for pid in self.names:
            os.kill(pid, signal.SIGTERM)

    def keep(self) -> None:
        """Until all have ended after we were told to end."""
        while self.names:
            try:
                pid, _status = os.wait()
            except ChildProcessError:
                return
            name = self.names.pop(pid, "")
            if name and not self.ending:
                self._again(name)

    def _again(self, name: str) -> None:
        steady = time.monotonic() - self.began[name] > STEADY
        self.pauses[name] = (
            FIRST_PAUSE if steady else min(2 * self.pauses.get(name, FIRST_PAUSE / 2), LONGEST_PAUSE)
        )
        time.sleep(self.pauses[name])
        if not self.ending:
            self.start(name)


def work(name: str, *, logs: bool = False) -> int:
    """Be one of them, in a process of its own."""
    from config.celery import app

    gc.enable()
    if logs:
        with processes.open_log(addresses.var_dir(), name) as log:
            os.dup2(log.fileno(), 1)
            os.dup2(log.fileno(), 2)
    app.start(commands()[name])
    return 0


def main(arguments: list[str]) -> int:
    # Gaps that a collection leaves are filled by whoever comes later, and no page of them is shared for long.
    gc.disable()
    logs = "--logs" in arguments
    names = [one for one in arguments if one != "--logs"] or list(commands())
    if unknown := set(names) - set(commands()):
        sys.stderr.write(
            f"no worker is called {', '.join(sorted(unknown))}; known: {', '.join(commands())}\n"
        )
        return 2
    from config.celery import app

    app.loader.import_default_modules()
    for module in SHARED:
        import_module(module)
    gc.collect()
    # What was read stays where it is: looking through it would copy it into each of them.
    gc.freeze()
    workers = Workers(lambda name: work(name, logs=logs))
    for number in FOR_GOOD:
        signal.signal(number, workers.end)
    for name in names:
        workers.start(name)
    workers.keep()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

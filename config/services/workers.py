"""The workers of one machine, forked from one process that has read the program: they share its memory.

    python -m config.services.workers [--logs] [--web] [mailer] [worker] [periodic] [long] [beat]

Each serves queues of its own, so that what takes hours holds up nothing that somebody waits for; without names, all of
them and beat. Where both are here, beat is a thread of the mailer, and takes no memory of its own. With `--web` the web
server is forked from the same process, as `bin/up` has it. One that dies is forked again. `--logs` gives each its own
file beside the servers’.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from types import FrameType
from typing import Any, NoReturn

from celery.utils.nodenames import default_nodename, host_format

from config.environment import env_int
from config.schedule import BACKUPS, LONG, MAILS, PEOPLE, PERIODIC
from config.services import addresses, processes, web
from config.services.at_work import AtWork
from config.services.processes import die_with_parent
from config.services.sharing_memory import lend_from_few_arenas, read_ahead

# Seconds until one that died is started again: longer each time, until it lives for a while.
FIRST_PAUSE, LONGEST_PAUSE, STEADY = 1.0, 30.0, 60.0
# Seconds between two looks while one is to be started again.
NAP = 0.1
# What each would read for itself otherwise. Nothing of Celery’s own commands: they bring a library for terminals.
SHARED = (
    "billiard.pool",
    "celery.app.amqp",
    "celery.app.control",
    "celery.app.events",
    "celery.app.log",
    "celery.app.routes",
    "celery.apps.beat",
    "celery.apps.worker",
    "celery.backends",
    "celery.concurrency.solo",
    "celery.events.state",
    "celery.worker.autoscale",
    "celery.worker.components",
    "celery.worker.consumer",
    "celery.worker.consumer.delayed_delivery",
    "celery.worker.control",
    "celery.worker.strategy",
    "kombu.transport.redis",
    "config.services.solo",
)
BEAT, MAILER = "beat", "mailer"
FLAGS = ("--logs", "--web")
FOR_GOOD = (signal.SIGTERM, signal.SIGINT)


@dataclass(frozen=True)
class Serving:
    """Which queues a worker serves, and by how many processes, each of which does its jobs itself: a pool would be a
    process more, which only waits."""

    queues: tuple[str, ...]
    processes: int = 1


def servings() -> dict[str, Serving]:
    """The workers of a machine."""
    return {
        MAILER: Serving((MAILS,)),
        "worker": Serving((PEOPLE,), env_int("WORKER_PROCESSES", 2)),
        "periodic": Serving((PERIODIC,)),
        "long": Serving((LONG, BACKUPS)),
    }


def known() -> list[str]:
    """All workers, and beat."""
    return [*servings(), BEAT]


def processes_for(names: list[str]) -> list[str]:
    """The processes that these workers are, a second one as `worker-2`. Beat goes with the mailer where that is here
    too."""
    known = servings()
    found = []
    for name in names:
        if name != BEAT or MAILER not in names:
            count = known[name].processes if name in known else 1
            found += [name, *(f"{name}-{number}" for number in range(2, count + 1))]
    return found


class Workers:
    """Forks them, and forks those again that end before they were told to."""

    def __init__(self, run: Callable[[str], int]) -> None:
        self.run = run
        self.names: dict[int, str] = {}
        # Moments of the monotonic clock: when each was started, ended, and is to be started again.
        self.began: dict[str, float] = {}
        self.ended: dict[str, float] = {}
        self.due: dict[str, float] = {}
        self.pauses: dict[str, float] = {}
        self.ending = False

    def start(self, name: str) -> None:
        """Fork one; where the machine has no room for another process, later."""
        # Between the fork and the note of it, no signal may find a worker that nobody knows of, and none may find our
        # handlers in the worker.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, FOR_GOOD)
        try:
            if self.ending:
                return
            parent, self.began[name] = os.getpid(), time.monotonic()
            try:
                pid = os.fork()
            except OSError as problem:
                sys.stderr.write(f"{name} was not started: {problem}\n")
                self._put_off(name)
                return
            if pid == 0:
                self._be(name, parent, before)
            self.names[pid] = name
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def _be(self, name: str, parent: int, mask: set[int]) -> NoReturn:
        """In the child."""
        code = 1
        try:
            die_with_parent()
            for number in FOR_GOOD:
                signal.signal(number, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
            code = self.run(name) if os.getppid() == parent else 1
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        except BaseException:  # noqa: BLE001  whatever it is, the child must not become a second parent
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def end(self, *_: int | FrameType | None) -> None:
        """Handler of signals: they finish what they are at."""
        self.ending = True
        for pid in self.names:
            # It may have ended by itself a moment ago.
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)

    def keep(self) -> None:
        """Until all have ended after we were told to end."""
        while self.names or (self.due and not self.ending):
            self._start_due()
            pid, status = self._one_that_ended()
            name = self.names.pop(pid, "")
            if name:
                self.ended[name] = time.monotonic()
                if not self.ending:
                    self._put_off(name)
                    sys.stderr.write(f"{name} ended ({status}); again in {self.pauses[name]:.0f} s\n")
                    sys.stderr.flush()

    def _one_that_ended(self) -> tuple[int, int]:
        """Its number, and how it ended. While one is to be started again, zeros after a moment: others may end or be
        due meanwhile."""
        try:
            pid, status = os.waitpid(-1, os.WNOHANG if self.due and not self.ending else 0)
        except ChildProcessError:
            self.names.clear()
            pid = status = 0
        if pid == 0 and self.due and not self.ending:
            time.sleep(NAP)
        return pid, os.waitstatus_to_exitcode(status)

    def _start_due(self) -> None:
        now = time.monotonic()
        for name in [name for name, moment in self.due.items() if moment <= now]:
            del self.due[name]
            self.start(name)

    def _put_off(self, name: str) -> None:
        steady = time.monotonic() - self.began[name] > STEADY
        self.pauses[name] = (
            FIRST_PAUSE if steady else min(2 * self.pauses.get(name, FIRST_PAUSE / 2), LONGEST_PAUSE)
        )
        self.due[name] = time.monotonic() + self.pauses[name]


def work(
    name: str,
    *,
    logs: bool = False,
    with_beat: bool = False,
    server: Any = None,
    at_work: AtWork | None = None,
    ended_at: float = 0.0,
) -> int:
    """Be one of them, in a process of its own; the mailer perhaps with beat. `server` is what the web server runs.
    `at_work` is what the one before it was at, which ended at `ended_at` of the monotonic clock."""
    gc.enable()
    if logs:
        _write_into_own_log(name)
    if server is not None:
        web.serve(server)
        return 0
    from config.celery import app
    from config.services.solo import have_beat, keep_limits, settle

    schedule = str(addresses.var_dir() / "run" / "beat")
    if name == BEAT:
        app.Beat(schedule=schedule).run()
        return 0
    serving = servings()[name.partition("-")[0]]
    if at_work is not None:
        settle(app, at_work, ended_at)
    keep_limits(at_work)
    if with_beat:
        have_beat(app, schedule)
    worker = _worker(app, name, serving)
    worker.start()
    return int(worker.exitcode or 0)


def _write_into_own_log(name: str) -> None:
    with processes.open_log(addresses.var_dir(), name) as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)


def _worker(app: Any, name: str, serving: Serving) -> Any:
    return app.Worker(
        hostname=host_format(default_nodename(f"{name}@%h")),
        queues=list(serving.queues),
        pool="solo",
        concurrency=1,
        # What it would print of itself at its start is in the settings, and putting it into words is 2 MB of its own.
        quiet=True,
        # They hear of each other for nothing that is used here.
        without_gossip=True,
        without_mingle=True,
    )


def main(arguments: list[str]) -> int:
    # Gaps that a collection leaves are filled by whoever comes later, and no page of them is shared for long.
    gc.disable()
    logs, with_web = "--logs" in arguments, "--web" in arguments
    names = [one for one in arguments if one not in FLAGS] or known()
    if unknown := set(names) - set(known()):
        sys.stderr.write(f"no worker is called {', '.join(sorted(unknown))}; known: {', '.join(known())}\n")
        return 2
    lend_from_few_arenas()
    server = web.master() if with_web else None
    _read_program(web.SHARED if with_web else ())
    # Web first: somebody waits for it.
    own = [*([web.WEB] if with_web else []), *processes_for(names)]
    with_beat = BEAT in names and BEAT not in own
    at_work = {name: AtWork() for name in own}

    def run(name: str) -> int:
        return work(
            name,
            logs=logs,
            with_beat=with_beat and name == MAILER,
            server=server if name == web.WEB else None,
            at_work=at_work[name],
            ended_at=workers.ended.get(name, 0.0),
        )

    workers = Workers(run)
    for number in FOR_GOOD:
        signal.signal(number, workers.end)
    for name in own:
        workers.start(name)
    workers.keep()
    return 0


def _read_program(more: tuple[str, ...]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    # Celery would have each of them look through all models and addresses, and do nothing with what it finds.
    os.environ["CELERY_SKIP_CHECKS"] = "1"
    from config.celery import app

    # What each would go through again: nothing is read anew after this.
    app.loader.init_worker()
    app.finalize()
    # Made when they are first asked for.
    _made = app.amqp.queues, app.backend, app.control, app.events, app.log
    read_ahead((*SHARED, *more))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

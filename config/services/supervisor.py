"""Runs the whole platform: servers, preparation, web, worker, mailer and beat; ends all of it together."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from config.environment import env_bool, env_int, env_text
from config.services import prepared, processes, running_servers
from config.services.addresses import first_link_file
from config.services.embedded import ServerFailed
from config.services.locks import FileLock
from config.services.preflight import port_problem
from config.services.sharing import ServerUse
from config.services.watching import Watcher

LOOK_SECONDS = 0.25
RENEWAL_PAUSE = 2.0  # in which the web server alone reads changed code: a developer waits for that
STEADY_SECONDS = 60.0  # a child that lived this long is healthy again: its back-off starts anew
LONGEST_PAUSE = 30.0
POLITE_SECONDS = 15.0
# Far above what it takes: on a busy machine it still comes, and who gives up has nothing.
WEB_START_SECONDS = 300.0
# HOST may say “on all addresses”; and the one among them at which we ask ourselves.
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}
DEMO_PEOPLE = "visitor, member, moderator, manager, marketing lead, owner"


class Stopped(Exception):
    """Somebody asked us to stop."""


class CannotRun(Exception):
    """Why the platform cannot run here, in a sentence for people."""


@dataclass
class Child:
    """A process that has to run for as long as we do."""

    name: str
    command: list[str]
    renewal: signal.Signals | None = None  # the signal upon which it reads its code anew by itself
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    failures: int = 0
    due_at: float = field(default=0.0)

    def start(self, var_dir: Path) -> None:
        with processes.open_log(var_dir, self.name) as log:
            self.process = processes.start(self.command, output=log)
        self.started_at = time.monotonic()

    def look_after(self, var_dir: Path) -> str:
        """Start the child again if it died and its pause is over; a sentence if there is news."""
        now = time.monotonic()
        if self.process is not None:
            if self.process.poll() is None:
                return ""
            processes.sweep(self.process)
            steady = now - self.started_at > STEADY_SECONDS
            self.failures = 1 if steady else self.failures + 1
            pause = min(2.0 ** (self.failures - 1), LONGEST_PAUSE)
            self.due_at, status, self.process = now + pause, self.process.returncode, None
            return f"{self.name} ended ({status}); again in {pause:.0f} s (see var/log/{self.name}.log)"
        if now < self.due_at:
            return ""
        self.start(var_dir)
        return f"{self.name} runs again"

    def renew(self, var_dir: Path) -> None:
        """Restart it with the current code."""
        if self.renewal is not None and self.process is not None and self.process.poll() is None:
            self.process.send_signal(self.renewal)
            return
        self.stop()
        self.failures = 0
        self.start(var_dir)

    def stop(self) -> None:
        if self.process is not None:
            processes.stop(self.process, signal.SIGTERM, patience=POLITE_SECONDS)


class Supervisor:
    def __init__(
        self,
        var_dir: Path,
        *,
        children: list[Child],
        preparation: list[str],
        watcher: Watcher | None = None,
    ) -> None:
        """`children` in the order of their start, the web server first; `preparation` is run before them.

        With a `watcher`, children are renewed whenever it has seen a change.
        """
        self.var_dir = var_dir
        self.children = children
        self.preparation = preparation
        self.watcher = watcher
        self._others_due_at = float("inf")
        self.host = env_text("HOST") or "127.0.0.1"
        self.port = env_int("PORT", 8000)

    def run(self) -> int:
        """Run until a signal says stop. Returns the exit status."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._hear)
        try:
            with ExitStack() as stack:
                self._claim(stack)
                servers = stack.enter_context(running_servers(self.var_dir))
                for server in servers:
                    say(f"{'Database' if server.name == 'postgres' else 'Redis'} ready")
                stack.callback(self._stop_children)
                self._prepare()
                self._start_children()
                self._introduce()
                self._watch(servers)
        except Stopped:
            return 0
        except (CannotRun, ServerFailed) as problem:
            print(problem, file=sys.stderr, flush=True)
            return 1
        return 0

    def _hear(self, number: int, frame: FrameType | None) -> None:
        # From here on a second Ctrl-C changes nothing; every wait below is bounded.
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(each, signal.SIG_IGN)
        say("Stopping")
        raise Stopped

    def _claim(self, stack: ExitStack) -> None:
        """One supervisor per var folder, and a free port. Raises CannotRun."""
        lock = stack.enter_context(FileLock(self.var_dir / "run" / "supervisor.lock"))
        if not lock.try_take():
            raise CannotRun(f"Parvis runs here already: {lock.read() or self.var_dir}")
        lock.write(f"process {os.getpid()}, {self.address}")
        # After a kill -9 the old web server may need a moment to let go of its port.
        if not processes.wait_until(lambda: not port_problem(self.host, self.port), seconds=3.0):
            raise CannotRun(port_problem(self.host, self.port))

    def _prepare(self) -> None:
        """Migrations, translations, static files, demo: in a process of their own, so that ours stays small; in none
        where nothing has changed since it ended well."""
        if prepared.is_prepared(self.var_dir):
            return
        before = prepared.fingerprints(self.var_dir).edited
        prepared.forget_prepared(self.var_dir)
        process = processes.start(self.preparation)
        try:
            status = process.wait()
        finally:
            processes.stop(process, signal.SIGTERM, patience=5.0)
        if status != 0:
            raise CannotRun("Parvis could not be prepared; the reason stands above.")
        prepared.keep_prepared(self.var_dir, before)

    def _start_children(self) -> None:
        for child in self.children:
            child.start(self.var_dir)
        web = self.children[0]
        deadline = time.monotonic() + WEB_START_SECONDS
        while not self._answers():
            if web.process is None or web.process.poll() is not None or time.monotonic() > deadline:
                logs = " and ".join(
                    str(self.var_dir / "log" / f"{name}.log") for name in {web.name: 0, "web": 0}
                )
                raise CannotRun(f"The web server did not start; see {logs}")
            time.sleep(0.05)

    def _answers(self) -> bool:
        host = EVERYWHERE.get(self.host, self.host)
        connection = http.client.HTTPConnection(host, self.port, timeout=10)
        try:
            connection.request("GET", "/healthz", headers={"Host": "localhost"})
            connection.getresponse().read()
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
        return True

    @property
    def address(self) -> str:
        local = {*EVERYWHERE, *EVERYWHERE.values()}
        shown = "localhost" if self.host in local else self.host
        return f"http://{shown}:{self.port}/"

    def _introduce(self) -> None:
        say("Web, worker and beat ready")
        say(f"\nParvis runs at  {self.address}")
        if not env_text("DATABASE_URL") and env_bool("DEMO", True):
            say(f"Be someone at   {self.address}demo/   ({DEMO_PEOPLE})")
        if (link := first_link_file(self.var_dir)).exists():
            say(
                f"Nobody looks after it yet. Become its operator at\n  {self.address.rstrip('/')}{link.read_text()}"
            )
        if self.watcher is not None:
            say("What you edit is seen at once: code, templates, styles (DEV=1)")
        say(f"Logs are in     {self.var_dir / 'log'}\nCtrl-C stops everything.")

    def _watch(self, servers: list[ServerUse]) -> None:
        while True:
            time.sleep(LOOK_SECONDS)
            for server in servers:
                if not server.is_kept():
                    say(f"{server.name} ended; it starts again")
                    self._revive(server)
            self._renew()
            for child in self.children:
                news = child.look_after(self.var_dir)
                if news:
                    say(news)

    def _renew(self) -> None:
        """After a change of code: restart the web server at once, the others a little later, so that it has the
        processors to itself."""
        if self.watcher is not None and self.watcher.has_news():
            say("The code changed; all of it runs anew")
            self.children[0].renew(self.var_dir)
            self._others_due_at = time.monotonic() + RENEWAL_PAUSE
        elif time.monotonic() > self._others_due_at:
            self._others_due_at = float("inf")
            for child in self.children[1:]:
                child.renew(self.var_dir)

    def _revive(self, server: ServerUse) -> None:
        try:
            server.revive()
        except ServerFailed as problem:
            say(str(problem))
            time.sleep(LONGEST_PAUSE / 10)

    def _stop_children(self) -> None:
        for child in reversed(self.children):
            child.stop()


def say(sentence: str) -> None:
    print(sentence, flush=True)

"""The process that keeps one embedded server: starts it, restarts it, and stops it after its last user.

Users (the supervisor, a management command, a test run) hold a shared lock while they need the server. The
keeper waits for that lock to become free, so it does not matter how its users end: a kill -9 counts too.
If the keeper itself is killed, the kernel ends the server, and the next user starts a new keeper.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

from config.services import processes
from config.services.addresses import ForeignFolder
from config.services.embedded import SERVERS, EmbeddedServer, ServerFailed, clean_environment
from config.services.locks import FileLock

START_SECONDS = 60.0
STOP_SECONDS = 60.0
LOOK_SECONDS = 0.1
READY = "ready"


def lock_path(var_dir: Path, server: str, purpose: str) -> Path:
    """`users` (shared by users), `keeper` (held by the keeper), `start` (one starter at a time)."""
    return var_dir / "run" / f"{server}.{purpose}.lock"


class Keeper:
    def __init__(self, server: EmbeddedServer, var_dir: Path) -> None:
        self.server = server
        self.users = FileLock(lock_path(var_dir, server.name, "users"))
        self.log = processes.open_log(var_dir, server.name)
        self.told_to_stop = False
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server and wait until it answers. Raises ServerFailed."""
        self.server.prepare()
        deadline = time.monotonic() + START_SECONDS
        self._launch()
        while not self.server.is_ready():
            if time.monotonic() > deadline or self.told_to_stop:
                self.stop()
                raise ServerFailed(f"{self.server.name} did not answer within {START_SECONDS:.0f} seconds")
            if self.process is None or self.process.poll() is not None:
                # After a kill -9 the old server's last helpers may need a moment to leave; so try again.
                if time.monotonic() > deadline - START_SECONDS + 10:
                    raise ServerFailed(f"{self.server.name} stopped while starting")
                time.sleep(0.3)
                self._launch()
            time.sleep(0.02)
        self.server.set_up()

    def keep(self) -> None:
        """Stay until nobody uses the server any more."""
        pause = 1.0
        while not self.told_to_stop and not self.users.try_take():
            time.sleep(LOOK_SECONDS)
            if self.process is not None and self.process.poll() is None:
                continue
            try:
                self.start()
                pause = 1.0
            except (ServerFailed, OSError) as error:
                print(f"{self.server.name}: {error}", file=sys.stderr, flush=True)
                time.sleep(pause)
                pause = min(pause * 2, 30.0)

    def hear(self, *_: object) -> None:
        """Signal handler: stop, even if somebody still uses the server."""
        self.told_to_stop = True

    def stop(self) -> None:
        if self.process is not None:
            processes.stop(self.process, self.server.stop_signal, patience=STOP_SECONDS)

    def _launch(self) -> None:
        self.process = processes.start(
            self.server.command(),
            output=self.log,
            death_signal=self.server.stop_signal,
            environment=clean_environment(),
            account=self.server.account,
        )


def main(name: str, var_dir: Path) -> int:
    """Keep one server. The `keeper` lock's text tells how far it is: nothing, READY, or why it failed."""
    lock = FileLock(lock_path(var_dir, name, "keeper"))
    if not lock.take_within(5.0):
        return 1
    keeper = None
    try:
        keeper = Keeper(SERVERS[name](var_dir), var_dir)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, keeper.hear)
        keeper.start()
    except (ServerFailed, ForeignFolder, OSError) as error:
        lock.write(str(error) or type(error).__name__)
        if keeper is not None:
            keeper.stop()
        return 1
    lock.write(READY)
    keeper.keep()
    keeper.stop()
    lock.write("stopped")
    # In this order: a process waiting for `users` must find that there is no keeper any more.
    lock.close()
    keeper.users.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))

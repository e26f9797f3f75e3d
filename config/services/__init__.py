"""The embedded servers, PostgreSQL and Redis, for when no others are named; and the supervisor.

`python -m config.services` runs the whole platform (bin/up does); `running_servers` is for a test run or a
single command. A server is started by its first user and stopped after its last.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from config.environment import env_text
from config.services import addresses
from config.services.embedded import ServerFailed
from config.services.sharing import ServerUse

__all__ = ["ServerFailed", "needed_servers", "running_servers", "servers_for_command"]

COMMANDS_WITHOUT_SERVERS = {
    "check",
    "collectstatic",
    "compilemessages",
    "diffsettings",
    "findstatic",
    "help",
    "makemessages",
    "startapp",
    "version",
}


def needed_servers() -> list[str]:
    """The servers that the environment does not name."""
    named = {"postgres": env_text("DATABASE_URL"), "redis": env_text("REDIS_URL")}
    return [server for server, url in named.items() if not url]


@contextmanager
def running_servers(var_dir: Path | None = None) -> Iterator[list[ServerUse]]:
    """The embedded servers, for as long as the block lasts; shared with whoever else uses them.

    Raises ServerFailed with a sentence for people when one cannot be started.
    """
    uses = [ServerUse(name, var_dir or addresses.var_dir()) for name in needed_servers()]
    try:
        for use in uses:
            use.join()
        for use in uses:
            use.wait()
        yield uses
    finally:
        for use in reversed(uses):
            use.leave()


@contextmanager
def servers_for_command(argv: Sequence[str]) -> Iterator[None]:
    """What `manage.py` wraps around a command: the servers, unless the command needs none."""
    command = argv[1] if len(argv) > 1 else "help"
    if command.startswith("-") or command in COMMANDS_WITHOUT_SERVERS or "--help" in argv:
        yield
        return
    with running_servers():
        yield

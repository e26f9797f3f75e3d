"""`python -m config.services`: run the platform until Ctrl-C."""

import os
import signal
import sys
from pathlib import Path

from config.environment import is_development
from config.services import addresses
from config.services.sharing import PROJECT
from config.services.supervisor import Child, Supervisor
from config.services.watching import Watcher
from config.services.web import APPLICATION, CONFIGURATION, WEB


def platform(var_dir: Path) -> Supervisor:
    """The supervisor with the processes that make up Parvis."""
    return Supervisor(
        var_dir,
        preparation=[sys.executable, "-m", "config.services.preparation"],
        children=edited() if is_development() else [shared()],
        watcher=Watcher(PROJECT) if is_development() else None,
    )


def shared() -> Child:
    """Web, workers, and beat, which is one for the whole installation: the program is read once, for all of them."""
    return Child("program", [sys.executable, "-m", "config.services.workers", "--logs", "--web"])


def edited() -> list[Child]:
    """While the program is edited, web is by itself: what changed is read by it alone, and soon."""
    return [
        Child(
            WEB,
            [sys.executable, "-m", "gunicorn", "-c", CONFIGURATION, APPLICATION],
            renewal=signal.SIGHUP,  # new processes with new code, while the address stays taken
        ),
        Child("workers", [sys.executable, "-m", "config.services.workers", "--logs"]),
    ]


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.chdir(PROJECT)
    sys.exit(platform(addresses.var_dir()).run())

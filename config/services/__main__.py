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


def platform(var_dir: Path) -> Supervisor:
    """The supervisor with the processes that make up Parvis."""
    return Supervisor(
        var_dir,
        preparation=[sys.executable, "-m", "config.services.preparation"],
        children=[
            Child(
                "web",
                [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py", "config.wsgi:application"],
                renewal=signal.SIGHUP,  # new processes with new code, while the address stays taken
            ),
            # Four workers and beat, which is one for the whole installation; codes wait behind nothing else.
            Child("workers", [sys.executable, "-m", "config.services.workers", "--logs"]),
        ],
        watcher=Watcher(PROJECT) if is_development() else None,
    )


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.chdir(PROJECT)
    sys.exit(platform(addresses.var_dir()).run())

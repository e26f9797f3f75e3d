"""`python -m config.services`: run the platform until Ctrl-C."""

import os
import signal
import sys
from pathlib import Path

from config.environment import env_int, is_development
from config.services import addresses
from config.services.sharing import PROJECT
from config.services.supervisor import Child, Supervisor
from config.services.watching import Watcher


def platform(var_dir: Path) -> Supervisor:
    """The supervisor with the processes that make up Parvis."""
    celery = [sys.executable, "-m", "celery", "-A", "config"]
    workers = str(env_int("WORKER_PROCESSES", 2))
    return Supervisor(
        var_dir,
        preparation=[sys.executable, "-m", "config.services.preparation"],
        children=[
            Child(
                "web",
                [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py", "config.wsgi:application"],
                renewal=signal.SIGHUP,  # new processes with new code, while the address stays taken
            ),
            Child("worker", [*celery, "worker", "--queues", "celery,backups", "--concurrency", workers]),
            # A queue of its own, so that codes wait behind nothing else. One process, as it spends its time waiting.
            Child(
                "mailer",
                [*celery, "worker", "--queues", "mails", "--pool", "solo", "--hostname", "mailer@%h"],
            ),
            # One for the whole installation, and not inside the worker, which would not restart it.
            Child("beat", [*celery, "beat", "--schedule", str(var_dir / "run" / "beat"), "--pidfile", ""]),
        ],
        watcher=Watcher(PROJECT) if is_development() else None,
    )


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.chdir(PROJECT)
    sys.exit(platform(addresses.var_dir()).run())

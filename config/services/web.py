"""The web server as one of the processes that are forked from one that has read the program (`workers`)."""

from __future__ import annotations

import atexit
import sys
import threading
from typing import Any

WEB = "web"
CONFIGURATION, APPLICATION = "config/gunicorn.py", "config.wsgi:application"
# What its master would read for itself.
SHARED = ("config.wsgi", "gunicorn.arbiter", "gunicorn.workers.gthread")


def master() -> Any:
    """gunicorn with its configuration read, as its command would have it with the same words; `run()` serves."""
    from gunicorn.app.wsgiapp import WSGIApplication  # type: ignore[import-untyped]

    former, sys.argv = sys.argv, ["gunicorn", "-c", CONFIGURATION, APPLICATION]
    try:
        return WSGIApplication("%(prog)s [OPTIONS] [APP_MODULE]", prog="gunicorn")
    finally:
        sys.argv = former


def serve(server: Any) -> None:
    """Serve until told to end. Each web process ends in here as well, and ends as a program of its own does: with what
    its threads are at, and with what is left to do at its end (visits that are not yet handed over). Whoever forked us
    goes without a word (`workers`)."""
    try:
        server.run()
    finally:
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()

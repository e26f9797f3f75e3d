"""The web server as one of the processes that are forked from one that has read the program (`workers`)."""

from __future__ import annotations

import sys
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

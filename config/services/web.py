"""The web server as one of the processes that are forked from one that has read the program (`workers`)."""

from __future__ import annotations

import sys

WEB = "web"
CONFIGURATION, APPLICATION = "config/gunicorn.py", "config.wsgi:application"
# What its master would read for itself.
SHARED = (
    "config.wsgi",
    "gunicorn.app.wsgiapp",
    "gunicorn.arbiter",
    "gunicorn.workers.gthread",
)


def serve() -> int:
    """Be gunicorn, as its command would be with the same words."""
    from gunicorn.app.wsgiapp import WSGIApplication  # type: ignore[import-untyped]

    sys.argv = ["gunicorn", "-c", CONFIGURATION, APPLICATION]
    WSGIApplication("%(prog)s [OPTIONS] [APP_MODULE]", prog="gunicorn").run()
    return 0

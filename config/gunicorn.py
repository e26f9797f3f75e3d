"""gunicorn's configuration; see docs/operators for the variables."""

from __future__ import annotations

import gc
import logging.config
import os
from typing import Any

from config.environment import env_int, env_text, is_development
from config.services.processes import die_with_parent
from config.services.sharing_memory import lend_from_few_arenas, read_ahead


def _bind() -> str:
    host = env_text("HOST") or "127.0.0.1"
    return f"[{host}]:{env_int('PORT', 8000)}" if ":" in host else f"{host}:{env_int('PORT', 8000)}"


bind = _bind()
worker_class = "gthread"
# One is read anew sooner than two.
workers = env_int("WEB_PROCESSES", 1 if is_development() else 2)
threads = env_int("WEB_THREADS", 4)
timeout = 60
graceful_timeout = 10
keepalive = 5
# The program is read once, before the processes fork, and its memory is theirs together; edited code is read anew.
preload_app = not is_development()
# Memory that leaks slowly, anywhere, never adds up; the jitter keeps workers from leaving together.
max_requests = 20_000
max_requests_jitter = 2_000
# When Python looks for what nobody holds: all of it three times as often as usual, since what is young here is little
# beside the program, which it does not look at, and a request that failed holds all that it read.
COLLECTED = (700, 10, 3)
# Heartbeats on disk can stall a worker; shared memory cannot.
# gunicorn names its file there at random and unlinks it at once.
SHARED_MEMORY = "/dev/shm"
worker_tmp_dir = SHARED_MEMORY if os.access(SHARED_MEMORY, os.W_OK) else None
control_socket_disable = True
# Whose X-Forwarded-* headers are believed: settings.py decides with BEHIND_PROXY, not gunicorn.
forwarded_allow_ips = ""

accesslog = "-"
errorlog = "-"
logconfig_dict: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {"()": "config.logs.JsonFormatter"},
        "access": {"()": "config.logs.AccessFormatter"},
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "json"},
        "access": {"class": "logging.StreamHandler", "formatter": "access", "stream": "ext://sys.stdout"},
    },
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "gunicorn.error": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "gunicorn.access": {"handlers": ["access"], "level": "INFO", "propagate": False},
    },
}


def on_starting(server: Any) -> None:
    """Where the program was read before gunicorn began (`config/services/web.py`), its own way of writing logs comes
    after that of gunicorn here, too."""
    if preload_app:
        from django.conf import settings

        logging.config.dictConfig(settings.LOGGING)


def when_ready(server: Any) -> None:
    """What the first request would read in each process, read once."""
    lend_from_few_arenas()
    if preload_app:
        read_ahead()


def post_fork(server: Any, worker: Any) -> None:
    """A worker does not outlive its master, so that the port is free for the next start."""
    die_with_parent()


def post_worker_init(worker: Any) -> None:
    """A web process stores pictures: it says how full its disk is, once the application is there."""
    gc.set_threshold(*COLLECTED)
    from communities.console.operator.disks import say_after_requests

    say_after_requests()

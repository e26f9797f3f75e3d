"""A web machine as production runs it, as a process beside the test."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.db import connection

from tests.conftest import KEY_PREFIX
from tests.ports import free_port

PROJECT = Path(__file__).resolve().parents[2]


class Machine:
    """A gunicorn with one process, as production runs it."""

    def __init__(self, settings: Any, folder: Path, **more: str) -> None:
        self.port = free_port()
        folder.mkdir(exist_ok=True)
        self.log = folder / "log"
        database = connection.settings_dict
        where = f"postgresql:///{database['NAME']}?host={quote(database['HOST'])}&user={database['USER']}"
        self.address = f"http://127.0.0.1:{self.port}"
        named = {
            "DJANGO_SETTINGS_MODULE": "tests.delivery.machine",
            "DATABASE_URL": where,
            "REDIS_URL": settings.REDIS_URL,
            "CACHE_URL": settings.CACHE_URL,
            "CACHE_PREFIX": KEY_PREFIX,
            "SECRET_KEY": settings.SECRET_KEY,
            "PLATFORM_URL": "http://127.0.0.1",
            "PLATFORM_HOSTS": "127.0.0.1",
            "MEDIA_ROOT": str(settings.MEDIA_ROOT),
            "PARVIS_VAR": str(folder),
            "PORT": str(self.port),
            "WEB_PROCESSES": "1",
            "LIMITS_BY_TRUST": "1",
            "SECURE": "0",
            "SSL_REDIRECT": "0",
            "BEHIND_PROXY": "1",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py", "config.wsgi"],
            cwd=PROJECT,
            env=os.environ | named | more,
            stdout=self.log.open("w"),
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    @property
    def did_without_redis(self) -> bool:
        return "the cache does without Redis" in self.log.read_text()

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        """`SIGKILL`: as if somebody pulled the plug. What it has written is shown where the test fails."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, how)
            self.process.wait(timeout=30)
            sys.stdout.write(self.log.read_text())

"""How full the disks are on which pictures, data and backups lie.

Each process looks at its own, and says it in Redis: web processes after a request, workers with their heartbeat
(`watching.py`). Where several machines store files, the alarm is about the fullest of all, and says whose it is.
"""

from __future__ import annotations

import json
import logging
import shutil
import socket
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import redis
from django.conf import settings
from django.core.signals import request_finished

from communities.redis_server import open_redis

logger = logging.getLogger(__name__)

FOLDERS = ("MEDIA_ROOT", "VAR_DIR", "BACKUP_ROOT")
# One field for each machine, or container: its name, and what it said last.
KEY = f"{settings.CACHES['default']['KEY_PREFIX']}:disks"
BETWEEN = 120.0  # seconds from one word of a process to its next
# What a machine said is believed for as long: one that is gone has no disk that could be full.
BELIEVED = 900.0
_said_at = float("-inf")


@dataclass(frozen=True)
class Disk:
    """One disk; `full` is from 0 to 1, `free` in bytes. `name` is the setting of the folder on it."""

    name: str
    full: float
    free: int
    machine: str = ""

    @property
    def percent(self) -> int:
        return round(self.full * 100)


def fullest_disk() -> Disk:
    """The one that has the least room, by share: of this machine and of those that were heard of lately."""
    return max([own_disk(), *_said_by_others()], key=lambda disk: disk.full)


def own_disk() -> Disk:
    return max((_disk_of(name) for name in FOLDERS), key=lambda disk: disk.full)


def say_own_disk(**_: Any) -> None:
    """Every two minutes at most: a receiver of signals that may be sent as often as they like."""
    global _said_at
    if time.monotonic() - _said_at < BETWEEN:
        return
    _said_at = time.monotonic()
    disk = own_disk()
    try:
        with open_redis() as client:
            client.hset(KEY, disk.machine, json.dumps({**asdict(disk), "at": time.time()}))
    except redis.RedisError as problem:
        logger.warning("nobody was told of the disk", extra={"problem": type(problem).__name__})


def say_after_requests() -> None:
    """Called once by each web process."""
    request_finished.connect(say_own_disk, dispatch_uid="operator.disks")


def _said_by_others() -> list[Disk]:
    """None while Redis is away: then other alarms are louder."""
    found = []
    try:
        with open_redis() as client:
            for machine, said in client.hgetall(KEY).items():
                told = json.loads(said)
                if time.time() - told.pop("at") >= BELIEVED:
                    client.hdel(KEY, machine)
                elif told["machine"] != socket.gethostname():
                    # Of its own disk this process knows better than what was said of it a while ago.
                    found.append(Disk(**told))
    except redis.RedisError as problem:
        logger.warning("nothing was heard of other disks", extra={"problem": type(problem).__name__})
    return found


def _disk_of(name: str) -> Disk:
    folder = Path(getattr(settings, name))
    while not folder.exists():
        folder = folder.parent
    usage = shutil.disk_usage(folder)
    return Disk(name, 1 - usage.free / usage.total, usage.free, socket.gethostname())

"""How full the disks are on which pictures, data and backups lie, as this process sees them."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

FOLDERS = ("MEDIA_ROOT", "VAR_DIR", "BACKUP_ROOT")


@dataclass(frozen=True)
class Disk:
    """One disk; `full` is from 0 to 1, `free` in bytes. `name` is the setting of the folder on it."""

    name: str
    full: float
    free: int

    @property
    def percent(self) -> int:
        return round(self.full * 100)


def fullest_disk() -> Disk:
    """The one of them that has the least room, by share."""
    return max((_disk_of(name) for name in FOLDERS), key=lambda disk: disk.full)


def _disk_of(name: str) -> Disk:
    folder = Path(getattr(settings, name))
    while not folder.exists():
        folder = folder.parent
    usage = shutil.disk_usage(folder)
    return Disk(name, 1 - usage.free / usage.total, usage.free)

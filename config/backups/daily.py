"""The backup that is made by itself each day, and what becomes of it when it fails."""

from __future__ import annotations

import datetime
import shutil
from pathlib import Path

from django.conf import settings
from django.db import connections
from django.utils import timezone

from communities.console.operator.alarms import report, settle
from communities.console.operator.backups import Backup, kept_backups, latest_whole
from communities.console.operator.models import Alarm
from config.backups import programs
from config.backups.making import back_up_all, prune

FAILED = Alarm.Kind.BACKUP_FAILED
# A draft that nobody has written to for so long is a dead process’s.
DEAD = datetime.timedelta(hours=6)


def back_up_if_due() -> str:
    """Make the backup of the day, once its hour has come; its name, empty where none is due or another process is at
    it. Operators are told where it fails, and the failure is raised again."""
    with programs.alone() as alone:
        if not alone or not is_due():
            return ""
        try:
            if killed := sweep_drafts():
                problem = f"An earlier attempt was killed before it was done ({killed[0]})."
                report(FAILED, {"problem": problem})
            backup = _make()
        except Exception as error:
            report(FAILED, {"problem": " ".join(f"{error or type(error).__name__}".split())[:500]})
            raise
        settle(FAILED)
        return backup.name


def is_due(now: datetime.datetime | None = None) -> bool:
    """Whether no backup of everything was made since its hour came last."""
    last = last_hour(now)
    latest = latest_whole()
    return latest is None or latest.manifest.at < last


def last_hour(now: datetime.datetime | None = None) -> datetime.datetime:
    """When the hour of the daily backup came last."""
    now = (now or timezone.now()).astimezone(datetime.UTC)
    today = now.replace(hour=settings.BACKUP_HOUR, minute=0, second=0, microsecond=0)
    return today if today <= now else today - datetime.timedelta(days=1)


def is_to_be_verified(now: datetime.datetime | None = None) -> bool:
    """Whether the next one is restored on trial: the last such one is old enough."""
    verified = (one.manifest.at for one in kept_backups() if one.manifest.verified_at)
    since = last_hour(now) - datetime.timedelta(days=settings.BACKUP_VERIFY_DAYS - 1)
    return all(at < since for at in verified)


def sweep_drafts() -> list[str]:
    """Delete what killed processes have left half done; the names."""
    root, gone = Path(settings.BACKUP_ROOT), []
    before = (timezone.now() - DEAD).timestamp()
    for draft in sorted(root.glob(".parvis-*")) if root.is_dir() else []:
        if max(one.stat().st_mtime for one in [draft, *draft.iterdir()]) < before:
            shutil.rmtree(draft)
            gone.append(draft.name)
    return gone


def _make() -> Backup:
    if programs.owner_parameters()["user"] == connections["default"].get_connection_params()["user"]:
        raise programs.ProgramFailed(
            "This worker has no DATABASE_OWNER_URL: only the owner may read everything."
        )
    backup = back_up_all(verify=is_to_be_verified())
    prune(settings.BACKUP_KEEP)
    return backup

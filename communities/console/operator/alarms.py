"""Telling operators that something about the machine is not well: once a day while it lasts, and once when it is over.

    report(Alarm.Kind.BACKUP_FAILED, {"problem": "…"})
    settle(Alarm.Kind.BACKUP_FAILED)

Backups say so themselves; queues and disks are looked at by `watch_machine`, which beat starts, and the workers where
beat stands still (`watching.py`).
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy

from communities.console.operator.alarm_letters import BEAT_SILENT, BEGUN, OVER, PAGES
from communities.console.operator.disks import fullest_disk
from communities.console.operator.emails import write_to_operators
from communities.console.operator.models import Alarm
from communities.console.operator.queries import oldest_waiting
from communities.console.operator.watching import beat_seen_at, leave_mark
from communities.sizes import size_in_words
from members.aside import go_on
from members.mails.kinds import MailKind, register_kind

# While it lasts, it is told again after so long.
AGAIN = datetime.timedelta(days=1)
# What comes and goes is over once it has been well for so long, or it would be told each time.
WELL = datetime.timedelta(minutes=30)
FULL = 0.9  # of a disk
LEAST_FREE = 1_000_000_000  # bytes
# How long the oldest job of a queue may wait, in seconds. A backup or an import may take hours, and the next waits.
PATIENCE = {
    "people": 600.0,
    "mails": 600.0,
    "periodic": 1800.0,
    "long": 12 * 3600.0,
    "backups": 12 * 3600.0,
}
BEAT_PATIENCE = 600.0  # seconds; its most frequent job is due every ten


def _is_still_so(about: str) -> bool:
    kind, _blank, phase = about.partition(" ")
    return Alarm.objects.filter(pk=kind).exists() == (phase == "begun")


ALARM = register_kind(
    MailKind("alarm", gettext_lazy("About the machine"), urgency=1, repeats=True, still_wanted=_is_still_so)
)


@transaction.atomic
def report(kind: Alarm.Kind, facts: Mapping[str, Any]) -> bool:
    """It is not well, and these are the facts; whether operators were written to."""
    now = timezone.now()
    Alarm.objects.get_or_create(pk=kind, defaults={"began_at": now})
    alarm = Alarm.objects.select_for_update().get(pk=kind)
    alarm.facts, alarm.well_since = dict(facts), None
    tell = alarm.told_at is None or now - alarm.told_at >= AGAIN
    if tell:
        alarm.told_at = now
        told = BEAT_SILENT if facts.get("queue") == "" else BEGUN[kind]
        values = {"host": _host(), **facts}
        write_to_operators(told, values, url=PAGES[kind], kind=ALARM, about=f"{kind} begun")
    alarm.save()
    return tell


@transaction.atomic
def settle(kind: Alarm.Kind, *, after: datetime.timedelta = datetime.timedelta(0)) -> bool:
    """It is well, and over once it has been so for `after`; whether operators were written to."""
    alarm = Alarm.objects.select_for_update().filter(pk=kind).first()
    if alarm is None:
        return False
    now = timezone.now()
    alarm.well_since = alarm.well_since or now
    if now - alarm.well_since < after:
        alarm.save(update_fields=["well_since"])
        return False
    alarm.delete()
    values = {"host": _host(), "since": alarm.began_at}
    write_to_operators(OVER[kind], values, url=PAGES[kind], kind=ALARM, about=f"{kind} over")
    return True


def watch_machine() -> int:
    """Look at queues, beat and disks; how many alarms begin, go on to be told, or are over."""
    kinds = list(LOOKS)
    told = go_on("look", range(len(kinds)), lambda number: _look(kinds[number]))
    leave_mark()
    return told


def _look(kind: Alarm.Kind) -> bool:
    facts = LOOKS[kind]()
    return settle(kind, after=WELL) if facts is None else report(kind, facts)


def _late_queue() -> dict[str, Any] | None:
    """The queue that is late by most, or beat (then `queue` is empty); None where neither is."""
    late = {name: seconds for name, seconds in oldest_waiting().items() if seconds > PATIENCE[name]}
    if late:
        name = max(late, key=lambda one: late[one] / PATIENCE[one])
        return {"queue": name, "minutes": _minutes(late[name])}
    seen = beat_seen_at()
    # Never seen: an installation that has just been started.
    silent = (timezone.now() - seen).total_seconds() if seen else 0.0
    return {"queue": "", "minutes": _minutes(silent)} if silent > BEAT_PATIENCE else None


def _low_disk() -> dict[str, Any] | None:
    disk = fullest_disk()
    if disk.full < FULL and disk.free >= LEAST_FREE:
        return None
    machine = f"{_host()} ({disk.machine})"
    return {
        "percent": disk.percent,
        "free": size_in_words(disk.free),
        "name": disk.name,
        "host": machine,
    }


LOOKS: dict[Alarm.Kind, Callable[[], dict[str, Any] | None]] = {
    Alarm.Kind.QUEUE_LATE: _late_queue,
    Alarm.Kind.DISK_LOW: _low_disk,
}


def _minutes(seconds: float) -> int:
    return math.floor(seconds / 60)


def _host() -> str:
    return urlsplit(settings.PLATFORM_URL).hostname or ""

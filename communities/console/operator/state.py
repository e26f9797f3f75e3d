"""How the machine is, in five figures, and what is to be done today."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import redis
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.console.operator.backups import Backup, latest_whole
from communities.console.operator.disks import Disk, fullest_disk
from communities.console.operator.models import Alarm, FailedJob, FleetSums, JobState
from communities.console.operator.queries import OutboxOfAll, outbox_of_all, queue_lengths
from communities.console.operator.watching import last_periodic_run
from members.models import SetAside

# The most frequent job is due every ten seconds.
SILENT = datetime.timedelta(minutes=5)
LATE_MAIL = 600.0  # seconds
FULL = 0.9
OFTEN = 3
OLD_BACKUP = datetime.timedelta(days=2)


@dataclass(frozen=True)
class Machine:
    """The figures above the list of communities. `waiting` is None where Redis does not answer."""

    waiting: int | None
    last_run: datetime.datetime | None
    failed: int
    box: OutboxOfAll
    disk: Disk
    backup: Backup | None
    # Those that operators were told of by mail, by kind.
    alarms: dict[str, Alarm]

    @property
    def is_silent(self) -> bool:
        """Whether no periodic job has ended for a while: worker or beat stand still."""
        return self.last_run is None or timezone.now() - self.last_run > SILENT


@dataclass(frozen=True)
class ToDo:
    """One thing to do, and where."""

    title: str
    text: str
    url: str = ""
    label: str = ""


def state_of_machine() -> Machine:
    disk = fullest_disk()
    # What failed once or twice is likely to go well the next time.
    aside = SetAside.objects.filter(failures__gte=OFTEN, due_at__isnull=False).count()
    failing = [job for job in JobState.objects.exclude(failed_at=None) if job.is_failing]
    return Machine(
        waiting=_waiting(),
        last_run=last_periodic_run(),
        failed=FailedJob.objects.filter(again_at=None).count() + len(failing) + aside,
        box=outbox_of_all(),
        disk=disk,
        backup=latest_whole(),
        alarms={alarm.kind: alarm for alarm in Alarm.objects.all()},
    )


def what_to_do(machine: Machine, sums: FleetSums) -> list[ToDo]:
    """What somebody should look at today, the worst first."""
    found = []
    if machine.is_silent:
        found.append(
            ToDo(
                _("No periodic job has run for a while."),
                _(
                    "Pages work; mails, figures and stages wait. On the machine, manage.py doctor says what is down."
                ),
                reverse("platform:list-jobs"),
                _("See the jobs"),
            )
        )
    if machine.disk.full >= FULL:
        text = _("Old backups and logs go first: a full disk stops the database.")
        found.append(ToDo(_("The disk is %(n)s%% full.") % {"n": machine.disk.percent}, text))
    if machine.box.oldest_seconds > LATE_MAIL:
        text = _("The mail server is down, or the mailer has stopped.")
        found.append(
            ToDo(
                _("E-mails wait for more than ten minutes."),
                text,
                reverse("platform:list-mail"),
                _("See the e-mails"),
            )
        )
    return found + _backup(machine) + _lesser(machine, sums)


def _backup(machine: Machine) -> list[ToDo]:
    backup, failed = machine.backup, machine.alarms.get(Alarm.Kind.BACKUP_FAILED)
    url, label = reverse("platform:list-backups"), _("See the backups")
    if failed is not None:
        return [ToDo(_("The last backup failed."), str(failed.facts.get("problem", "")), url, label)]
    if backup is not None and timezone.now() - backup.manifest.at <= OLD_BACKUP:
        return []
    title = _("The last backup is more than two days old.") if backup else _("There is no backup here.")
    return [ToDo(title, _("The page says how one is made each night."), url, label)]


def _lesser(machine: Machine, sums: FleetSums) -> list[ToDo]:
    found = []
    if machine.failed:
        title = ngettext("%(n)s job failed.", "%(n)s jobs failed.", machine.failed) % {"n": machine.failed}
        text = _("What they were asked is kept: they can be started again.")
        found.append(ToDo(title, text, reverse("platform:list-jobs"), _("See the jobs")))
    if near := sums.of("near"):
        title = ngettext("%(n)s community is near a quota.", "%(n)s communities are near a quota.", near) % {
            "n": near
        }
        text = _("Their owners were told.")
        found.append(ToDo(title, text, f"{reverse('platform:show-fleet')}?which=near", _("Show them")))
    return found


def _waiting() -> int | None:
    try:
        return sum(queue_lengths().values())
    except redis.RedisError:
        return None

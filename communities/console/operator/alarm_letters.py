"""What operators are told about the machine, in words."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy

from communities.console.operator.letters import Told
from communities.console.operator.models import Alarm

_BACKUPS, _JOBS, _FLEET = (
    gettext_lazy("See the backups"),
    gettext_lazy("See the jobs"),
    gettext_lazy("Have a look"),
)
_SINCE = gettext_lazy("It had been so since %(since)s (UTC).")
_DOCTOR = gettext_lazy("On the machine, manage.py doctor says which part is down and what to do.")

BEGUN: Mapping[str, Told] = {
    Alarm.Kind.BACKUP_FAILED: Told(
        gettext_lazy("Backup failed on %(host)s"),
        (
            gettext_lazy("What it says: “%(problem)s”"),
            gettext_lazy("It is tried again every hour. The backups that are there stay as they are."),
        ),
        _BACKUPS,
    ),
    Alarm.Kind.QUEUE_LATE: Told(
        gettext_lazy("Jobs are %(minutes)s minutes late"),
        (
            gettext_lazy("The oldest job of the queue “%(queue)s” has waited for %(minutes)s minutes."),
            gettext_lazy("Pages work; what the jobs do is late: mails, figures, stages."),
            _DOCTOR,
        ),
        _JOBS,
    ),
    Alarm.Kind.DISK_LOW: Told(
        gettext_lazy("Disk at %(percent)s%%"),
        (
            gettext_lazy("On the disk of %(name)s of %(host)s, %(free)s are left."),
            gettext_lazy("Old backups and logs go first: a full disk stops the database."),
        ),
        _FLEET,
    ),
}
BEAT_SILENT = Told(
    gettext_lazy("Jobs are %(minutes)s minutes late"),
    (
        gettext_lazy("Beat, which starts the periodic jobs, was last seen %(minutes)s minutes ago."),
        gettext_lazy("Pages work; what the jobs do is late: mails, figures, stages."),
        _DOCTOR,
    ),
    _JOBS,
)
OVER: Mapping[str, Told] = {
    Alarm.Kind.BACKUP_FAILED: Told(
        gettext_lazy("Backups work again on %(host)s"),
        (gettext_lazy("A backup was made."), _SINCE),
        _BACKUPS,
    ),
    Alarm.Kind.QUEUE_LATE: Told(
        gettext_lazy("Jobs are on time again"), (gettext_lazy("Nothing waits for long."), _SINCE), _JOBS
    ),
    Alarm.Kind.DISK_LOW: Told(
        gettext_lazy("The disk has room again"),
        (gettext_lazy("Less than nine tenths of it are used."), _SINCE),
        _FLEET,
    ),
}
PAGES: Mapping[str, str] = {
    Alarm.Kind.BACKUP_FAILED: "/operator/backups/",
    Alarm.Kind.QUEUE_LATE: "/operator/jobs/",
    Alarm.Kind.DISK_LOW: "/operator/",
}

"""What the operator’s pages show: figures, jobs, openings, the journal. All of it belongs to the installation, not to a
community, and holds numbers and the operator’s own words: never what is written inside."""

from __future__ import annotations

import datetime
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.models import Community
from members.personal import DETACH, KEEP, Personal


class CommunityFigures(models.Model):
    """One community in numbers, counted again every few hours by `keep_figures`."""

    community = models.OneToOneField(
        Community, models.CASCADE, primary_key=True, related_name="figures", db_index=False
    )
    # The account of its owner; of several, the one who has been there longest.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=True
    )
    members = models.PositiveIntegerField(default=0)
    active_week = models.PositiveIntegerField(default=0)
    # Members active on each of the thirty days before `counted_at`, the oldest first.
    days = ArrayField(models.PositiveIntegerField(), default=list)
    storage = models.PositiveBigIntegerField(default=0)  # bytes
    mails_sent = models.PositiveIntegerField(default=0)  # in seven days
    mails_failed = models.PositiveIntegerField(default=0)
    mails_waiting = models.PositiveIntegerField(default=0)
    # Of thirty days, in hundredths of its currency, null where nothing is valued. Shown as sums over ten at least.
    benefit = models.BigIntegerField(null=True)
    cost = models.BigIntegerField(null=True)
    # The quotas of which four fifths are used, by name.
    near = ArrayField(models.CharField(max_length=10), default=list)
    counted_at = models.DateTimeField(default=timezone.now)

    personal = (Personal("owner", KEEP, erasure=DETACH, why="Follows from the team, and is counted again."),)

    class Meta:
        verbose_name = _("figures of a community")
        indexes = [
            models.Index(fields=["counted_at"], name="figures_due"),
            models.Index(fields=["community"], name="figures_near", condition=~Q(near=[])),
        ]

    def __str__(self) -> str:
        return f"figures of {self.community_id}"

    @property
    def trend(self) -> str:
        """The days as the points of a line, 80 wide and 24 high."""
        most = max([*self.days, 1])
        step = 80 / max(len(self.days) - 1, 1)
        return " ".join(f"{at * step:.0f},{22 - day / most * 18:.0f}" for at, day in enumerate(self.days))

    @property
    def direction(self) -> str:
        """How the last ten days compare with the ten before, in a word."""
        before, now = sum(self.days[-20:-10]), sum(self.days[-10:])
        if not before and not now:
            return str(_("quiet"))
        if now > before * 1.1:
            return str(_("rising"))
        return str(_("falling") if now < before * 0.9 else _("steady"))

    @property
    def delivered(self) -> float | None:
        """The share of mails that arrived, of those of the last seven days; None where none left."""
        ended = self.mails_sent + self.mails_failed
        return self.mails_sent / ended * 100 if ended else None


class FleetSums(models.Model):
    """The sums over all communities, one row: no page walks over thirty thousand of them."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    numbers = models.JSONField(default=dict)
    # By currency: of how many communities, benefit and cost of thirty days in hundredths.
    results = models.JSONField(default=list)
    counted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("sums over all communities")
        constraints = [models.CheckConstraint(condition=Q(id=1), name="fleet_sums_once")]

    def __str__(self) -> str:
        return f"sums of {self.counted_at}"

    def of(self, name: str) -> int:
        return int(self.numbers.get(name, 0))


class _OfAJob:
    """What is called by the name of a task."""

    name: Any

    @property
    def short_name(self) -> str:
        return str(self.name).rpartition(".")[2].replace("_", " ")


class JobState(_OfAJob, models.Model):
    """How one periodic job is doing: its last run, and what it cost."""

    name = models.CharField(max_length=120, primary_key=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    seconds = models.FloatField(default=0)
    longest = models.FloatField(default=0)
    runs = models.PositiveBigIntegerField(default=0)
    failures = models.PositiveBigIntegerField(default=0)
    failed_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("periodic job")

    def __str__(self) -> str:
        return self.name

    @property
    def is_failing(self) -> bool:
        """Whether its last run failed."""
        return self.failed_at is not None and (self.finished_at is None or self.failed_at > self.finished_at)


class FailedJob(_OfAJob, models.Model):
    """A job that raised: what it was asked, and what it said. Its arguments are numbers of rows, never words."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=120)
    arguments = models.JSONField(default=list)
    options = models.JSONField(default=dict)
    problem = models.CharField(max_length=500)
    failed_at = models.DateTimeField(default=timezone.now)
    again_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("failed job")
        indexes = [models.Index(fields=["-id"], name="failed_job_open", condition=Q(again_at=None))]

    def __str__(self) -> str:
        return f"{self.name} {self.failed_at}"


class Alarm(models.Model):
    """Something about the machine that operators are told by mail, once a day while it lasts; the row goes with it."""

    class Kind(models.TextChoices):
        BACKUP_FAILED = "backup_failed", _("Backup failed")
        QUEUE_LATE = "queue_late", _("Jobs are late")
        DISK_LOW = "disk_low", _("Disk almost full")

    kind = models.CharField(max_length=20, choices=Kind, primary_key=True)
    began_at = models.DateTimeField(default=timezone.now)
    told_at = models.DateTimeField(null=True)
    # What comes and goes is over only once it has been well for a while.
    well_since = models.DateTimeField(null=True)
    # What the mail says: numbers, and the words of a program.
    facts = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("alarm")

    def __str__(self) -> str:
        return self.kind


class OpeningQuerySet(models.QuerySet["Opening"]):
    def live(self, now: datetime.datetime | None = None) -> OpeningQuerySet:
        """Those in force."""
        return self.filter(ended_at=None, ends_at__gt=now or timezone.now())

    def newest(self) -> OpeningQuerySet:
        return self.order_by("-id")

    def of(self, community: Community) -> OpeningQuerySet:
        return self.filter(community=community)


class Opening(models.Model):
    """The operator inside one community: who, why, from when to when. Its owner sees every one, and may end it."""

    id = models.BigAutoField(primary_key=True)
    community = models.ForeignKey(Community, models.CASCADE, related_name="openings", db_index=False)
    operator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=True
    )
    # As the owner reads it: stays when the account goes.
    operator_address = models.EmailField()
    reason = models.CharField(_("reason"), max_length=300)
    opened_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by_owner = models.BooleanField(default=False)

    objects = models.Manager.from_queryset(OpeningQuerySet)()

    personal = (
        Personal(
            "operator", KEEP, erasure=DETACH, why="Who of the platform was inside, for the owner to see."
        ),
        Personal(
            "operator_address", KEEP, erasure=DETACH, why="Who of the platform was inside; erased, nobody."
        ),
    )

    class Meta:
        verbose_name = _("opening by the operator")
        indexes = [
            models.Index(fields=["community", "-id"], name="opening_of_community"),
            models.Index(fields=["ends_at"], name="opening_live", condition=Q(ended_at=None)),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="opening_reason"),
            models.CheckConstraint(condition=Q(ends_at__gt=models.F("opened_at")), name="opening_length"),
        ]

    def __str__(self) -> str:
        return f"opening {self.pk} of {self.community_id}"

    @property
    def is_live(self) -> bool:
        return self.ended_at is None and self.ends_at > timezone.now()

    @property
    def until(self) -> datetime.datetime:
        """When it ended, or will."""
        return self.ended_at or self.ends_at

    @property
    def minutes(self) -> int:
        return max(round((self.until - self.opened_at).total_seconds() / 60), 1)


class OperatorAct(models.Model):
    """A line of the operator’s journal. The database refuses to change or delete one."""

    class Kind(models.TextChoices):
        SUSPENDED = "suspended", _("Community suspended")
        RESUMED = "resumed", _("Community resumed")
        QUOTAS = "quotas", _("Quotas set")
        HANDED_OVER = "handed_over", _("Community handed over")
        CLONED = "cloned", _("Community cloned")
        DELETED = "deleted", _("Deletion of a community asked for")
        KEPT = "kept", _("Deletion of a community taken back")
        ARRIVED = "arrived", _("Community brought in from an export")
        OPENED = "opened", _("Community opened by the operator")
        LEFT = "left", _("Opening ended")
        SEARCHED = "searched", _("Person looked up")
        LOCKED = "locked", _("Account locked")
        UNLOCKED = "unlocked", _("Account unlocked")
        JOB_AGAIN = "job_again", _("Failed job started again")
        MAIL_AGAIN = "mail_again", _("Mail sent again")
        MAIL_DROPPED = "mail_dropped", _("Mail given up")
        ASIDE_AGAIN = "aside_again", _("Set aside, to be tried again")
        ASIDE_LEFT = "aside_left", _("Set aside, to be left out")

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(default=timezone.now)
    by_address = models.EmailField()
    kind = models.CharField(max_length=20, choices=Kind)
    # Numbers and names as they were: a journal outlives what it tells of.
    community_number = models.BigIntegerField(null=True)
    what = models.CharField(max_length=300, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    personal = (
        Personal("by_address", KEEP, why="Who acted for the platform: the journal cannot be changed."),
    )

    class Meta:
        verbose_name = _("act of the operator")
        indexes = [models.Index(fields=["community_number", "-id"], name="act_of_community")]

    def __str__(self) -> str:
        return f"{self.kind} {self.what}"

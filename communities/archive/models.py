"""Exports that were asked for, and those of other installations that the operator brings in."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.fields import OwnedForeignKey
from communities.models import Community, Membership
from communities.scoping import CommunityOwned, ScopedManager, ScopedQuerySet
from members.personal import DETACH, KEEP, Personal

# So long the file can be fetched.
KEPT = datetime.timedelta(days=7)


class ExportQuerySet(ScopedQuerySet["Export"]):
    def newest(self) -> ExportQuerySet:
        return self.order_by("-pk")

    def at_work(self) -> ExportQuerySet:
        return self.filter(state=Export.State.RUNNING)

    def to_fetch(self) -> ExportQuerySet:
        return self.filter(state=Export.State.READY, expires_at__gt=timezone.now())


class Export(CommunityOwned):
    """One export: how far it is, and the file once it is whole. `done` of `total` parts are written."""

    class State(models.TextChoices):
        RUNNING = "running", _("Under way")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Failed")
        GONE = "gone", _("Deleted")

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    by = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.RUNNING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    # Rows of each table, pictures, pages: what the manifest says as well.
    counts: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True)
    # In the storage, hidden from backups; empty once the file is gone.
    path = models.CharField(max_length=200, blank=True)
    size = models.PositiveBigIntegerField(_("bytes"), default=0)
    asked_at = models.DateTimeField(default=timezone.now)
    worked_at = models.DateTimeField(default=timezone.now)
    # How often a worker has begun on the part that is next.
    tries = models.PositiveSmallIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager.from_queryset(ExportQuerySet)()

    personal = (Personal("by", KEEP, why="An act of the team; it names a former member."),)

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        constraints = [
            models.UniqueConstraint(fields=["public_id"], name="export_public_id_once"),
            models.UniqueConstraint(
                fields=["community"], condition=Q(state="running"), name="export_one_at_work"
            ),
            models.CheckConstraint(
                condition=~Q(state="ready") | Q(expires_at__isnull=False), name="export_ready_ends"
            ),
        ]
        indexes = [
            models.Index(fields=["community", "-id"], name="export_newest"),
            models.Index(fields=["by"], name="export_by"),
            models.Index(fields=["worked_at"], name="export_at_work", condition=Q(state="running")),
            models.Index(fields=["expires_at"], name="export_due", condition=Q(state="ready")),
        ]

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d} {self.state}"

    @property
    def is_at_work(self) -> bool:
        return self.state == self.State.RUNNING

    @property
    def is_there(self) -> bool:
        """Whether its file can be fetched."""
        return (
            self.state == self.State.READY
            and self.expires_at is not None
            and self.expires_at > timezone.now()
        )

    @property
    def percent(self) -> int:
        return round(100 * self.done / self.total) if self.total else 0


class Coming(models.Model):
    """An export that the operator has uploaded: rehearsed by the worker, then brought in. It belongs to no community:
    there is none yet."""

    class State(models.TextChoices):
        REHEARSING = "rehearsing", _("Being checked")
        REHEARSED = "rehearsed", _("Checked")
        RUNNING = "running", _("Being brought in")
        DONE = "done", _("Brought in")
        FAILED = "failed", _("Refused")

    AT_WORK = (State.REHEARSING, State.RUNNING)

    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    file_name = models.CharField(_("file"), max_length=200)
    size = models.PositiveBigIntegerField(_("bytes"))
    # The short name that it is to have here.
    slug = models.CharField(_("short name"), max_length=63, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.REHEARSING)
    # Name and address of the community, rows, files and accounts: what the rehearsal found.
    report: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True)
    problem = models.CharField(max_length=500, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    community = models.ForeignKey(Community, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    worked_at = models.DateTimeField(default=timezone.now)

    personal = (Personal("by", KEEP, erasure=DETACH, why="Who of the platform brought a community in."),)

    class Meta:
        verbose_name = _("export of another installation")
        indexes = [
            models.Index(
                fields=["worked_at"], name="coming_at_work", condition=Q(state__in=["rehearsing", "running"])
            ),
            models.Index(fields=["made_at"], name="coming_old"),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_at_work(self) -> bool:
        return self.state in self.AT_WORK

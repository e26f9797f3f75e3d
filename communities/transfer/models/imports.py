"""One import: the file, what was asked for, how far it is, what came of it."""

from __future__ import annotations

import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.fields import OwnedForeignKey
from communities.models import Membership
from communities.scoping import CommunityOwned, ScopedManager, ScopedQuerySet
from members.personal import KEEP, Personal

# So long the file is kept, and what came can be taken back.
KEPT = datetime.timedelta(days=7)


class ImportQuerySet(ScopedQuerySet["Import"]):
    def newest(self) -> ImportQuerySet:
        return self.order_by("-pk")

    def before(self, pk: int) -> ImportQuerySet:
        return self.filter(pk__lt=pk)

    def at_work(self) -> ImportQuerySet:
        return self.filter(state__in=Import.AT_WORK)

    def stalled(self, since: datetime.datetime) -> ImportQuerySet:
        """Those whose worker has given no sign since then."""
        return self.at_work().filter(worked_at__lte=since)

    def due(self, now: datetime.datetime) -> ImportQuerySet:
        """Those whose file is to go."""
        return self.filter(expires_at__lte=now).exclude(path="").exclude(state__in=Import.AT_WORK)


ImportManager = ScopedManager.from_queryset(ImportQuerySet)


class Import(CommunityOwned):
    """A file on its way in. What is done stands in the row with what it brought, in one transaction with each part:
    a worker that is killed has done each part wholly or not at all, and the next goes on behind it.
    """

    class State(models.TextChoices):
        REHEARSING = "rehearsing", _("Rehearsal under way")
        REHEARSED = "rehearsed", _("Rehearsed")
        RUNNING = "running", _("Under way")
        DONE = "done", _("Brought in")
        STOPPED = "stopped", _("Stopped")
        FAILED = "failed", _("Failed")
        UNDOING = "undoing", _("Being taken back")
        UNDONE = "undone", _("Taken back")

    # A worker is on it; one in a community at a time.
    AT_WORK = (State.REHEARSING, State.RUNNING, State.UNDOING)

    kind = models.CharField(_("format"), max_length=30)
    by = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    file_name = models.CharField(_("file"), max_length=200)
    # In the storage, among the community's own files; empty once the file is gone.
    path = models.CharField(max_length=200, blank=True)
    size = models.PositiveBigIntegerField(_("bytes"))
    options: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.REHEARSING)
    # Whoever holds this word may write; a worker that was given up for dead and comes back does not.
    worker = models.CharField(max_length=32, blank=True)
    stop_asked = models.BooleanField(default=False)
    # How often in a row a worker was lost without having done anything.
    losses = models.PositiveSmallIntegerField(default=0)
    # Steps: what is counted, how many are done, how many there are.
    label = models.CharField(max_length=80, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    rehearsal: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True)
    report: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True)
    # What taking it back removed, and what it left.
    undone: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True)
    problem = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    worked_at = models.DateTimeField(default=timezone.now)
    # When it was first told to bring things in for good.
    began_at = models.DateTimeField(null=True, blank=True)
    # Then it is only taken back, and not gone on with.
    undo_began_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()

    objects: ClassVar[ImportManager[Self]] = ImportManager()

    personal = (Personal("by", KEEP, why="An act of the team; it names a former member."),)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        constraints = [
            models.UniqueConstraint(fields=["community", "id"], name="import_owned"),
            models.UniqueConstraint(
                fields=["community"],
                condition=Q(state__in=["rehearsing", "running", "undoing"]),
                name="import_one_at_work",
            ),
        ]
        indexes = [
            models.Index(fields=["community", "-id"], name="import_newest"),
            models.Index(fields=["by"], name="import_by"),
            models.Index(fields=["expires_at"], name="import_due", condition=~Q(path="")),
            models.Index(
                fields=["worked_at"],
                name="import_at_work",
                condition=Q(state__in=["rehearsing", "running", "undoing"]),
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_at_work(self) -> bool:
        return self.state in self.AT_WORK

    @property
    def has_begun(self) -> bool:
        """Whether anything of it may stand here."""
        return self.began_at is not None and self.state != self.State.UNDONE

    @property
    def can_rehearse(self) -> bool:
        again = (self.State.REHEARSED, self.State.FAILED, self.State.STOPPED)
        return bool(self.path) and self.began_at is None and self.state in again

    @property
    def can_run(self) -> bool:
        """Once its rehearsal has been read; or to go on where it was stopped or has failed."""
        if not self.path or self.undo_began_at is not None:
            return False
        if self.began_at is None:
            return self.state == self.State.REHEARSED
        return self.state in (self.State.STOPPED, self.State.FAILED)

    @property
    def can_undo(self) -> bool:
        ended = (self.State.DONE, self.State.STOPPED, self.State.FAILED)
        return self.has_begun and self.state in ended and self.expires_at > timezone.now()

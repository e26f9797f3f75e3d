"""The log of the launch: who moved the plan, when, and why."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.fields import OwnedForeignKey
from communities.launch.limits import passed_words
from communities.models import Membership
from communities.scoping import CommunityOwned, ScopedManager, ScopedQuerySet
from members.personal import KEEP, Personal


class LogEntryQuerySet(ScopedQuerySet["LaunchLogEntry"]):
    def newest(self) -> LogEntryQuerySet:
        return self.select_related("by").order_by("-id")


LogEntryManager = ScopedManager.from_queryset(LogEntryQuerySet)


class LaunchLogEntry(CommunityOwned):
    """One line of the launch log. Never changed, never deleted: the database refuses it."""

    class Act(models.TextChoices):
        ADDED = "added", _("Stage added")
        CHANGED = "changed", _("Stage changed")
        REMOVED = "removed", _("Stage removed from the plan")
        OPENED = "opened", _("Opened")
        PAUSED = "paused", _("Paused")
        RESUMED = "resumed", _("Resumed")
        ROLLED_BACK = "rolled_back", _("Rolled back")
        ANNOUNCED = "announced", _("Announced")
        ADMITTED = "admitted", _("Admitted from the waiting list")
        REFUSED = "refused", _("Refused on the waiting list")
        PUT_BACK = "put_back", _("Put back on the waiting list")
        INVITED = "invited", _("Invitations sent")
        LIMITED = "limited", _("Limits changed")

    @property
    def limit_words(self) -> str:
        """Which limit stopped a stage, where it stopped by itself."""
        return passed_words(self.detail)

    act = models.CharField(max_length=12, choices=Act)
    # The stage's name: the line stays when the stage is deleted.
    stage_name = models.CharField(max_length=60, blank=True)
    # By which its lines are found while it is there, whatever it is called by then.
    stage_number = models.BigIntegerField(null=True, blank=True)
    by = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    # The role in which they did it: people rise and leave, the line stays.
    role = models.CharField(max_length=12, blank=True)
    at = models.DateTimeField(default=timezone.now)
    reason = models.TextField(blank=True)
    detail = models.JSONField(default=dict, blank=True)

    objects = LogEntryManager()  # type: ignore[misc]  # read by the plug-in for models before its base

    personal = (Personal("by", KEEP, why="The log cannot be changed; the name is no more."),)

    class Meta:
        verbose_name = _("line of the launch log")
        verbose_name_plural = _("launch log")
        indexes = [
            models.Index(fields=["community", "-id"], name="launch_log_newest"),
            models.Index(fields=["community", "-at", "-id"], name="launch_log_by_date"),
            models.Index(
                fields=["stage_number", "-id"], name="launch_log_pauses", condition=models.Q(act="paused")
            ),
        ]

"""Moving all threads of a space to another one: what is to do, and how far it is."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from communities.content.models.spaces import Space
from communities.fields import OwnedForeignKey
from communities.models import Membership
from communities.scoping import CommunityOwned
from members.personal import KEEP, Personal


class ThreadMove(CommunityOwned):
    """All threads of one space on their way to another. What is left to do is what still stands in the first, so a
    job that stops goes on where it was."""

    source = OwnedForeignKey(Space, models.CASCADE, related_name="+")
    target = OwnedForeignKey(Space, models.CASCADE, related_name="+")
    by = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    total = models.PositiveIntegerField()
    moved = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(default=timezone.now, editable=False)
    # When a part of it was last done: a job that has stopped is begun again.
    worked_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    personal = (Personal("by", KEEP, why="An act of the team; it names a former member."),)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(source=F("target")), name="thread_move_elsewhere"),
            models.UniqueConstraint(
                fields=["source"], condition=Q(finished_at__isnull=True), name="thread_move_once"
            ),
        ]
        indexes = [
            models.Index(fields=["worked_at"], name="thread_move_due", condition=Q(finished_at__isnull=True)),
            models.Index(fields=["source", "-id"], name="thread_move_of"),
            models.Index(fields=["target"], name="thread_move_to"),
            models.Index(fields=["by"], name="thread_move_by"),
        ]

    @property
    def is_finished(self) -> bool:
        return self.finished_at is not None

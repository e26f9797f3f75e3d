"""What readers said of an answer: whether it saved them a call to the brand’s support."""

from __future__ import annotations

import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.content.models import Thread
from communities.fields import OwnedForeignKey
from communities.models import Membership
from communities.scoping import CommunityOwned, ScopedManager, ScopedQuerySet
from members.personal import DETACH, Personal


class SavingQuerySet(ScopedQuerySet[Any]):
    def between(self, start: datetime.datetime, end: datetime.datetime) -> SavingQuerySet:
        """First said in [start, end)."""
        return self.filter(said_at__gte=start, said_at__lt=end)

    def saved(self) -> SavingQuerySet:
        return self.filter(saved=True)


SavingManager = ScopedManager.from_queryset(SavingQuerySet)


class Saving(CommunityOwned):
    """One reader’s yes or no under the answers of one thread: a member, or a browser that nobody can be found by."""

    thread = OwnedForeignKey(Thread, models.CASCADE, related_name="+")
    membership = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    # Of a visitor: a number made of the day’s salt, the thread, network address and browser. Without the salt, which
    # lives two days in memory, it leads nowhere; with it, to no other thread and no visit.
    browser = models.BigIntegerField(null=True, blank=True, editable=False)
    saved = models.BooleanField(_("saved a call"))
    # When first said. A change of mind does not move it: it would leave a closed month and count in an open one.
    said_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[SavingManager[Self]] = SavingManager()

    personal = (
        Personal(
            "membership",
            DETACH,
            exported_as="saved_calls",
            why="That an answer saved somebody a call stays counted, without saying whom.",
        ),
    )

    class Meta:
        verbose_name = _("saved call")
        verbose_name_plural = _("saved calls")
        constraints = [
            models.UniqueConstraint(
                fields=["thread", "membership"],
                name="saving_once_a_member",
                condition=Q(membership__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["thread", "browser"], name="saving_once_a_browser", condition=Q(browser__isnull=False)
            ),
            models.CheckConstraint(
                condition=Q(membership__isnull=True) | Q(browser__isnull=True), name="saving_of_one_reader"
            ),
        ]
        indexes = [
            models.Index(fields=["community", "said_at"], name="saving_days"),
            models.Index(fields=["thread"], name="saving_thread"),
            models.Index(
                fields=["membership", "-said_at"],
                name="saving_of_member",
                condition=Q(membership__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.thread_id}: {'yes' if self.saved else 'no'}"

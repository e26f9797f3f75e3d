"""What people of a programme are asked to do in a month, what they are given to share, and how they were thanked."""

from __future__ import annotations

import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.fields import OwnedForeignKey
from communities.models import Membership
from communities.scoping import CommunityOwned, ScopedManager, ScopedQuerySet
from members.personal import DELETE, KEEP, Personal


class TaskQuerySet(ScopedQuerySet["Task"]):
    def of_month(self, programme: int, month: datetime.date) -> TaskQuerySet:
        return self.filter(programme=programme, month=month).order_by("pk")


TaskManager = ScopedManager.from_queryset(TaskQuerySet)


class Task(CommunityOwned):
    """Something that everybody in a programme is asked to do in one month; `month` is its first day."""

    programme = OwnedForeignKey("ambassadors.Programme", models.CASCADE, related_name="+")
    month = models.DateField()
    title = models.CharField(_("task"), max_length=120)
    # Where it is done: an address of this place.
    path = models.CharField(_("address"), max_length=200, blank=True)

    objects: ClassVar[TaskManager[Self]] = TaskManager()

    class Meta:
        verbose_name = _("task of a month")
        verbose_name_plural = _("tasks of a month")
        constraints = [
            models.UniqueConstraint(fields=["community", "id"], name="task_owned"),
            models.UniqueConstraint(fields=["programme", "month", "title"], name="task_once_a_month"),
            models.CheckConstraint(condition=Q(month__day=1), name="task_of_a_month"),
        ]

    def __str__(self) -> str:
        return self.title


class TaskDone(CommunityOwned):
    """Somebody says that they have done a task."""

    task = OwnedForeignKey(Task, models.CASCADE, related_name="+")
    membership = OwnedForeignKey(Membership, models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    personal = (
        Personal("membership", DELETE, exported_as="tasks_done", why="Of use to the programme they were in."),
    )

    class Meta:
        verbose_name = _("task done")
        verbose_name_plural = _("tasks done")
        constraints = [models.UniqueConstraint(fields=["task", "membership"], name="task_done_once")]
        indexes = [models.Index(fields=["membership", "at"], name="task_done_by")]

    def __str__(self) -> str:
        return f"{self.task_id} {self.membership_id}"


class KitItemQuerySet(ScopedQuerySet["KitItem"]):
    def of(self, programme: int) -> KitItemQuerySet:
        return self.filter(programme=programme).order_by("-pk")


KitItemManager = ScopedManager.from_queryset(KitItemQuerySet)


class KitItem(CommunityOwned):
    """Something to share: words, an address of this place to which each person’s own link leads, perhaps a picture."""

    programme = OwnedForeignKey("ambassadors.Programme", models.CASCADE, related_name="+")
    title = models.CharField(_("title"), max_length=120)
    words = models.TextField(_("text to share"), max_length=1000, blank=True)
    path = models.CharField(_("address"), max_length=200, default="/")
    picture = models.CharField(_("picture"), max_length=200, blank=True)
    picture_width = models.PositiveIntegerField(default=0)
    picture_height = models.PositiveIntegerField(default=0)
    picture_renditions = models.JSONField(default=list, blank=True)
    picture_alt = models.CharField(_("description of the picture"), max_length=160, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[KitItemManager[Self]] = KitItemManager()

    class Meta:
        verbose_name = _("thing to share")
        verbose_name_plural = _("things to share")
        indexes = [models.Index(fields=["programme", "-id"], name="kititem_newest")]

    def __str__(self) -> str:
        return self.title

    @property
    def picture_paths(self) -> list[str]:
        """Every stored file of the picture."""
        return [path for _width, path in self.picture_renditions] + ([self.picture] if self.picture else [])


class ThanksQuerySet(ScopedQuerySet["Thanks"]):
    def to(self, membership: int) -> ThanksQuerySet:
        return self.filter(membership=membership).order_by("-pk")


ThanksManager = ScopedManager.from_queryset(ThanksQuerySet)


class Thanks(CommunityOwned):
    """Somebody of the team thanked somebody of a programme, in their own words and name."""

    membership = OwnedForeignKey(Membership, models.CASCADE, related_name="+")
    by = OwnedForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    words = models.TextField(_("your words"), max_length=1000)
    at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[ThanksManager[Self]] = ThanksManager()

    personal = (
        Personal("membership", DELETE, exported_as="thanks", why="Said to them, and of use to nobody else."),
        Personal("by", KEEP, why="What was said to somebody is theirs; the name is no more."),
    )

    class Meta:
        verbose_name = _("thanks")
        verbose_name_plural = _("thanks")
        indexes = [
            models.Index(fields=["membership", "-id"], name="thanks_to"),
            models.Index(fields=["by"], name="thanks_by", condition=Q(by__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"thanks {self.pk}"

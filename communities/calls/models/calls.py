"""A call for projects under a text, and who judges what comes in."""

from __future__ import annotations

import datetime
import enum
import json
from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.content.models import Thread
from communities.fields import OwnedForeignKey, OwnedOneToOneField
from communities.models import Membership
from communities.scoping import CommunityOwned, ScopedManager, ScopedQuerySet
from members.personal import DELETE, Personal

MOST_CONDITIONS, LONGEST_CONDITION = 10, 300  # characters
MOST_QUESTIONS, LONGEST_QUESTION = 8, 200
MOST_CHOICES, LONGEST_CHOICE = 12, 80
MOST_CRITERIA, LONGEST_CRITERION, MOST_WEIGHT = 5, 120, 10
LEAST_SCALE, MOST_SCALE = 2, 20
MOST_JURORS = 12


class Moment(enum.StrEnum):
    """Where a call stands, by its hours."""

    BEFORE = "before"
    OPEN = "open"
    CLOSED = "closed"


class Ask(models.TextChoices):
    """What a question of the form is answered with."""

    LINE = "line", _("A line of text")
    TEXT = "text", _("A longer text")
    NUMBER = "number", _("A number")
    CHOICE = "choice", _("One of several")
    DAY = "day", _("A date")
    FILE = "file", _("A file")


class CallQuerySet(ScopedQuerySet[Any]):
    def of_threads(self, threads: Any) -> CallQuerySet:
        return self.filter(thread__in=threads)

    def closed_and_untold(self, at: datetime.datetime) -> CallQuerySet:
        """Those that have closed, and whose jury has not been told."""
        return self.filter(told_at__isnull=True, closes_at__lte=at).order_by("closes_at", "pk")

    def closing_and_unwarned(self, at: datetime.datetime, before: datetime.datetime) -> CallQuerySet:
        """Those that are open, close before a moment, and whose applicants have not been warned."""
        soon = self.filter(warned_at__isnull=True, closes_at__gt=at, closes_at__lte=before, opens_at__lte=at)
        return soon.order_by("closes_at", "pk")

    def open_and_untold(self, at: datetime.datetime) -> CallQuerySet:
        """Those that have opened and not closed yet, and whose opening was not told."""
        begun = self.filter(opening_told_at__isnull=True, opens_at__lte=at, closes_at__gt=at)
        return begun.order_by("opens_at", "pk")

    def closing_after(self, at: datetime.datetime) -> CallQuerySet:
        return self.filter(closes_at__gt=at)


CallManager = ScopedManager.from_queryset(CallQuerySet)


class Call(CommunityOwned):
    """What stands under a text that looks for projects. It opens and closes by its hours, without anybody doing it.

    `conditions` are sentences that each applicant confirms. `questions` are [{"key", "words", "kind", "required",
    "options"}] in their order, `key` being the place at which one was written first; `criteria` are [{"name",
    "weight"}], each scored from 0 to `scale`.
    """

    # What `Thread.inset` says of a thread that has one.
    INSET = "call"

    thread = OwnedOneToOneField(Thread, models.CASCADE, related_name="call")
    opens_at = models.DateTimeField(_("opens"))
    closes_at = models.DateTimeField(_("closes"))
    conditions = ArrayField(
        models.CharField(max_length=LONGEST_CONDITION), verbose_name=_("conditions"), default=list, blank=True
    )
    questions = models.JSONField(_("questions"), default=list, blank=True)
    criteria = models.JSONField(_("criteria"), default=list, blank=True)
    scale = models.PositiveSmallIntegerField(_("highest score"), default=5)
    version = models.PositiveIntegerField(default=1)
    opening_told_at = models.DateTimeField(null=True, blank=True)
    warned_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    # Since when everybody who reads the text reads which projects were chosen.
    published_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[CallManager[Self]] = CallManager()

    class Meta:
        verbose_name = _("call for projects")
        verbose_name_plural = _("calls for projects")
        constraints = [
            models.UniqueConstraint(fields=["community", "id"], name="call_owned"),
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="call_hours"),
            models.CheckConstraint(
                condition=Q(scale__gte=LEAST_SCALE, scale__lte=MOST_SCALE), name="call_scale"
            ),
            models.CheckConstraint(condition=Q(conditions__len__lte=MOST_CONDITIONS), name="call_conditions"),
        ]
        indexes = [
            models.Index(fields=["closes_at"], name="call_untold", condition=Q(told_at__isnull=True)),
            models.Index(fields=["closes_at"], name="call_unwarned", condition=Q(warned_at__isnull=True)),
            models.Index(
                fields=["opens_at"], name="call_unopened", condition=Q(opening_told_at__isnull=True)
            ),
            models.Index(fields=["community", "-closes_at", "-id"], name="call_newest"),
        ]

    def __str__(self) -> str:
        return f"call {self.pk}"

    @property
    def moment(self) -> Moment:
        now = timezone.now()
        if now < self.opens_at:
            return Moment.BEFORE
        return Moment.OPEN if now < self.closes_at else Moment.CLOSED

    @property
    def is_open(self) -> bool:
        return self.moment == Moment.OPEN

    @property
    def is_over(self) -> bool:
        return self.moment == Moment.CLOSED

    @property
    def asked(self) -> tuple[object, ...]:
        """What applicants answer and are judged by: it stays as it is once somebody has begun."""
        # The database keeps the names within an object in an order of its own.
        said = json.dumps([self.questions, self.criteria], sort_keys=True)
        return (tuple(self.conditions), said, self.scale)

    @property
    def weight(self) -> int:
        return sum(one["weight"] for one in self.criteria)


class Juror(CommunityOwned):
    """Somebody who reads the applications of one call and scores them."""

    call = OwnedForeignKey(Call, models.CASCADE, related_name="jury")
    membership = OwnedForeignKey(Membership, models.CASCADE, related_name="+")

    personal = (
        Personal(
            "membership",
            DELETE,
            exported_as="juries",
            why="Whoever leaves reads and judges nothing any more.",
        ),
    )

    class Meta:
        verbose_name = _("member of a jury")
        verbose_name_plural = _("members of juries")
        constraints = [models.UniqueConstraint(fields=["call", "membership"], name="juror_once")]
        indexes = [models.Index(fields=["membership"], name="juror_who")]

    def __str__(self) -> str:
        return f"{self.membership_id} for {self.call_id}"

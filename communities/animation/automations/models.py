"""Automations, what each of them has taken up and done, and what they brought about."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from communities.content.models import Post, Thread
from communities.fields import OwnedForeignKey
from communities.models import Membership
from communities.scoping import CommunityOwned, ScopedManager, ScopedQuerySet
from members.personal import DELETE, KEEP, Personal

# As long as any cool-down, and a month: then a line says nothing about what may be done.
KEPT = datetime.timedelta(days=400)
# Of so much past a rehearsal tells.
REHEARSED = datetime.timedelta(days=30)
LONGEST_WORDS = 2000


class AutomationQuerySet(ScopedQuerySet["Automation"]):
    def living(self) -> AutomationQuerySet:
        """Those that were not removed, in the order in which they were made."""
        return self.filter(ended_at__isnull=True).select_related("to", "signed_by").order_by("pk")

    def running(self) -> AutomationQuerySet:
        return self.filter(state=Automation.State.ON)

    def beginning_with(self, trigger: str) -> AutomationQuerySet:
        return self.running().filter(trigger=trigger).order_by("pk")

    def to_look(self, at: datetime.datetime) -> AutomationQuerySet:
        """Those of states whose turn it is."""
        return self.running().filter(look_at__lte=at).order_by("look_at", "pk")

    def stopped_alone(self) -> AutomationQuerySet:
        """Those that could not go on, and said so; not those that somebody has stopped."""
        return self.filter(state=Automation.State.STOPPED).exclude(why=Automation.Why.ALL)


AutomationManager = ScopedManager.from_queryset(AutomationQuerySet)


class Automation(CommunityOwned):
    """One sentence: when something happens, if something holds, then something is done, but not too often.

    Names of trigger, conditions and act are those of their registries (`communities/automatic.py`), values what their
    forms asked. It acts in the name of `signed_by`: whoever saved it last. `daily` are times in 24 hours,
    `person_days` the days in which it reaches nobody twice, `pause` the minutes between two times.
    """

    class State(models.TextChoices):
        OFF = "off", pgettext_lazy("automation", "Off")
        ON = "on", pgettext_lazy("automation", "On")
        STOPPED = "stopped", pgettext_lazy("automation", "Stopped")

    class Why(models.TextChoices):
        """Why one that ran does not any more."""

        ALL = "all", _("all automations were stopped")
        SIGNER = "signer", _("whoever signed it is no longer a member, or may no longer do this")
        PERSON = "person", _("the person it is addressed to has left, or may not receive this")
        UNKNOWN = "unknown", _("this part of the software is no longer here")

    trigger = models.CharField(pgettext_lazy("automation", "when"), max_length=24)
    trigger_values: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True)
    # Pairs of a condition’s name and the key of a choice; all of them hold.
    conditions: models.JSONField[Any, Any] = models.JSONField(default=list, blank=True)
    act = models.CharField(pgettext_lazy("automation", "then"), max_length=24)
    act_values: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True)
    to = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    words = models.TextField(_("words"), max_length=LONGEST_WORDS, blank=True)
    signed_by = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    daily = models.PositiveSmallIntegerField(_("times a day"), default=10)
    person_days = models.PositiveSmallIntegerField(_("days for one person"), default=30)
    pause = models.PositiveSmallIntegerField(_("minutes between two times"), default=0)
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.OFF)
    why = models.CharField(max_length=8, choices=Why, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    # What happened before is not taken up.
    on_since = models.DateTimeField(null=True, blank=True)
    # Of states: when they are asked for next, and up to which moment they were.
    look_at = models.DateTimeField(null=True, blank=True)
    looked_until = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = AutomationManager()

    personal = (
        Personal("to", KEEP, why="Without whom it turns to it stops, and the team is told."),
        Personal("signed_by", KEEP, why="Without whoever signed it it stops, and the team is told."),
    )

    class Meta:
        verbose_name = _("automation")
        verbose_name_plural = _("automations")
        constraints = [
            models.UniqueConstraint(fields=["community", "id"], name="automation_owned"),
            models.CheckConstraint(condition=Q(state__in=["off", "on", "stopped"]), name="automation_state"),
            models.CheckConstraint(
                condition=Q(state="on", on_since__isnull=False, ended_at__isnull=True) | ~Q(state="on"),
                name="automation_on",
            ),
            models.CheckConstraint(
                condition=(Q(state="stopped") & ~Q(why="")) | (~Q(state="stopped") & Q(why="")),
                name="automation_why",
            ),
            models.CheckConstraint(
                condition=Q(look_at__isnull=True) | Q(state="on"), name="automation_looks_while_on"
            ),
            models.CheckConstraint(condition=Q(daily__gte=1, daily__lte=200), name="automation_daily"),
            models.CheckConstraint(
                condition=Q(person_days__gte=1, person_days__lte=365), name="automation_person_days"
            ),
            models.CheckConstraint(condition=Q(pause__lte=1440), name="automation_pause"),
        ]
        indexes = [
            models.Index(fields=["community", "trigger"], name="automation_on", condition=Q(state="on")),
            models.Index(fields=["look_at"], name="automation_look", condition=Q(look_at__isnull=False)),
            models.Index(fields=["to"], name="automation_to", condition=Q(to__isnull=False)),
            models.Index(fields=["signed_by"], name="automation_by", condition=Q(signed_by__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.trigger} → {self.act}"

    @property
    def is_on(self) -> bool:
        return self.state == self.State.ON

    @property
    def is_stopped(self) -> bool:
        return self.state == self.State.STOPPED

    def values(self) -> dict[str, Any]:
        """What the journal keeps of it."""
        return {
            "trigger": self.trigger,
            "trigger_values": dict(self.trigger_values),
            "conditions": [list(one) for one in self.conditions],
            "act": self.act,
            "act_values": dict(self.act_values),
            "to": self.to_id,
            "words": self.words,
            "daily": self.daily,
            "person_days": self.person_days,
            "pause": self.pause,
        }


class FiringQuerySet(ScopedQuerySet["Firing"]):
    def waiting(self) -> FiringQuerySet:
        """In the order in which they came."""
        return self.filter(state=Firing.State.WAITING).order_by("pk")

    def done(self) -> FiringQuerySet:
        """Also those that were undone: what somebody has read, they have read."""
        return self.filter(state=Firing.State.DONE)

    def newest(self) -> FiringQuerySet:
        return self.order_by("-id")

    def with_all(self) -> FiringQuerySet:
        """With what a line of the log names."""
        return self.select_related("automation__to", "automation__signed_by", "person", "thread__space")

    def old(self, at: datetime.datetime) -> FiringQuerySet:
        return self.filter(queued_at__lt=at - KEPT)


FiringManager = ScopedManager.from_queryset(FiringQuerySet)


class Firing(CommunityOwned):
    """That an automation has taken something up: first a place in the queue, then a line of the log.

    One for each automation, subject and moment, so that whoever is told twice does it once.
    """

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("automation", "waits")
        DONE = "done", _("done")
        SKIPPED = "skipped", _("left out")

    class Reason(models.TextChoices):
        """Why it was left out."""

        OFF = "off", _("the automation was off by then")
        CLOSED = "closed", _("automations are switched off here")
        CONDITION = "if", _("a condition was not met")
        OVER = "over", _("it no longer applied")
        GONE = "gone", _("the person is no longer here")
        MEASURE = "measure", _("the person could not come in, or could only read, at that moment")
        UNWANTED = "unwanted", _("the person does not want to be written to like that")
        OWN = "own", _("it would have been about whoever signed it")
        DAILY = "daily", _("it had reached its limit for 24 hours")
        PERSON = "person", _("it had reached this person recently")
        PAUSE = "pause", _("it had run a moment before")
        REFUSED = "refused", _("it could not be done")
        FAILED = "failed", _("something went wrong, several times")

    automation = OwnedForeignKey(Automation, models.CASCADE, related_name="firings")
    subject = models.CharField(max_length=80)
    moment = models.DateTimeField()
    person = OwnedForeignKey(Membership, models.CASCADE, null=True, blank=True, related_name="+")
    thread = OwnedForeignKey(Thread, models.SET_NULL, null=True, blank=True, related_name="+")
    post = OwnedForeignKey(Post, models.SET_NULL, null=True, blank=True, related_name="+")
    path = models.CharField(max_length=200, blank=True)
    what = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    reason = models.CharField(max_length=9, choices=Reason, blank=True)
    # The sentence with which it was refused, in the community’s language.
    detail = models.CharField(max_length=300, blank=True)
    queued_at = models.DateTimeField(default=timezone.now)
    # When it is tried; later after something went wrong.
    due_at = models.DateTimeField(default=timezone.now)
    tries = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True, blank=True)
    # In whose name, and what was written to the person.
    by = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    words = models.TextField(max_length=LONGEST_WORDS + 200, blank=True)
    # What undoing needs.
    kept: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = FiringManager()

    personal = (
        Personal(
            "person",
            DELETE,
            exported_as="automations",
            withheld=("kept", "detail", "tries"),
            why="What was done about somebody, and written to them, goes with them.",
        ),
        Personal("by", KEEP, why="In whose name it was done; of whoever has left, without the name."),
        Personal("undone_by", KEEP, why="Who ran the place: the team’s own record, without the name."),
    )

    class Meta:
        verbose_name = _("time an automation ran")
        verbose_name_plural = _("times automations ran")
        constraints = [
            models.UniqueConstraint(fields=["automation", "subject", "moment"], name="firing_once"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "done", "skipped"]), name="firing_state"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", ended_at__isnull=True)
                | (~Q(state="waiting") & Q(ended_at__isnull=False)),
                name="firing_ended",
            ),
            models.CheckConstraint(
                condition=(Q(state="skipped") & ~Q(reason="")) | (~Q(state="skipped") & Q(reason="")),
                name="firing_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["community", "-id"], name="firing_newest"),
            models.Index(fields=["due_at"], name="firing_due", condition=Q(state="waiting")),
            models.Index(fields=["community", "id"], name="firing_queue", condition=Q(state="waiting")),
            models.Index(fields=["automation", "ended_at"], name="firing_done", condition=Q(state="done")),
            models.Index(
                fields=["person", "automation", "ended_at"],
                name="firing_person",
                condition=Q(person__isnull=False),
            ),
            models.Index(fields=["queued_at"], name="firing_old"),
            models.Index(fields=["thread"], name="firing_thread", condition=Q(thread__isnull=False)),
            models.Index(fields=["post"], name="firing_post", condition=Q(post__isnull=False)),
            models.Index(fields=["by"], name="firing_by", condition=Q(by__isnull=False)),
            models.Index(fields=["undone_by"], name="firing_undone", condition=Q(undone_by__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.automation_id}: {self.subject}"


class OriginQuerySet(ScopedQuerySet["Origin"]):
    def among(self, trigger: str, subjects: list[str]) -> set[str]:
        """Those of the subjects that an automation brought about."""
        rows = self.filter(trigger=trigger, subject__in=subjects)
        return set(rows.values_list("subject", flat=True))


OriginManager = ScopedManager.from_queryset(OriginQuerySet)


class Origin(CommunityOwned):
    """What an automation brought about: whenever it is told of, no automation begins with it."""

    trigger = models.CharField(max_length=24)
    subject = models.CharField(max_length=80)
    at = models.DateTimeField(default=timezone.now)

    objects = OriginManager()

    class Meta:
        verbose_name = _("work of an automation")
        verbose_name_plural = _("works of automations")
        constraints = [
            models.UniqueConstraint(fields=["community", "trigger", "subject"], name="origin_once")
        ]

    def __str__(self) -> str:
        return self.subject

"""An application to a call with its files, and how far it has come."""

from __future__ import annotations

import datetime
from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from communities.calls.models.calls import Call
from communities.fields import OwnedForeignKey, OwnedOneToOneField
from communities.models import Membership
from communities.scoping import CommunityOwned, ScopedManager, ScopedQuerySet
from members.personal import DELETE, DETACH, KEEP, Personal

LONGEST_TITLE, LONGEST_SUMMARY, LONGEST_WORDS = 120, 600, 3000  # characters


class ApplicationQuerySet(ScopedQuerySet[Any]):
    def of(self, call: Call) -> ApplicationQuerySet:
        return self.filter(call=call)

    def sent(self) -> ApplicationQuerySet:
        """All that somebody besides its applicant may read."""
        return self.filter(sent_at__isnull=False)

    def selected(self) -> ApplicationQuerySet:
        """Those that were chosen and not given up since."""
        return self.filter(state__in=Application.CHOSEN)

    def best(self, place: tuple[Any, ...] = ()) -> ApplicationQuerySet:
        """Those with the best scores first; from a place of that order on."""
        rows = self.order_by("-points", "-pk")
        if not place:
            return rows
        points, last = place
        return rows.filter(points__lte=points).filter(Q(points__lt=points) | Q(pk__lt=last))

    def newest(self, place: tuple[Any, ...] = ()) -> ApplicationQuerySet:
        rows = self.order_by("-pk")
        return rows.filter(pk__lt=place[0]) if place else rows

    def to_decide(self, at: datetime.datetime) -> ApplicationQuerySet:
        """Those of calls that have closed, of which nobody has said what becomes of them."""
        return self.filter(state=Application.State.SENT, call__closes_at__lte=at)

    def due(self, day: datetime.date) -> ApplicationQuerySet:
        """Those whose next step was to be done by a day that has come."""
        return self.filter(due_on__lte=day, state__in=[Application.State.SELECTED, Application.State.AGREED])


ApplicationManager = ScopedManager.from_queryset(ApplicationQuerySet)


class Application(CommunityOwned):
    """What one member answers to a call: theirs alone until they send it, then read by jury and managers, too.

    `answers` has what was written by the key of its question; files stand beside it. `confirmed` are the places of the
    conditions that were confirmed. `points` is the mean of the jury in hundredths, of `judged` jurors. `expected` and
    `actual` are what it is worth to the brand, in units of the community’s currency.
    """

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("of an application", "Draft")
        SENT = "sent", pgettext_lazy("of an application", "Sent")
        SELECTED = "selected", pgettext_lazy("of an application", "Selected")
        REFUSED = "refused", pgettext_lazy("of an application", "Not selected")
        AGREED = "agreed", pgettext_lazy("of an application", "Agreed")
        DELIVERED = "delivered", pgettext_lazy("of an application", "Delivered")
        WITHDRAWN = "withdrawn", pgettext_lazy("of an application", "Withdrawn")

    CHOSEN = (State.SELECTED, State.AGREED, State.DELIVERED)
    # What a manager can make of each.
    NEXT = {
        State.SENT: (State.SELECTED, State.REFUSED),
        State.SELECTED: (State.AGREED, State.WITHDRAWN),
        State.AGREED: (State.DELIVERED, State.WITHDRAWN),
    }

    call = OwnedForeignKey(Call, models.CASCADE, related_name="applications")
    applicant = OwnedForeignKey(Membership, models.CASCADE, related_name="+")
    title = models.CharField(_("name of the project"), max_length=LONGEST_TITLE)
    summary = models.TextField(_("in a few sentences"), max_length=LONGEST_SUMMARY, blank=True)
    answers = models.JSONField(default=dict, blank=True)
    confirmed = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.DRAFT)
    sent_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    points = models.PositiveIntegerField(default=0)
    judged = models.PositiveSmallIntegerField(default=0)
    owner = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    due_on = models.DateField(_("next step by"), null=True, blank=True)
    expected = models.DecimalField(
        _("expected value"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    # How sure that is, in percent.
    chance = models.PositiveSmallIntegerField(_("how likely"), default=50)
    actual = models.DecimalField(_("actual value"), max_digits=14, decimal_places=2, null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[ApplicationManager[Self]] = ApplicationManager()

    personal = (
        Personal(
            "applicant",
            DELETE,
            exported_as="applications",
            withheld=("points", "judged", "owner", "expected", "chance", "actual", "due_on"),
            why="It was written for this team alone, and goes with its applicant, its files too.",
        ),
        Personal("owner", DETACH, why="Somebody else is named to see the project through."),
    )

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        constraints = [
            models.UniqueConstraint(fields=["community", "id"], name="application_owned"),
            models.UniqueConstraint(fields=["call", "applicant"], name="application_once"),
            models.CheckConstraint(
                condition=Q(
                    state__in=["draft", "sent", "selected", "refused", "agreed", "delivered", "withdrawn"]
                ),
                name="application_state",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", sent_at__isnull=True)
                | Q(~Q(state="draft"), sent_at__isnull=False),
                name="application_sent",
            ),
            models.CheckConstraint(
                condition=Q(~Q(state="delivered") | Q(delivered_at__isnull=False)),
                name="application_delivered",
            ),
            models.CheckConstraint(condition=Q(chance__lte=100), name="application_chance"),
            models.CheckConstraint(
                condition=(Q(expected__isnull=True) | Q(expected__gte=0))
                & (Q(actual__isnull=True) | Q(actual__gte=0)),
                name="application_worth",
            ),
        ]
        indexes = [
            models.Index(fields=["call", "-id"], name="application_newest"),
            models.Index(fields=["call", "-points", "-id"], name="application_best"),
            models.Index(fields=["call", "state", "-points", "-id"], name="application_of_state"),
            models.Index(fields=["applicant"], name="application_by"),
            models.Index(fields=["community", "id"], name="application_waits", condition=Q(state="sent")),
            models.Index(fields=["owner"], name="application_owner", condition=Q(owner__isnull=False)),
            models.Index(
                fields=["community", "due_on"],
                name="application_due",
                condition=Q(due_on__isnull=False, state__in=["selected", "agreed"]),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def is_chosen(self) -> bool:
        return self.state in self.CHOSEN

    @property
    def next_states(self) -> tuple[State, ...]:
        return self.NEXT.get(self.State(self.state), ())


class ApplicationFile(CommunityOwned):
    """A file that answers a question. Its path is in the default storage, where nothing serves it but its page."""

    application = OwnedForeignKey(Application, models.CASCADE, related_name="files")
    key = models.CharField(max_length=8)
    path = models.CharField(max_length=200, blank=True)
    name = models.CharField(_("name of the file"), max_length=120)
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField(_("bytes"))

    class Meta:
        verbose_name = _("file of an application")
        verbose_name_plural = _("files of applications")
        constraints = [
            models.UniqueConstraint(fields=["application", "key"], name="applicationfile_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Step(CommunityOwned):
    """One step of an application: the state that it reached, who took it, when, and what the applicant was told."""

    application = OwnedForeignKey(Application, models.CASCADE, related_name="steps")
    state = models.CharField(max_length=9, choices=Application.State)
    words = models.TextField(max_length=LONGEST_WORDS, blank=True)
    by = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    personal = (Personal("by", KEEP, why="What the team decided, and when, stays true for its applicant."),)

    class Meta:
        verbose_name = _("step of an application")
        verbose_name_plural = _("steps of applications")
        constraints = [models.UniqueConstraint(fields=["community", "id"], name="step_owned")]
        indexes = [
            models.Index(fields=["application", "id"], name="step_of"),
            models.Index(fields=["by"], name="step_by", condition=Q(by__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.state}"


class Worth(CommunityOwned):
    """What the applications of a call come to, so that no page adds up a hundred thousand of them. A trigger keeps it
    with every application that comes, changes or goes (`migrations/0002_walls.py`); nothing else writes it.

    `sent` counts all that were sent, `chosen` those that were chosen; `expected` is what is selected or agreed by how
    likely it is, `actual` what was delivered.
    """

    call = OwnedOneToOneField(Call, models.CASCADE, primary_key=True, related_name="+")
    sent = models.IntegerField(default=0)
    chosen = models.IntegerField(default=0)
    expected = models.DecimalField(max_digits=22, decimal_places=4, default=0)
    actual = models.DecimalField(max_digits=20, decimal_places=2, default=0)

    class Meta:
        verbose_name = _("worth of a call")
        verbose_name_plural = _("worths of calls")

    def __str__(self) -> str:
        return f"{self.sent} sent to {self.call_id}"

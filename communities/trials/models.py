"""A test of something unfinished, its text on confidentiality, who tries it. What they find: `feedback_models.py`."""

from __future__ import annotations

import datetime

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from communities.content.models import Space
from communities.fields import OwnedForeignKey, OwnedOneToOneField
from communities.models import Membership
from communities.scoping import CommunityOwned
from communities.trials.feedback_models import Also, Feedback, Release
from communities.trials.managers import ParticipantManager, TrialManager
from communities.trials.names import FEEDBACK, TESTERS, TRIALS
from members.personal import DELETE, KEEP, Personal

__all__ = ["FEEDBACK", "TESTERS", "TRIALS", "Also", "Feedback", "Participant", "Pledge", "Release", "Trial"]

LONGEST_ABOUT, LONGEST_PLEDGE, LONGEST_WORDS = 4000, 20_000, 6000  # characters
LONGEST_QUESTION, LONGEST_ANSWER = 200, 1000
MOST_QUESTIONS, MOST_PLACES = 8, 1000


class Trial(CommunityOwned):
    """What a space of the kind tries, who may ask to take part, and what came of it.

    The space is private: its testers read it (`access.py`). What stands here is what everybody may know of a test that
    is announced. `pledge` is the number of the text on confidentiality in force; `figures` are counted once, when the
    test is closed, and never again.
    """

    class ReportFor(models.TextChoices):
        TESTERS = "testers", _("The testers")
        ALL = "all", _("Everybody")

    space = OwnedOneToOneField(Space, models.CASCADE, primary_key=True, related_name="trial")
    product = models.CharField(_("what is tested"), max_length=120, blank=True)
    about = models.TextField(_("what it is about"), max_length=LONGEST_ABOUT, blank=True)
    # What an application answers, in order.
    questions = models.JSONField(_("questions"), default=list, blank=True)
    places = models.PositiveSmallIntegerField(pgettext_lazy("of a test", "places"), default=20)
    # Days by the community’s clocks. None: until somebody closes the test.
    applies_until = models.DateField(_("applications until"), null=True, blank=True)
    starts_on = models.DateField(_("first day"), null=True, blank=True)
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    pledge = models.PositiveIntegerField(default=0)
    announced_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    report_for = models.CharField(_("who reads the report"), max_length=7, choices=ReportFor, blank=True)
    words = models.TextField(_("what came of it"), max_length=LONGEST_WORDS, blank=True)
    figures = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = TrialManager()

    class Meta:
        verbose_name = _("beta test")
        verbose_name_plural = _("beta tests")
        constraints = [
            models.UniqueConstraint(fields=["community", "space"], name="trial_owned"),
            models.CheckConstraint(condition=Q(places__gte=1, places__lte=MOST_PLACES), name="trial_places"),
            models.CheckConstraint(
                condition=Q(announced_at__isnull=True) | Q(pledge__gte=1), name="trial_pledge"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, report_for="")
                | Q(closed_at__isnull=False, announced_at__isnull=False, report_for__in=["testers", "all"]),
                name="trial_closed",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True)
                | Q(starts_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="trial_days",
            ),
        ]
        indexes = [
            models.Index(
                fields=["community", "-announced_at", "-space"],
                name="trial_announced",
                condition=Q(announced_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.product or str(self.space_id)

    @property
    def is_announced(self) -> bool:
        return self.announced_at is not None

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None

    @property
    def goes_on(self) -> bool:
        return self.is_announced and not self.is_closed

    def takes_applications(self, today: datetime.date) -> bool:
        return self.goes_on and (self.applies_until is None or today <= self.applies_until)

    def takes_feedback(self, today: datetime.date) -> bool:
        """From its first day on, until it is closed: what is found after the last day is welcome, too. Before it is
        announced nobody but the team reads its space."""
        return not self.is_closed and (self.starts_on is None or today >= self.starts_on)


class Pledge(CommunityOwned):
    """One version of what testers promise to keep to themselves. Never changed: who accepted it reads what it was."""

    trial = OwnedForeignKey(Trial, models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    text = models.TextField(_("confidentiality"), max_length=LONGEST_PLEDGE)
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("confidentiality agreement")
        verbose_name_plural = _("confidentiality agreements")
        constraints = [
            models.UniqueConstraint(fields=["trial", "number"], name="pledge_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="pledge_number"),
        ]

    def __str__(self) -> str:
        return f"{self.trial_id} {self.number}"


class Participant(CommunityOwned):
    """Somebody’s way through a test: applied, chosen or not, inside from the moment they accept its text, gone.

    `place` is the number of their place among those of the test: nobody else has the same, so that the last one is
    given once. `agreed` is the version of the text that they accepted, `agreed_at` when.
    """

    class State(models.TextChoices):
        APPLIED = "applied", pgettext_lazy("of an application", "New")
        WAITING = "waiting", pgettext_lazy("of an application", "Waiting list")
        ACCEPTED = "accepted", pgettext_lazy("of an application", "Chosen")
        DECLINED = "declined", pgettext_lazy("of an application", "Declined")
        WITHDRAWN = "gone", pgettext_lazy("of an application", "Withdrawn")
        LEFT = "left", pgettext_lazy("of an application", "Left the test")
        REMOVED = "removed", pgettext_lazy("of an application", "Taken out of the test")

    # Whom the team can still choose, and who may apply again.
    CHOOSABLE = ("applied", "waiting", "declined", "removed")
    MAY_RETURN = ("gone", "left")

    trial = OwnedForeignKey(Trial, models.CASCADE, related_name="testers")
    membership = OwnedForeignKey(Membership, models.CASCADE, related_name="+")
    state = models.CharField(max_length=8, choices=State, default=State.APPLIED)
    answers = models.JSONField(_("answers"), default=list, blank=True)
    place = models.PositiveSmallIntegerField(null=True, blank=True)
    applied_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    agreed = models.PositiveIntegerField(null=True, blank=True)
    agreed_at = models.DateTimeField(null=True, blank=True)
    # Moves with each state, so that each is told once.
    version = models.PositiveIntegerField(default=1)

    objects = ParticipantManager()

    personal = (
        Personal(
            "membership",
            DELETE,
            exported_as="beta_tests",
            why="Who has left tries nothing here; the place is free for somebody else.",
        ),
        Personal("decided_by", KEEP, why="Who ran the place: the team’s own record, without the name."),
    )

    class Meta:
        verbose_name = _("tester")
        verbose_name_plural = _("testers")
        constraints = [
            models.UniqueConstraint(fields=["trial", "membership"], name="tester_once"),
            models.UniqueConstraint(fields=["trial", "place"], name="tester_place_once"),
            models.CheckConstraint(
                condition=Q(
                    state__in=["applied", "waiting", "accepted", "declined", "gone", "left", "removed"]
                ),
                name="tester_state",
            ),
            models.CheckConstraint(
                condition=Q(state="accepted", place__gte=1) | (~Q(state="accepted") & Q(place__isnull=True)),
                name="tester_place",
            ),
            models.CheckConstraint(
                condition=Q(agreed__isnull=True, agreed_at__isnull=True)
                | Q(agreed__isnull=False, agreed_at__isnull=False),
                name="tester_agreed",
            ),
        ]
        indexes = [
            models.Index(fields=["trial", "state", "applied_at", "id"], name="tester_line"),
            models.Index(fields=["membership", "trial"], name="tester_of"),
            models.Index(
                fields=["community", "applied_at", "id"], name="tester_new", condition=Q(state="applied")
            ),
            models.Index(fields=["decided_by"], name="tester_by", condition=Q(decided_by__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.membership_id} in {self.trial_id}: {self.state}"

    @property
    def is_accepted(self) -> bool:
        return self.state == self.State.ACCEPTED

    @property
    def is_choosable(self) -> bool:
        return self.state in self.CHOOSABLE

    @property
    def may_withdraw(self) -> bool:
        return self.state in (self.State.APPLIED, self.State.WAITING)

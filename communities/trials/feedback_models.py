"""What is given to testers to try, what they find, and who else has found the same."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from communities.content.models import Thread
from communities.fields import OwnedForeignKey, OwnedOneToOneField
from communities.models import Membership
from communities.scoping import CommunityOwned
from communities.trials.managers import AlsoManager, FeedbackManager
from members.personal import DETACH, KEEP, Personal

LONGEST_CHANGES, LONGEST_TO_TRY, LONGEST_ENVIRONMENT = 6000, 3000, 200  # characters


class Release(CommunityOwned):
    """One version that testers get: what changed, where it is, what to try, one thing in each line of `to_try`."""

    trial = OwnedForeignKey("trials.Trial", models.CASCADE, related_name="+")
    name = models.CharField(_("version"), max_length=40)
    changes = models.TextField(_("what changed"), max_length=LONGEST_CHANGES)
    url = models.URLField(_("where to get it"), max_length=500, blank=True)
    to_try = models.TextField(_("what to try"), max_length=LONGEST_TO_TRY, blank=True)
    released_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        constraints = [
            models.UniqueConstraint(fields=["community", "id"], name="release_owned"),
            models.UniqueConstraint(fields=["trial", "name"], name="release_name_once"),
        ]
        indexes = [models.Index(fields=["trial", "-id"], name="release_newest")]

    def __str__(self) -> str:
        return self.name

    @property
    def things_to_try(self) -> list[str]:
        return [line.strip() for line in self.to_try.splitlines() if line.strip()]


class Feedback(CommunityOwned):
    """What a report has beyond its thread. `people` are those who said that they have it, too, besides its author.

    One that is the same as another points to it (`same_as`), and whoever has it counts there.
    """

    class Severity(models.TextChoices):
        BLOCKING = "blocking", pgettext_lazy("of feedback", "Blocking")
        MAJOR = "major", pgettext_lazy("of feedback", "Major")
        MINOR = "minor", pgettext_lazy("of feedback", "Minor")
        WISH = "wish", pgettext_lazy("of feedback", "Wish")

    class State(models.TextChoices):
        NEW = "new", pgettext_lazy("of feedback", "New")
        CONFIRMED = "confirmed", pgettext_lazy("of feedback", "Confirmed")
        MENDED = "mended", pgettext_lazy("of feedback", "Fixed")
        DECLINED = "declined", pgettext_lazy("of feedback", "Stays as it is")

    thread = OwnedOneToOneField(Thread, models.CASCADE, primary_key=True, related_name="feedback")
    trial = OwnedForeignKey("trials.Trial", models.CASCADE, related_name="+")
    severity = models.CharField(_("severity"), max_length=8, choices=Severity, default=Severity.MINOR)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.NEW)
    found_in = OwnedForeignKey(Release, models.SET_NULL, null=True, blank=True, related_name="+")
    environment = models.CharField(_("environment"), max_length=LONGEST_ENVIRONMENT, blank=True)
    # A release goes with its test alone.
    mended_in = OwnedForeignKey(Release, models.CASCADE, null=True, blank=True, related_name="+")
    same_as = OwnedForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    people = models.PositiveIntegerField(default=0)

    objects: ClassVar[Any] = FeedbackManager()

    class Meta:
        verbose_name = _("feedback")
        verbose_name_plural = _("feedback")
        constraints = [
            models.UniqueConstraint(fields=["community", "thread"], name="feedback_owned"),
            models.CheckConstraint(
                condition=Q(severity__in=["blocking", "major", "minor", "wish"]), name="feedback_severity"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["new", "confirmed", "mended", "declined"]), name="feedback_state"
            ),
            models.CheckConstraint(
                condition=Q(state="mended", mended_in__isnull=False)
                | (~Q(state="mended") & Q(mended_in__isnull=True)),
                name="feedback_mended",
            ),
            models.CheckConstraint(
                condition=Q(same_as__isnull=True) | ~Q(same_as=F("thread")), name="feedback_not_itself"
            ),
        ]
        indexes = [
            models.Index(fields=["trial", "-thread"], name="feedback_newest"),
            models.Index(fields=["trial", "state", "-thread"], name="feedback_by_state"),
            models.Index(fields=["trial", "severity", "-thread"], name="feedback_by_severity"),
            models.Index(
                fields=["community", "thread"],
                name="feedback_untouched",
                condition=Q(severity="blocking", state="new", same_as__isnull=True),
            ),
            models.Index(fields=["found_in"], name="feedback_found", condition=Q(found_in__isnull=False)),
            models.Index(fields=["mended_in"], name="feedback_fixed", condition=Q(mended_in__isnull=False)),
            models.Index(fields=["same_as"], name="feedback_same", condition=Q(same_as__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.thread_id}: {self.severity}, {self.state}"

    @property
    def is_double(self) -> bool:
        return self.same_as_id is not None


class Also(CommunityOwned):
    """That somebody has what a report says, too; `came_with` the report that they said it of, if that was the same."""

    feedback = OwnedForeignKey(Feedback, models.CASCADE, related_name="+")
    person = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    came_with = OwnedForeignKey(Feedback, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[Any] = AlsoManager()

    personal = (
        Personal(
            "person",
            KEEP,
            with_texts=DETACH,
            why="It stays counted, as others have read it; it leads to nobody once its person is gone.",
        ),
    )

    class Meta:
        verbose_name = _("report of the same")
        verbose_name_plural = _("reports of the same")
        constraints = [models.UniqueConstraint(fields=["feedback", "person"], name="also_once")]
        indexes = [
            models.Index(fields=["person"], name="also_by", condition=Q(person__isnull=False)),
            models.Index(fields=["came_with"], name="also_came", condition=Q(came_with__isnull=False)),
            models.Index(fields=["community", "at"], name="also_day"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} has {self.feedback_id}"

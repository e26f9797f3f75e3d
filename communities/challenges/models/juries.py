"""Who judges, and what they say of each entry."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.challenges.models.challenges import Challenge
from communities.challenges.models.entries import Entry
from communities.fields import OwnedForeignKey
from communities.models import Membership
from communities.scoping import CommunityOwned, ScopedManager, ScopedQuerySet
from members.personal import DELETE, Personal

# Marks are whole, from 1 to this.
BEST_MARK = 10


class JurorQuerySet(ScopedQuerySet["Juror"]):
    def of(self, challenge: Challenge | int) -> JurorQuerySet:
        return self.filter(challenge=challenge)

    def sitting(self) -> JurorQuerySet:
        """Those who said yes and are here."""
        return self.filter(accepted_at__isnull=False, membership__status=Membership.Status.ACTIVE)


JurorManager = ScopedManager.from_queryset(JurorQuerySet)


class Juror(CommunityOwned):
    """Somebody who was asked to judge a challenge; who declines has no row any more."""

    challenge = OwnedForeignKey(Challenge, models.CASCADE, related_name="jurors")
    membership = OwnedForeignKey(Membership, models.CASCADE, related_name="+")
    invited_at = models.DateTimeField(default=timezone.now)
    told_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)

    objects = JurorManager()

    personal = (
        Personal(
            "membership",
            DELETE,
            exported_as="challenge_juries",
            why="Who has left does not judge. Means of decided challenges stay, without names.",
        ),
    )

    class Meta:
        verbose_name = _("juror")
        verbose_name_plural = _("jurors")
        constraints = [
            models.UniqueConstraint(fields=["community", "id"], name="juror_owned"),
            models.UniqueConstraint(fields=["challenge", "membership"], name="challenge_juror_once"),
        ]
        indexes = [models.Index(fields=["membership"], name="juror_of")]

    def __str__(self) -> str:
        return f"juror {self.membership_id} of {self.challenge_id}"

    @property
    def has_accepted(self) -> bool:
        return self.accepted_at is not None


class AssessmentQuerySet(ScopedQuerySet["Assessment"]):
    def counting(self, challenge: Challenge | int) -> AssessmentQuerySet:
        """Marks of those who sit, for entries of others."""
        rows = self.filter(
            juror__challenge=challenge,
            juror__accepted_at__isnull=False,
            juror__membership__status=Membership.Status.ACTIVE,
            abstains=False,
        )
        return rows.exclude(entry__membership=models.F("juror__membership"))


AssessmentManager = ScopedManager.from_queryset(AssessmentQuerySet)


class Assessment(CommunityOwned):
    """What a juror says of an entry: a mark for each criterion, or that they abstain for being too close to it."""

    juror = OwnedForeignKey(Juror, models.CASCADE, related_name="assessments")
    entry = OwnedForeignKey(Entry, models.CASCADE, related_name="assessments")
    marks = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    abstains = models.BooleanField(default=False)
    made_at = models.DateTimeField(default=timezone.now)

    objects = AssessmentManager()

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        constraints = [
            models.UniqueConstraint(fields=["juror", "entry"], name="assessment_once"),
            models.CheckConstraint(
                condition=Q(abstains=True, marks__len=0) | Q(abstains=False, marks__len__gte=1),
                name="assessment_said",
            ),
        ]
        indexes = [
            models.Index(fields=["entry"], name="assessment_entry"),
            models.Index(fields=["juror"], name="assessment_abstained", condition=Q(abstains=True)),
        ]

    def __str__(self) -> str:
        return f"{self.juror_id} on {self.entry_id}"

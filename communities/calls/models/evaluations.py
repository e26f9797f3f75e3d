"""What one juror says of one application: scores, or that they may not judge it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.calls.models.applications import Application
from communities.fields import OwnedForeignKey
from communities.models import Membership
from communities.scoping import CommunityOwned
from members.personal import DETACH, KEEP, Personal


class Evaluation(CommunityOwned):
    """A score for each criterion of the call, in their order; none where the juror has declared a conflict of
    interest, and reads no more of this application."""

    application = OwnedForeignKey(Application, models.CASCADE, related_name="evaluations")
    juror = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    scores = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    conflict = models.BooleanField(default=False)
    sent_at = models.DateTimeField(default=timezone.now)

    personal = (
        Personal(
            "juror",
            KEEP,
            with_texts=DETACH,
            exported_as="jury_scores",
            why="A score stays in the mean that was decided by; it leads to nobody once its person is gone.",
        ),
    )

    class Meta:
        verbose_name = _("evaluation")
        verbose_name_plural = _("evaluations")
        constraints = [
            models.UniqueConstraint(fields=["community", "id"], name="evaluation_owned"),
            models.UniqueConstraint(fields=["application", "juror"], name="evaluation_once"),
            models.CheckConstraint(
                condition=Q(conflict=False) | Q(scores__len=0), name="review_without_conflict"
            ),
        ]
        indexes = [
            models.Index(fields=["juror"], name="evaluation_by", condition=Q(juror__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.juror_id} on {self.application_id}"

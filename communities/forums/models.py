"""What a question has beyond a thread."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from communities.content.models import Post, Thread
from communities.fields import OwnedForeignKey, OwnedOneToOneField
from communities.models import Membership
from communities.scoping import CommunityOwned
from members.personal import KEEP, Personal

# The names that rows carry.
FORUM = "forum"
TOPIC, QUESTION, ANNOUNCEMENT = KINDS = ("topic", "question", "announcement")


class Question(CommunityOwned):
    """A question's accepted answer: the one its asker confirmed."""

    thread = OwnedOneToOneField(Thread, models.CASCADE, primary_key=True, related_name="question")
    accepted = OwnedForeignKey(Post, models.SET_NULL, null=True, blank=True, related_name="+")
    accepted_by = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)

    personal = (
        Personal("accepted_by", KEEP, why="That an answer was confirmed stays true for its readers."),
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["accepted_by"],
                name="question_accepted_by",
                condition=models.Q(accepted_by__isnull=False),
            )
        ]
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints = [models.UniqueConstraint(fields=["accepted"], name="question_accepted_once")]

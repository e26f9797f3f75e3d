"""How far an article is on its way past an editor, what was noted beside it, and what a blog asks of each."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from communities.content.models import Space, Thread
from communities.fields import OwnedForeignKey, OwnedOneToOneField
from communities.models import Membership
from communities.scoping import CommunityOwned
from members.personal import DELETE, KEEP, Personal

# Characters; a passage is as much of a paragraph as tells it from the others.
LONGEST_NOTE, LONGEST_WORDS, LONGEST_PASSAGE = 2_000, 200, 400
LONGEST_LINE, MOST_LINES = 160, 12


class ArticleReview(CommunityOwned):
    """Where an article stands between its authors and the editors of its blog: one row, which goes with the article."""

    class State(models.TextChoices):
        SUBMITTED = "submitted", _("With the editors")
        RETURNED = "returned", _("Returned with notes")
        TAKEN_BACK = "taken", _("Taken back by its author")
        APPROVED = "approved", pgettext_lazy("article", "Approved")

    thread = OwnedOneToOneField(Thread, models.CASCADE, primary_key=True, related_name="article_review")
    state = models.CharField(_("state"), max_length=9, choices=State)
    # How often it was sent: notes, and what people are told, belong to one round.
    round = models.PositiveSmallIntegerField(default=1)
    submitted_by = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    submitted_at = models.DateTimeField(default=timezone.now)
    decided_by = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    # Lines of the checklist that its author ticked, as they read then.
    ticked = ArrayField(models.CharField(max_length=LONGEST_LINE), size=MOST_LINES, default=list, blank=True)

    personal = (
        Personal(
            "submitted_by",
            KEEP,
            exported_as="articles_submitted",
            why="Where an article stands is a fact of the article, which says who wrote it.",
        ),
        Personal("decided_by", KEEP, why="An act for the blog; it names a former member."),
    )

    class Meta:
        verbose_name = _("review of an article")
        verbose_name_plural = _("reviews of articles")
        constraints = [
            models.UniqueConstraint(fields=["community", "thread"], name="article_review_owned"),
            models.CheckConstraint(
                condition=Q(state__in=["submitted", "returned", "taken", "approved"]), name="review_state"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["submitted", "taken"]) | Q(decided_at__isnull=False),
                name="review_decided_at",
            ),
        ]
        indexes = [
            # What waits for the editors, the oldest first.
            models.Index(
                fields=["community", "submitted_at", "thread"],
                name="review_queue",
                condition=Q(state="submitted"),
            ),
            models.Index(
                fields=["submitted_by"], name="review_sent_by", condition=Q(submitted_by__isnull=False)
            ),
            models.Index(
                fields=["decided_by"], name="review_decided_by", condition=Q(decided_by__isnull=False)
            ),
        ]

    @property
    def is_submitted(self) -> bool:
        return self.state == self.State.SUBMITTED


class ReviewNote(CommunityOwned):
    """What an editor says of an article: beside one of its paragraphs, or of all of it (`passage` is empty)."""

    review = OwnedForeignKey(ArticleReview, models.CASCADE, related_name="notes")
    author = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    # How the paragraph read; it is found again by that, wherever it stands by now.
    passage = models.CharField(max_length=LONGEST_PASSAGE, blank=True)
    # The words of it that are meant; empty: all of it.
    about = models.CharField(max_length=LONGEST_WORDS, blank=True)
    words = models.TextField(max_length=LONGEST_NOTE)
    round = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    settled_by = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)

    personal = (
        Personal(
            "author",
            KEEP,
            with_texts=DELETE,
            exported_as="review_notes",
            why="What was asked of an article stays readable for those who work on it; it is a text of its author.",
        ),
        Personal("settled_by", KEEP, why="That a note is settled stays true, whoever settled it."),
    )

    class Meta:
        verbose_name = _("note about an article")
        verbose_name_plural = _("notes about articles")
        constraints = [models.UniqueConstraint(fields=["community", "id"], name="review_note_owned")]
        indexes = [
            models.Index(fields=["review", "id"], name="review_note_of"),
            models.Index(fields=["author"], name="review_note_by", condition=Q(author__isnull=False)),
            models.Index(
                fields=["settled_by"], name="review_note_settled", condition=Q(settled_by__isnull=False)
            ),
        ]


class Checklist(CommunityOwned):
    """What the authors of a blog confirm when they send an article to its editors, line by line."""

    space = OwnedOneToOneField(Space, models.CASCADE, primary_key=True, related_name="+")
    lines = ArrayField(models.CharField(max_length=LONGEST_LINE), size=MOST_LINES, default=list, blank=True)

    class Meta:
        verbose_name = _("checklist of a blog")
        verbose_name_plural = _("checklists of blogs")

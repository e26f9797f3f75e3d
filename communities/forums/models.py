"""What a question has beyond a thread."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.content.models import Post, Thread
from communities.fields import OwnedForeignKey, OwnedOneToOneField
from communities.models import Membership
from communities.scoping import CommunityOwned
from members.personal import DELETE, KEEP, Personal

# The names that rows carry.
FORUM = "forum"
TOPIC, QUESTION, ANNOUNCEMENT = KINDS = ("topic", "question", "announcement")


class Question(CommunityOwned):
    """How far a question is: the answer that its asker confirmed, or that they found one elsewhere."""

    thread = OwnedOneToOneField(Thread, models.CASCADE, primary_key=True, related_name="question")
    accepted = OwnedForeignKey(Post, models.SET_NULL, null=True, blank=True, related_name="+")
    accepted_by = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)
    # Since when it is solved without one of its answers: whoever asked said so.
    solved_alone_at = models.DateTimeField(null=True, blank=True)
    # When whoever asked is asked whether it is solved. Planned once, with the first answer, which makes this row where
    # there is none; nothing once they were asked, or have said something.
    ask_at = models.DateTimeField(null=True, blank=True, editable=False)

    personal = (
        Personal("accepted_by", KEEP, why="That an answer was confirmed stays true for its readers."),
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["accepted_by"],
                name="question_accepted_by",
                condition=models.Q(accepted_by__isnull=False),
            ),
            models.Index(fields=["ask_at"], name="question_ask", condition=models.Q(ask_at__isnull=False)),
        ]
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints = [models.UniqueConstraint(fields=["accepted"], name="question_accepted_once")]


class SameQuestion(CommunityOwned):
    """A question that is closed because another one asks the same. That other one is not closed itself as long as both
    can be read, so no chain and no circle comes of it: whoever stores one holds both threads. `Thread.is_double`
    follows by a trigger."""

    thread = OwnedOneToOneField(Thread, models.CASCADE, primary_key=True, related_name="same_question")
    original = OwnedForeignKey(Thread, models.CASCADE, related_name="+")
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    closed_by = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(default=timezone.now)

    personal = (
        Personal("closed_by", KEEP, why="That a question was closed, and why, stays true for its readers."),
    )

    class Meta:
        verbose_name = _("same question")
        verbose_name_plural = _("same questions")
        indexes = [
            models.Index(fields=["original", "-closed_at"], name="same_question_original"),
            models.Index(
                fields=["closed_by"],
                name="same_question_closed_by",
                condition=models.Q(closed_by__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(thread=models.F("original")), name="same_question_of_another"
            )
        ]


class AssignedThread(CommunityOwned):
    """A thread that somebody of the team is to answer, by a day."""

    thread = OwnedOneToOneField(Thread, models.CASCADE, primary_key=True, related_name="assignment")
    assignee = OwnedForeignKey(Membership, models.CASCADE, related_name="+")
    due_on = models.DateField(_("answer by"))
    # When whoever has it is reminded; nothing once they were, or where they hear of it on that very day.
    remind_at = models.DateTimeField(null=True, blank=True, editable=False)
    assigned_by = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    assigned_at = models.DateTimeField(default=timezone.now)

    personal = (
        Personal(
            "assignee",
            DELETE,
            exported_as="assigned_threads",
            why="What somebody was to answer is nobody’s once they have gone.",
        ),
        Personal("assigned_by", KEEP, why="An act of the team; it names a former member."),
    )

    class Meta:
        verbose_name = _("assigned thread")
        verbose_name_plural = _("assigned threads")
        indexes = [
            models.Index(fields=["assignee", "due_on"], name="assigned_thread_to"),
            models.Index(
                fields=["remind_at"],
                name="assigned_thread_due",
                condition=models.Q(remind_at__isnull=False),
            ),
            models.Index(
                fields=["assigned_by"],
                name="assigned_thread_by",
                condition=models.Q(assigned_by__isnull=False),
            ),
        ]


class AskedHelper(CommunityOwned):
    """A member who was asked, once, to answer a question because they had answered one of its tags."""

    thread = OwnedForeignKey(Thread, models.CASCADE, related_name="+")
    membership = OwnedForeignKey(Membership, models.CASCADE, related_name="+")
    asked_by = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)

    personal = (
        Personal("membership", DELETE, exported_as="asked_to_answer", why="Nobody is left who could answer."),
        Personal("asked_by", KEEP, why="That somebody was asked stays true; it names a former member."),
    )

    class Meta:
        verbose_name = _("asked member")
        verbose_name_plural = _("asked members")
        indexes = [
            models.Index(fields=["membership", "-asked_at"], name="asked_helper_of"),
            models.Index(
                fields=["asked_by"],
                name="asked_helper_by",
                condition=models.Q(asked_by__isnull=False),
            ),
        ]
        constraints = [models.UniqueConstraint(fields=["thread", "membership"], name="asked_helper_once")]


class FeaturedThread(CommunityOwned):
    """A thread that stands out on top of its space and on the home page, until a moment if one was said."""

    thread = OwnedOneToOneField(Thread, models.CASCADE, primary_key=True, related_name="featured")
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    featured_by = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    featured_at = models.DateTimeField(default=timezone.now)

    personal = (Personal("featured_by", KEEP, why="An act of the team; it names a former member."),)

    class Meta:
        verbose_name = _("featured thread")
        verbose_name_plural = _("featured threads")
        indexes = [
            models.Index(fields=["community", "-featured_at"], name="featured_thread_newest"),
            models.Index(
                fields=["featured_by"],
                name="featured_thread_by",
                condition=models.Q(featured_by__isnull=False),
            ),
        ]

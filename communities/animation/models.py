"""What the team did about the matters of a day, and how newcomers were received."""

from __future__ import annotations

import datetime
from collections.abc import Collection

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.content.models import Post
from communities.fields import OwnedForeignKey
from communities.models import Membership
from communities.scoping import CommunityOwned, ScopedManager, ScopedQuerySet
from members.personal import DELETE, KEEP, Personal

# What rests longer than any source asks for; older lines say nothing about today.
LONGEST_REST = datetime.timedelta(days=90)
# So long as the log of automations is kept: what one of them assigned is undone from there.
HANDLING_KEPT = datetime.timedelta(days=400)


class HandlingQuerySet(ScopedQuerySet["Handling"]):
    def standing(self) -> HandlingQuerySet:
        """Of each matter what was done last and not taken back: how it stands now."""
        newer = Handling.objects.filter(
            source=OuterRef("source"),
            key=OuterRef("key"),
            number__gt=OuterRef("number"),
            undone_at__isnull=True,
        )
        return self.filter(~Exists(newer), undone_at__isnull=True)

    def of(self, source: str, key: str) -> HandlingQuerySet:
        return self.filter(source=source, key=key)

    def since(self, at: datetime.datetime) -> HandlingQuerySet:
        return self.filter(at__gte=at)

    def old(self, now: datetime.datetime) -> HandlingQuerySet:
        """What says nothing any more, of Today or of last week."""
        return self.filter(at__lt=now - HANDLING_KEPT)


HandlingManager = ScopedManager.from_queryset(HandlingQuerySet)


class Handling(CommunityOwned):
    """One act about a matter of Today. Never changed but to be taken back; the newest of a matter says how it stands.

    `number` counts the acts about one matter, those taken back too: whoever saw another number is told that somebody
    was faster.
    """

    class Act(models.TextChoices):
        DONE = "done", _("Done")
        POSTPONED = "postponed", _("Postponed")
        GIVEN = "given", _("Given to somebody")

    source = models.CharField(max_length=24)
    key = models.CharField(max_length=60)
    number = models.PositiveIntegerField()
    act = models.CharField(max_length=9, choices=Act)
    by = OwnedForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    # Until when it rests: of what is done, how long nobody is reminded; of what is postponed, until it comes back.
    until = models.DateTimeField(null=True, blank=True)
    # With whom it is; whoever postpones what was given to them keeps it.
    to = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    # How long it was estimated to take, where it was done.
    minutes = models.PositiveSmallIntegerField(default=0)
    # Done on Today itself, by the service of the act: that is taken back where it is, not here.
    carried_out = models.BooleanField(default=False)
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = HandlingManager()

    personal = (
        Personal("by", KEEP, why="Who ran the place: the team’s own record, without the name."),
        Personal("to", KEEP, why="With whom it was; of whoever has left it goes back to all."),
    )

    class Meta:
        verbose_name = _("act of a day")
        verbose_name_plural = _("acts of a day")
        constraints = [
            models.UniqueConstraint(fields=["community", "source", "key", "number"], name="handling_in_turn"),
            models.CheckConstraint(condition=Q(act__in=["done", "postponed", "given"]), name="handling_act"),
            models.CheckConstraint(
                condition=~Q(act="given") | Q(undone_at__isnull=False) | Q(until__isnull=True),
                name="handling_given_at_once",
            ),
        ]
        indexes = [
            models.Index(fields=["community", "-at", "-id"], name="handling_newest"),
            # Of all communities, for the job that forgets old ones.
            models.Index(fields=["at"], name="handling_old"),
            models.Index(fields=["by"], name="handling_by", condition=Q(by__isnull=False)),
            models.Index(fields=["to"], name="handling_to", condition=Q(to__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.key} {self.act}"

    @property
    def rests(self) -> bool:
        return self.until is not None and self.until > timezone.now()


class WelcomeQuerySet(ScopedQuerySet["Welcome"]):
    def of(self, people: Collection[int]) -> WelcomeQuerySet:
        return self.filter(membership__in=people)

    def greeted(self) -> WelcomeQuerySet:
        return self.filter(greeted_at__isnull=False)


WelcomeManager = ScopedManager.from_queryset(WelcomeQuerySet)


class Welcome(CommunityOwned):
    """How one newcomer was received: who greeted them first and how, who looks after them, the one reminder."""

    class How(models.TextChoices):
        REPLY = "reply", _("Reply to their first text")
        NOTE = "note", _("Note in bell and mail")

    membership = OwnedForeignKey(Membership, models.CASCADE, related_name="+")
    greeted_at = models.DateTimeField(null=True, blank=True)
    greeted_by = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    how = models.CharField(max_length=5, choices=How, default=How.NOTE)
    # The reply by which they were greeted, or the words of the note.
    post = OwnedForeignKey(Post, models.SET_NULL, null=True, blank=True, related_name="+")
    words = models.TextField(max_length=2000, blank=True)
    looked_after_by = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    looked_after_since = models.DateTimeField(null=True, blank=True)
    # Once, then never again.
    nudged_at = models.DateTimeField(null=True, blank=True)
    nudged_by = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    nudge = models.TextField(max_length=2000, blank=True)

    objects = WelcomeManager()

    personal = (
        Personal("membership", DELETE, exported_as="reception", why="How they were received goes with them."),
        Personal("greeted_by", KEEP, why="What was said to a newcomer is theirs; the name is no more."),
        Personal("looked_after_by", KEEP, why="Of whoever has left, the newcomer is nobody’s in particular."),
        Personal("nudged_by", KEEP, why="What was said to a newcomer is theirs; the name is no more."),
    )

    class Meta:
        verbose_name = _("welcome")
        verbose_name_plural = _("welcomes")
        constraints = [
            models.UniqueConstraint(fields=["membership"], name="welcome_once"),
            models.CheckConstraint(condition=Q(how__in=["reply", "note"]), name="welcome_how"),
        ]
        indexes = [
            models.Index(
                fields=["looked_after_by"], name="welcome_in_care", condition=Q(looked_after_by__isnull=False)
            ),
            models.Index(fields=["greeted_by"], name="welcome_by", condition=Q(greeted_by__isnull=False)),
            models.Index(fields=["nudged_by"], name="welcome_nudge", condition=Q(nudged_by__isnull=False)),
            models.Index(fields=["post"], name="welcome_post", condition=Q(post__isnull=False)),
            models.Index(
                fields=["community", "-greeted_at"],
                name="welcome_newest",
                condition=Q(greeted_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"welcome of {self.membership_id}"


class IntroductionQuerySet(ScopedQuerySet["Introduction"]):
    def of(self, people: Collection[int]) -> IntroductionQuerySet:
        return self.filter(newcomer__in=people).select_related("person").order_by("id")


IntroductionManager = ScopedManager.from_queryset(IntroductionQuerySet)


class Introduction(CommunityOwned):
    """A newcomer was introduced to a member, with the reason that both have read."""

    newcomer = OwnedForeignKey(Membership, models.CASCADE, related_name="+")
    person = OwnedForeignKey(Membership, models.CASCADE, related_name="+")
    by = OwnedForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    # What they have in common, as it was said.
    reason = models.CharField(max_length=200, blank=True)

    objects = IntroductionManager()

    personal = (
        Personal("newcomer", DELETE, exported_as="introductions", why="Of use to the two of them only."),
        Personal("person", DELETE, exported_as="introduced_to", why="Of use to the two of them only."),
        Personal("by", KEEP, why="Who brought them together, without the name."),
    )

    class Meta:
        verbose_name = _("introduction")
        verbose_name_plural = _("introductions")
        constraints = [
            models.UniqueConstraint(fields=["newcomer", "person"], name="introduction_once"),
            models.CheckConstraint(condition=~Q(newcomer=F("person")), name="introduction_of_two"),
        ]
        indexes = [
            models.Index(fields=["person", "-at"], name="introduction_person"),
            models.Index(fields=["by"], name="introduction_by", condition=Q(by__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.newcomer_id} to {self.person_id}"

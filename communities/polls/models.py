"""A poll under a text, and who has voted. An anonymous vote is kept as a sum alone."""

from __future__ import annotations

import datetime
import hashlib
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.content.models import Thread
from communities.fields import OwnedForeignKey, OwnedOneToOneField
from communities.models import Membership
from communities.scoping import CommunityOwned, ScopedManager, ScopedQuerySet
from members.personal import DETACH, KEEP, Personal

LEAST_OPTIONS, MOST_OPTIONS = 2, 12
LONGEST_QUESTION, LONGEST_OPTION = 200, 120  # characters


class PollQuerySet(ScopedQuerySet["Poll"]):
    def of_threads(self, threads: Any) -> PollQuerySet:
        return self.filter(thread__in=threads)

    def over_and_untold(self, at: datetime.datetime) -> PollQuerySet:
        """Those that have closed, and whose end nobody has been told."""
        return self.filter(told_at__isnull=True, closes_at__lte=at).order_by("closes_at", "pk")

    def closing_after(self, at: datetime.datetime) -> PollQuerySet:
        return self.filter(closes_at__gt=at)


PollManager = ScopedManager.from_queryset(PollQuerySet)


class Poll(CommunityOwned):
    """A question and what one may answer. Answers are known by their place in `options`, the first being 0.

    `votes` has for each of them how many ballots name it; of a ranked poll, how many name it first. `rankings` has for
    each order in which somebody ranked ("2,0,1") how many did. It is closed by its hour, without anybody closing it:
    who closes it earlier sets that hour.
    """

    class Way(models.TextChoices):
        ONE = "one", _("One answer")
        SEVERAL = "several", _("Several answers")
        RANKED = "ranked", _("Ranked: everybody puts the answers in order")

    class Shown(models.TextChoices):
        ALWAYS = "always", _("To everybody, at any time")
        VOTED = "voted", _("To those who have voted; to everybody once it is closed")
        CLOSED = "closed", _("Once it is closed")

    # What `Thread.inset` says of a thread that has one.
    INSET = "poll"

    thread = OwnedOneToOneField(Thread, models.CASCADE, related_name="poll")
    # Empty where the title of the thread asks it.
    question = models.CharField(_("question"), max_length=LONGEST_QUESTION, blank=True)
    options = ArrayField(models.CharField(max_length=LONGEST_OPTION), verbose_name=_("answers"))
    language = models.CharField(max_length=8)
    way = models.CharField(_("how one votes"), max_length=7, choices=Way, default=Way.ONE)
    # Of several answers, how many at most.
    most = models.PositiveSmallIntegerField(_("at most"), default=1)
    shown = models.CharField(_("result"), max_length=6, choices=Shown, default=Shown.VOTED)
    named = models.BooleanField(_("by name"), default=False)
    changeable = models.BooleanField(_("can be changed"), default=False)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    votes = ArrayField(models.PositiveIntegerField())
    rankings = models.JSONField(default=dict)
    ballots = models.PositiveIntegerField(default=0)
    # Moves with whatever changes it, a vote included.
    version = models.PositiveIntegerField(default=1)
    told_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = PollManager()

    class Meta:
        verbose_name = _("poll")
        verbose_name_plural = _("polls")
        constraints = [
            models.UniqueConstraint(fields=["community", "id"], name="poll_owned"),
            models.CheckConstraint(
                condition=Q(options__len__gte=LEAST_OPTIONS, options__len__lte=MOST_OPTIONS),
                name="poll_options",
            ),
            models.CheckConstraint(condition=Q(votes__len=F("options__len")), name="poll_votes"),
            models.CheckConstraint(
                condition=Q(most=1) | Q(way="several", most__gte=1, most__lte=F("options__len")),
                name="poll_most",
            ),
            models.CheckConstraint(
                condition=Q(way__in=["one", "several", "ranked"], shown__in=["always", "voted", "closed"]),
                name="poll_words",
            ),
            # Whoever could change an anonymous vote would have to be found beside it.
            models.CheckConstraint(
                condition=Q(changeable=False) | Q(named=True), name="poll_changed_by_name"
            ),
            models.CheckConstraint(
                condition=Q(told_at__isnull=True) | Q(closes_at__isnull=False), name="poll_told_when_over"
            ),
        ]
        indexes = [
            models.Index(
                fields=["closes_at"],
                name="poll_over",
                condition=Q(told_at__isnull=True, closes_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.question or ", ".join(self.options)

    @property
    def is_open(self) -> bool:
        return self.closes_at is None or self.closes_at > timezone.now()

    @property
    def is_ranked(self) -> bool:
        return self.way == self.Way.RANKED

    @property
    def said(self) -> tuple[object, ...]:
        """What people vote on: what they read, and what was said of their vote before they gave it."""
        return (
            self.question, tuple(self.options), self.way, self.most, self.shown, self.named, self.changeable,
        )  # fmt: skip

    @property
    def mark(self) -> str:
        """The same in twelve letters: a ballot carries it, so that it is counted for what its voter has read."""
        return hashlib.sha256(repr(self.said).encode()).hexdigest()[:12]

    def can_choose(self) -> int:
        """How many answers a ballot names at most."""
        return {self.Way.ONE: 1, self.Way.SEVERAL: self.most}.get(self.Way(self.way), len(self.options))


class BallotQuerySet(ScopedQuerySet["Ballot"]):
    def newest(self, below: int | None = None) -> BallotQuerySet:
        rows = self.order_by("-pk")
        return rows if below is None else rows.filter(pk__lt=below)


BallotManager = ScopedManager.from_queryset(BallotQuerySet)


class Ballot(CommunityOwned):
    """That somebody has voted; what, only in a poll by name, ranked answers in their order."""

    poll = OwnedForeignKey(Poll, models.CASCADE, related_name="+")
    voter = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    choices = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    cast_at = models.DateTimeField(default=timezone.now)

    objects = BallotManager()

    personal = (
        Personal(
            "voter",
            KEEP,
            with_texts=DETACH,
            why="A vote stays counted, as others have read it; it leads to nobody once its person is gone.",
        ),
    )

    class Meta:
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        constraints = [models.UniqueConstraint(fields=["poll", "voter"], name="ballot_once")]
        indexes = [
            models.Index(fields=["poll", "-id"], name="ballot_newest"),
            models.Index(fields=["voter"], name="ballot_by", condition=Q(voter__isnull=False)),
            # Since when somebody has done anything here.
            models.Index(fields=["community", "cast_at"], name="ballot_day"),
        ]

    def __str__(self) -> str:
        return f"{self.voter_id} in {self.poll_id}"

"""What a challenge has beyond a thread: its dates, how its winners are found, prizes, and the versions of its rules."""

from __future__ import annotations

import datetime

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from communities.challenges.phases import Phase, Prize, lines_of, phase_at, prizes_in
from communities.content.models import State, Thread
from communities.fields import OwnedForeignKey, OwnedOneToOneField
from communities.scoping import CommunityOwned, ScopedManager, ScopedQuerySet

# The names that rows of spaces and of threads carry.
CONTESTS, CHALLENGE, ENTRY = "contests", "challenge", "competing"
# What a challenge says of itself in words that people read.
WORDS = ("prizes", "criteria", "afterwards", "cancel_reason")
MOMENTS = ("opens_at", "closes_at", "votes_until", "result_at")
MOST_EACH, MOST_CRITERIA, MOST_FINALISTS = 20, 6, 100
LONGEST_RULES = 20_000
# Members are told so long before entries close.
CLOSING = datetime.timedelta(days=2)


def has_closed(thread: Thread) -> bool:
    """Whether a challenge takes no entries any more: what is shown of it from now on competes with nobody."""
    challenge: Challenge | None = getattr(thread, "challenge", None)
    return challenge is not None and not challenge.is_cancelled and challenge.closes_at <= timezone.now()


class ChallengeQuerySet(ScopedQuerySet["Challenge"]):
    def running(self, at: datetime.datetime) -> ChallengeQuerySet:
        """Those whose result is to come, the next one first."""
        return self.filter(result_at__gt=at).order_by("result_at", "pk")

    def over(self, at: datetime.datetime) -> ChallengeQuerySet:
        """Those that are over, the latest first."""
        return self.filter(result_at__lte=at).order_by("-result_at", "-pk")

    def open_to_entries(self, at: datetime.datetime) -> ChallengeQuerySet:
        return self.running(at).filter(opens_at__lte=at, closes_at__gt=at, cancelled_at__isnull=True)

    def due(self, at: datetime.datetime) -> ChallengeQuerySet:
        """Published ones with something to be done or told."""
        return self.filter(next_at__lte=at, thread__state=State.PUBLISHED)


ChallengeManager = ScopedManager.from_queryset(ChallengeQuerySet)


class Challenge(CommunityOwned):
    """A task with a date. Which phase it is in follows from its moments; what the clock does at each of them is done by
    a job, which keeps in `stage` how far it has come and in `next_at` when it is to look again."""

    class Way(models.TextChoices):
        """How its winners are found."""

        VOTE = "vote", _("Members vote")
        JURY = "jury", _("A jury gives marks")
        BOTH = "both", _("Members vote, then a jury marks the leading entries")
        DRAW = "draw", _("A draw that anybody can repeat")
        NONE = "none", _("Nobody wins: taking part is all")

    class Stage(models.IntegerChoices):
        """What the clock has done."""

        NOTHING = 0
        OPENED = 1
        CLOSING = 2
        VOTING = 3
        JUDGING = 4
        DECIDED = 5

    thread = OwnedOneToOneField(Thread, models.CASCADE, primary_key=True, related_name="challenge")
    opens_at = models.DateTimeField(_("entries open"))
    closes_at = models.DateTimeField(_("entries close"))
    votes_until = models.DateTimeField(_("votes close"), null=True, blank=True)
    result_at = models.DateTimeField(_("result"))
    way = models.CharField(_("how winners are chosen"), max_length=4, choices=Way, default=Way.VOTE)
    # Of those with the most votes, so many go to the jury; more where the last of them have as many votes.
    finalists = models.PositiveSmallIntegerField(
        _("how many go to the jury"),
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_FINALISTS)],
    )
    entries_each = models.PositiveSmallIntegerField(
        _("entries per member"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_EACH)],
    )
    # Kinds of threads that may be entered beside what is written for it.
    entry_kinds = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    # A line each.
    criteria = models.TextField(_("criteria"), max_length=600, blank=True)
    prizes = models.TextField(_("prizes"), max_length=2000, blank=True)
    afterwards = models.CharField(_("what happens afterwards"), max_length=500, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(_("why it was cancelled"), max_length=300, blank=True)
    # Of a draw: kept by the server until the result, while its digest is on the page from the beginning.
    seed = models.CharField(max_length=64, blank=True)
    seed_digest = models.CharField(max_length=64, blank=True)
    # The list that was drawn from, a line for each entry.
    drawn_from = models.TextField(blank=True)
    stage = models.PositiveSmallIntegerField(choices=Stage, default=Stage.NOTHING)
    next_at = models.DateTimeField(null=True, blank=True)
    # The version of the rules that those who entered know of.
    rules_told = models.PositiveSmallIntegerField(default=1)
    decided_at = models.DateTimeField(null=True, blank=True)
    # Of one that is decided: how many votes counted, given by how many.
    votes_counted = models.PositiveIntegerField(default=0)

    objects = ChallengeManager()

    class Meta:
        verbose_name = _("challenge")
        verbose_name_plural = _("challenges")
        constraints = [
            models.UniqueConstraint(fields=["community", "thread"], name="challenge_owned"),
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at"), result_at__gte=F("closes_at"))
                & (
                    Q(votes_until__isnull=True)
                    | Q(votes_until__gt=F("closes_at"), votes_until__lte=F("result_at"))
                ),
                name="challenge_moments",
            ),
            models.CheckConstraint(
                condition=Q(way__in=["vote", "both"], votes_until__isnull=False)
                | Q(way__in=["jury", "draw", "none"], votes_until__isnull=True),
                name="challenge_way",
            ),
            models.CheckConstraint(
                condition=Q(entries_each__gte=1, entries_each__lte=MOST_EACH, finalists__gte=1),
                name="challenge_numbers",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=False) | Q(cancel_reason=""), name="challenge_cancelled"
            ),
            models.CheckConstraint(
                condition=Q(seed="", seed_digest="") | ~Q(seed_digest=""), name="challenge_seed"
            ),
        ]
        indexes = [
            models.Index(fields=["community", "result_at", "thread"], name="challenge_by_result"),
            models.Index(fields=["community", "decided_at", "thread"], name="challenge_decided"),
            models.Index(fields=["next_at"], name="challenge_next", condition=Q(next_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"challenge {self.pk}"

    @property
    def phase(self) -> Phase:
        return phase_at(self, timezone.now())

    @property
    def is_cancelled(self) -> bool:
        return self.cancelled_at is not None

    @property
    def is_decided(self) -> bool:
        return self.decided_at is not None

    @property
    def has_vote(self) -> bool:
        return self.way in (self.Way.VOTE, self.Way.BOTH)

    @property
    def has_jury(self) -> bool:
        return self.way in (self.Way.JURY, self.Way.BOTH)

    @property
    def is_drawn(self) -> bool:
        return self.way == self.Way.DRAW

    @property
    def judges_from(self) -> datetime.datetime:
        """When its jury begins."""
        return self.votes_until or self.closes_at

    @property
    def takes_entries(self) -> bool:
        return self.phase == Phase.ENTER

    @property
    def takes_votes(self) -> bool:
        return self.phase == Phase.VOTE

    @property
    def takes_marks(self) -> bool:
        return self.phase == Phase.JURY

    @property
    def criteria_list(self) -> list[str]:
        return lines_of(self.criteria)

    @property
    def prize_list(self) -> list[Prize]:
        return prizes_in(self.prizes)

    @property
    def winning_places(self) -> int:
        """How many places win something."""
        return 0 if self.way == self.Way.NONE else sum(one.number for one in self.prize_list)


class RulesQuerySet(ScopedQuerySet["Rules"]):
    def of(self, challenge: Challenge) -> RulesQuerySet:
        """All versions, the present one first."""
        return self.filter(challenge=challenge).order_by("-number")


RulesManager = ScopedManager.from_queryset(RulesQuerySet)


class Rules(CommunityOwned):
    """One version of the rules of a challenge; the one with the highest number holds. A trigger of the database keeps
    its words: whoever entered has agreed to them."""

    challenge = OwnedForeignKey(Challenge, models.CASCADE, related_name="rules")
    number = models.PositiveSmallIntegerField(_("version"))
    # A line for each rule.
    words = models.TextField(pgettext_lazy("of a challenge", "rules"), max_length=LONGEST_RULES)
    since = models.DateTimeField(default=timezone.now)

    objects = RulesManager()

    class Meta:
        verbose_name = _("version of rules")
        verbose_name_plural = _("versions of rules")
        constraints = [
            models.UniqueConstraint(fields=["community", "id"], name="rules_owned"),
            models.UniqueConstraint(fields=["challenge", "number"], name="rules_once"),
        ]

    def __str__(self) -> str:
        return f"rules {self.number} of {self.challenge_id}"

    @property
    def lines(self) -> list[str]:
        return lines_of(self.words)


def challenge_of(thread: Thread) -> Challenge | None:
    """None for a draft that nobody has given dates yet."""
    return getattr(thread, "challenge", None)

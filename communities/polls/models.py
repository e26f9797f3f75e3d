"""A poll under a text, who has voted, and which answers members added. An anonymous vote is kept as a sum alone."""

from __future__ import annotations

import datetime
import hashlib
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communities.content.models import Post, State, Thread
from communities.fields import OwnedForeignKey
from communities.models import Membership
from communities.scoping import CommunityOwned, ScopedManager, ScopedQuerySet
from members.personal import DELETE, DETACH, KEEP, Personal

LEAST_OPTIONS, MOST_OPTIONS = 2, 12
# With those that members added; of one member, at most.
MOST_WITH_ADDED, MOST_ADDED_BY_ONE = 24, 3
LONGEST_QUESTION, LONGEST_OPTION = 200, 120  # characters


class PollQuerySet(ScopedQuerySet["Poll"]):
    def of_threads(self, threads: Any) -> PollQuerySet:
        return self.filter(thread__in=threads)

    def over_and_untold(self, at: datetime.datetime) -> PollQuerySet:
        """Those that have closed, and whose end nobody has been told."""
        return self.filter(told_at__isnull=True, closes_at__lte=at).order_by("closes_at", "pk")

    def under_text(self) -> PollQuerySet:
        """Those under the first text of a thread, as all that lists threads reads them."""
        return self.filter(post__isnull=True)

    def readable(self) -> PollQuerySet:
        """Those whose text can be read where its thread can."""
        return self.filter(Q(post__isnull=True, thread__inset=Poll.INSET) | Q(post__state=State.PUBLISHED))

    def of_posts(self, posts: Any) -> PollQuerySet:
        return self.filter(post__in=posts)

    def where(self, poll: Poll) -> PollQuerySet:
        """Those that stand, or stood, where this one does."""
        return self.filter(thread=poll.thread_id, post=poll.post_id)

    def written_by(self, membership: Membership) -> PollQuerySet:
        """Those under somebody’s own texts."""
        return self.filter(Q(post__isnull=True, thread__author=membership) | Q(post__author=membership))

    def planned_after(self, at: datetime.datetime) -> PollQuerySet:
        """Those that close, or open anew, after a moment."""
        return self.filter(Q(closes_at__gt=at) | Q(again_at__gt=at))

    def of_now(self) -> PollQuerySet:
        """The ones that stand under their texts; those before them have had their time."""
        return self.filter(current=True)

    def due_again(self, at: datetime.datetime) -> PollQuerySet:
        """Those to be opened anew, whose moment has come."""
        return self.filter(again_at__lte=at).order_by("again_at", "pk")

    def before(self, number: int) -> PollQuerySet:
        return self.filter(pk__lt=number)


class PollManager(ScopedManager.from_queryset(PollQuerySet)):
    """Without what ranked ballots say: of a hundred thousand these are megabytes, which only who counts them reads."""

    def get_queryset(self) -> PollQuerySet:
        rows: PollQuerySet = super().get_queryset().defer("rankings")
        return rows


class Poll(CommunityOwned):
    """A question and what one may answer. Answers are known by their place in `options`, the first being 0.

    `votes` has for each of them how many ballots name it; of a ranked poll, how many name it first. `rankings` has for
    each order in which somebody ranked ("2,0,1") how many did, of very many ballots the latest alone (the others are in
    `batches`); it is read by who counts alone. It is closed by its
    hour, without anybody closing it: who closes it earlier sets that hour.

    The first `written` answers are its author’s, all others were added by members (`AddedAnswer`); one that was
    withdrawn has no words any more, and keeps its place and its votes. A poll that comes back has a row for each time:
    `round` counts them, the `current` one stands under the text and says when it is opened anew.

    It stands under the first text of its `thread`, or under a reply: then `post` is that one, and the database keeps
    `thread` the one that its post is in, wherever that goes.
    """

    class Way(models.TextChoices):
        ONE = "one", _("One answer")
        SEVERAL = "several", _("Several answers")
        RANKED = "ranked", _("Ranked: everybody puts the answers in order")

    class Every(models.TextChoices):
        WEEK = "week", _("Every week")
        MONTH = "month", _("Every month")

    class Shown(models.TextChoices):
        ALWAYS = "always", _("To everybody, at any time")
        VOTED = "voted", _("To those who have voted; to everybody once it is closed")
        CLOSED = "closed", _("Once it is closed")

    # What `Thread.inset` says of a thread that has one under its text, and `Post.inset` of a reply.
    INSET = "poll"

    thread = OwnedForeignKey(Thread, models.CASCADE, related_name="polls")
    post = OwnedForeignKey(Post, models.CASCADE, null=True, blank=True, related_name="polls")
    # Empty where the title of the thread asks it.
    question = models.CharField(_("question"), max_length=LONGEST_QUESTION, blank=True)
    options = ArrayField(models.CharField(max_length=LONGEST_OPTION), verbose_name=_("answers"))
    language = models.CharField(max_length=8)
    way = models.CharField(_("how people vote"), max_length=7, choices=Way, default=Way.ONE)
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
    written = models.PositiveSmallIntegerField(default=LEAST_OPTIONS)
    # How many answers one member may add while it is open; 0: none.
    additions = models.PositiveSmallIntegerField(_("answers by members"), default=0)
    round = models.PositiveIntegerField(default=1)
    current = models.BooleanField(default=True)
    repeats = models.CharField(_("how often"), max_length=5, choices=Every, blank=True)
    again_at = models.DateTimeField(_("opens again"), null=True, blank=True)
    # For how many days it is open each time, by the community’s clocks; on which day of the month it opens: of a month
    # that has no such day, on its last.
    days_open = models.PositiveSmallIntegerField(_("days open"), default=0)
    month_day = models.PositiveSmallIntegerField(default=0)
    # At what hour it opens by these clocks: one that they skip in a night is that of all other times.
    opening_hour = models.TimeField(null=True, blank=True)
    # Whether what members added is among the answers of the next one.
    keeps_added = models.BooleanField(_("keep added answers"), default=False)
    # With which answers the next one opens, where its author wrote others; nobody else reads them before. Empty: with
    # the same.
    next_options = ArrayField(
        models.CharField(max_length=LONGEST_OPTION), default=list, blank=True, verbose_name=_("next answers")
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = PollManager()

    class Meta:
        verbose_name = _("poll")
        verbose_name_plural = _("polls")
        constraints = [
            models.UniqueConstraint(fields=["community", "id"], name="poll_owned"),
            models.CheckConstraint(
                condition=Q(options__len__gte=LEAST_OPTIONS, options__len__lte=MOST_WITH_ADDED),
                name="poll_options",
            ),
            models.CheckConstraint(
                condition=Q(written__gte=LEAST_OPTIONS, written__lte=F("options__len")), name="poll_written"
            ),
            # Whoever has ranked the answers has not ranked one that comes later.
            models.CheckConstraint(
                condition=Q(additions=0) | Q(additions__lte=MOST_ADDED_BY_ONE, way__in=["one", "several"]),
                name="poll_additions",
            ),
            models.UniqueConstraint(
                fields=["thread"], condition=Q(current=True, post__isnull=True), name="poll_now_once"
            ),
            models.UniqueConstraint(
                fields=["thread", "round"], condition=Q(post__isnull=True), name="poll_round_once"
            ),
            models.UniqueConstraint(
                fields=["post"], condition=Q(current=True, post__isnull=False), name="poll_now_once_there"
            ),
            models.UniqueConstraint(
                fields=["post", "round"], condition=Q(post__isnull=False), name="poll_round_once_there"
            ),
            models.CheckConstraint(
                condition=Q(repeats="", again_at__isnull=True)
                | Q(
                    repeats__in=["week", "month"],
                    again_at__isnull=False,
                    current=True,
                    days_open__gte=1,
                    month_day__gte=1,
                    month_day__lte=31,
                ),
                name="poll_repeats",
            ),
            models.CheckConstraint(
                condition=Q(next_options__len=0)
                | (
                    ~Q(repeats="")
                    & Q(next_options__len__gte=LEAST_OPTIONS, next_options__len__lte=MOST_OPTIONS)
                ),
                name="poll_next_options",
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
            models.Index(fields=["again_at"], name="poll_again", condition=Q(again_at__isnull=False)),
            models.Index(fields=["thread", "-id"], name="poll_rounds"),
        ]

    def __str__(self) -> str:
        return self.question or ", ".join(self.options)

    @property
    def is_open(self) -> bool:
        return self.closes_at is None or self.closes_at > timezone.now()

    @property
    def has_its_text(self) -> bool:
        """Whether the reply that it stands under can be read; under a first text it goes by its thread."""
        return self.post is None or self.post.is_published

    @property
    def is_ranked(self) -> bool:
        return self.way == self.Way.RANKED

    @property
    def said(self) -> tuple[object, ...]:
        """What people vote on: what they read, and what was said of their vote before they gave it."""
        own = tuple(self.options[: self.written])
        return (
            self.question, own, self.way, min(self.most, self.written), self.shown, self.named, self.changeable,
        )  # fmt: skip

    @property
    def mark(self) -> str:
        """The same in twelve letters: a ballot carries it, so that it is counted for what its voter has read."""
        return hashlib.sha256(repr(self.said).encode()).hexdigest()[:12]

    @property
    def has_added(self) -> bool:
        """Whether members have added answers, withdrawn ones among them."""
        return len(self.options) > self.written

    @property
    def takes_answers(self) -> bool:
        """Whether it is open to one more answer."""
        return self.is_open and self.additions > 0 and len(self.options) < MOST_WITH_ADDED

    def answer_at(self, place: int) -> str:
        """The words of an answer, as a list of votes says them."""
        return self.options[place] or gettext("Answer withdrawn")

    def can_choose(self) -> int:
        """How many answers a ballot names at most."""
        return {self.Way.ONE: 1, self.Way.SEVERAL: self.most}.get(self.Way(self.way), len(self.options))


class RankingBatch(CommunityOwned):
    """Orders of a ranked poll of so many ballots that its own row would grow too large for each vote: as `rankings`
    there, of some hundreds of ballots each, so that no row tells of one."""

    poll = OwnedForeignKey(Poll, models.CASCADE, related_name="batches")
    rankings = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["poll"], name="ranking_batch_of")]

    def __str__(self) -> str:
        return f"orders of {self.poll_id}"


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


class AddedAnswer(CommunityOwned):
    """An answer that a member added to a poll, with the reply that says so: what becomes of the reply becomes of it.

    `words` are kept while it is withdrawn, so that it can come back; the poll shows none then.
    """

    poll = OwnedForeignKey(Poll, models.CASCADE, related_name="added")
    place = models.PositiveSmallIntegerField()
    # Of a poll that came back with it, the same reply as before.
    post = OwnedForeignKey(Post, models.CASCADE, related_name="+")
    by = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    words = models.CharField(max_length=LONGEST_OPTION)

    personal = (
        Personal(
            "by",
            KEEP,
            with_texts=DELETE,
            exported_as="added_answers",
            why="An answer that others have voted for stays; who takes their texts along takes its words along, and "
            "its votes stay counted.",
        ),
    )

    class Meta:
        verbose_name = _("added answer")
        verbose_name_plural = _("added answers")
        constraints = [models.UniqueConstraint(fields=["poll", "place"], name="added_answer_once")]
        indexes = [
            models.Index(fields=["post"], name="added_answer_post"),
            models.Index(fields=["by", "poll"], name="added_answer_by", condition=Q(by__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.words

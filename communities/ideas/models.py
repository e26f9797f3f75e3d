"""A box of ideas, an idea beside its thread, the votes of people, and each answer of the team."""

from __future__ import annotations

import datetime

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from communities.content.models import Post, Space, Thread
from communities.fields import OwnedForeignKey, OwnedOneToOneField
from communities.ideas.managers import BoxManager, IdeaManager, VoteManager
from communities.ideas.phases import MOMENTS, Phase, phase_at
from communities.models import Membership
from communities.scoping import CommunityOwned
from members.personal import DETACH, KEEP, Personal

# The names that rows carry.
IDEAS, IDEA = "ideas", "idea"
LONGEST_QUESTION, LONGEST_RULES = 300, 6000  # characters
MOST_DOCUMENTS, MOST_VOTES, MOST_WINNERS = 12, 100, 20
MOST_DAYS = 365  # within which ideas of a box are answered
LONGEST_TITLE = 120  # characters, of a document
_DATED = Q(
    opens_at__isnull=False,
    discusses_at__isnull=False,
    votes_at__isnull=False,
    closes_at__isnull=False,
    result_at__isnull=False,
    opens_at__lt=F("discusses_at"),
    discusses_at__lte=F("votes_at"),
    votes_at__lt=F("closes_at"),
    closes_at__lte=F("result_at"),
)
# Those of which there may be something to tell.
UNTOLD = Q(closes_at__isnull=False, is_draft=False) & (
    Q(told_until__isnull=True) | Q(told_until__lt=F("votes_at"))
)


class Box(CommunityOwned):
    """What a space of ideas asks, its rules, and its phases by date. What is allowed is asked of the clock.

    A box has all five moments or none: without them ideas and votes are welcome at any time. `documents` are
    [{"title", "url"}], to be read before one writes. A draft is next year’s box, whose dates nobody has confirmed:
    only the team reads its space.
    """

    space = OwnedOneToOneField(Space, models.CASCADE, primary_key=True, related_name="box")
    question = models.CharField(_("question"), max_length=LONGEST_QUESTION, blank=True)
    rules = models.TextField(_("rules"), max_length=LONGEST_RULES, blank=True)
    documents = models.JSONField(_("documents"), default=list, blank=True)
    opens_at = models.DateTimeField(_("ideas from"), null=True, blank=True)
    discusses_at = models.DateTimeField(_("discussion from"), null=True, blank=True)
    votes_at = models.DateTimeField(_("votes from"), null=True, blank=True)
    closes_at = models.DateTimeField(_("votes until"), null=True, blank=True)
    result_at = models.DateTimeField(_("result"), null=True, blank=True)
    votes_each = models.PositiveSmallIntegerField(_("votes per person"), default=5)
    winners = models.PositiveSmallIntegerField(_("ideas that win"), default=3)
    # So many days after an idea came its answer is promised; None promises nothing.
    answers_in = models.PositiveSmallIntegerField(_("days to answer"), null=True, blank=True)
    # Whether the closing page says what delivered ideas have brought.
    shows_worth = models.BooleanField(default=False, db_default=False)
    # Who promised that ideas are answered: they are shown what is overdue.
    sponsor = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    # The box of the year before, of which this is the same with other dates.
    former = OwnedForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    is_draft = models.BooleanField(default=False, db_default=False)
    # Up to which of its moments those who follow its space were told: a date that moves on is told anew.
    told_until = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1)

    objects = BoxManager()

    personal = (Personal("sponsor", DETACH, why="Somebody else is named to see that ideas are answered."),)

    class Meta:
        verbose_name = _("ideas box")
        verbose_name_plural = _("ideas boxes")
        constraints = [
            models.UniqueConstraint(fields=["community", "space"], name="box_owned"),
            models.UniqueConstraint(fields=["former"], name="box_reopened_once"),
            models.CheckConstraint(
                condition=Q(**{f"{name}__isnull": True for name in MOMENTS}) | _DATED, name="box_phases"
            ),
            models.CheckConstraint(
                condition=Q(votes_each__gte=1, votes_each__lte=MOST_VOTES), name="box_votes_each"
            ),
            models.CheckConstraint(
                condition=Q(winners__gte=1, winners__lte=MOST_WINNERS), name="box_winners"
            ),
            models.CheckConstraint(
                condition=Q(answers_in__isnull=True) | Q(answers_in__gte=1, answers_in__lte=MOST_DAYS),
                name="box_answers_in",
            ),
        ]
        indexes = [
            models.Index(fields=["sponsor"], name="box_sponsor", condition=Q(sponsor__isnull=False)),
            models.Index(fields=["closes_at"], name="box_to_tell", condition=UNTOLD),
        ]

    def __str__(self) -> str:
        return self.question or str(self.space_id)

    @property
    def is_dated(self) -> bool:
        return self.opens_at is not None

    @property
    def phase(self) -> Phase:
        return self.phase_at(timezone.now())

    def phase_at(self, moment: datetime.datetime) -> Phase:
        if self.is_draft:
            return Phase.BEFORE
        return phase_at([getattr(self, name) for name in MOMENTS], moment)

    @property
    def takes_ideas(self) -> bool:
        return self.phase in (Phase.ALWAYS, Phase.SUBMIT)

    @property
    def takes_votes(self) -> bool:
        return self.phase in (Phase.ALWAYS, Phase.VOTE)

    @property
    def is_over(self) -> bool:
        return self.phase == Phase.RESULT


class BoxPaper(CommunityOwned):
    """A document to be read before one writes: a file of the team, which nothing serves but its own address. `path` is
    in the default storage; empty once its file is gone with the community."""

    box = OwnedForeignKey(Box, models.CASCADE, related_name="papers")
    title = models.CharField(_("title"), max_length=LONGEST_TITLE)
    path = models.CharField(max_length=200, blank=True)
    name = models.CharField(_("name of the file"), max_length=120)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField(_("bytes"))

    class Meta:
        verbose_name = _("document of an ideas box")
        verbose_name_plural = _("documents of ideas boxes")
        ordering = ("pk",)
        indexes = [models.Index(fields=["box", "id"], name="boxpaper_of")]

    def __str__(self) -> str:
        return self.title


class Idea(CommunityOwned):
    """What an idea has beyond its thread: its votes, and what the team says of it. The answer is a reply of the thread.

    One that was merged keeps the number of votes that it had, of which `doubles` were cast by people who had voted for
    the other as well.
    """

    class Status(models.TextChoices):
        NEW = "new", pgettext_lazy("of an idea", "New")
        STUDIED = "studied", pgettext_lazy("of an idea", "Being studied")
        PLANNED = "planned", pgettext_lazy("of an idea", "Planned")
        DELIVERED = "delivered", pgettext_lazy("of an idea", "Delivered")
        DECLINED = "declined", pgettext_lazy("of an idea", "Declined")

    # What somebody still waits for.
    OPEN = (Status.NEW, Status.STUDIED, Status.PLANNED)

    thread = OwnedOneToOneField(Thread, models.CASCADE, primary_key=True, related_name="idea")
    box = OwnedForeignKey(Box, models.CASCADE, related_name="+")
    status = models.CharField(_("state"), max_length=9, choices=Status, default=Status.NEW)
    answer = OwnedForeignKey(Post, models.SET_NULL, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    owner = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    # The day by which the next answer is promised, by the community’s clocks.
    due_on = models.DateField(_("answer promised by"), null=True, blank=True)
    # What it has brought, in the community’s currency: the team’s alone unless its box shows it, and in the results
    # once it is delivered.
    worth = models.DecimalField(
        _("what it has brought"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    votes = models.PositiveIntegerField(default=0)
    merged_into = OwnedForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    merged_at = models.DateTimeField(null=True, blank=True)
    doubles = models.PositiveIntegerField(default=0)

    objects = IdeaManager()

    personal = (Personal("owner", DETACH, why="Somebody else is named to answer; what was answered stays."),)

    class Meta:
        verbose_name = _("idea")
        verbose_name_plural = _("ideas")
        constraints = [
            models.UniqueConstraint(fields=["community", "thread"], name="idea_owned"),
            models.CheckConstraint(
                condition=Q(status__in=["new", "studied", "planned", "delivered", "declined"]),
                name="idea_status",
            ),
            models.CheckConstraint(condition=Q(worth__isnull=True) | Q(worth__gte=0), name="idea_worth"),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("thread")),
                name="idea_not_into_itself",
            ),
        ]
        indexes = [
            models.Index(fields=["box", "-votes", "-thread"], name="idea_by_votes"),
            models.Index(fields=["box", "status", "-votes", "-thread"], name="idea_by_status"),
            models.Index(
                fields=["community", "status", "-answered_at", "-thread"],
                name="idea_answered",
                condition=Q(answered_at__isnull=False),
            ),
            models.Index(
                fields=["community", "due_on"],
                name="idea_due",
                condition=Q(due_on__isnull=False, status__in=["new", "studied", "planned"]),
            ),
            models.Index(fields=["answer"], name="idea_answer", condition=Q(answer__isnull=False)),
            models.Index(fields=["owner"], name="idea_owner", condition=Q(owner__isnull=False)),
            models.Index(
                fields=["merged_into", "-merged_at", "-thread"],
                name="idea_merged",
                condition=Q(merged_into__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.thread_id}: {self.status}"

    @property
    def is_merged(self) -> bool:
        return self.merged_into_id is not None

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN

    def is_overdue(self, today: datetime.date) -> bool:
        """Whether an answer was promised by a day before this one."""
        return self.due_on is not None and self.due_on < today and self.is_open


class Vote(CommunityOwned):
    """That somebody is for an idea. `place` is the number of the vote among those that a person has in a box: no two of
    theirs have the same, and a trigger refuses one above the box’s budget. One without a place costs nothing: its
    idea is decided, or came along from another box."""

    box = OwnedForeignKey(Box, models.CASCADE, related_name="+")
    idea = OwnedForeignKey(Idea, models.CASCADE, related_name="+")
    voter = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    place = models.PositiveSmallIntegerField(null=True, blank=True)
    # The idea with which it came, if that was merged.
    came_with = OwnedForeignKey(Idea, models.SET_NULL, null=True, blank=True, related_name="+")
    cast_at = models.DateTimeField(default=timezone.now)

    objects = VoteManager()

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
        constraints = [
            models.UniqueConstraint(fields=["idea", "voter"], name="vote_once"),
            models.UniqueConstraint(fields=["box", "voter", "place"], name="vote_place_once"),
            models.CheckConstraint(condition=Q(place__isnull=True) | Q(place__gte=1), name="vote_place"),
        ]
        indexes = [
            models.Index(fields=["voter"], name="vote_by", condition=Q(voter__isnull=False)),
            models.Index(fields=["came_with"], name="vote_came", condition=Q(came_with__isnull=False)),
            # Since when somebody has done anything here.
            models.Index(fields=["community", "cast_at"], name="vote_day"),
        ]

    def __str__(self) -> str:
        return f"{self.voter_id} for {self.idea_id}"


class Answer(CommunityOwned):
    """One answer of the team: the state that it set, the reply that says why, who gave it and when."""

    idea = OwnedForeignKey(Idea, models.CASCADE, related_name="+")
    status = models.CharField(max_length=9, choices=Idea.Status)
    post = OwnedForeignKey(Post, models.SET_NULL, null=True, blank=True, related_name="+")
    by = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    personal = (Personal("by", KEEP, why="What the team answered, and when, stays true for its readers."),)

    class Meta:
        verbose_name = _("answer of the team")
        verbose_name_plural = _("answers of the team")
        constraints = [
            models.UniqueConstraint(fields=["community", "id"], name="answer_owned"),
            models.CheckConstraint(
                condition=Q(status__in=["new", "studied", "planned", "delivered", "declined"]),
                name="answer_status",
            ),
        ]
        indexes = [
            models.Index(fields=["idea", "-id"], name="answer_of_idea"),
            models.Index(fields=["post"], name="answer_post", condition=Q(post__isnull=False)),
            models.Index(fields=["by"], name="answer_by", condition=Q(by__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.idea_id}: {self.status}"


def idea_of(thread: Thread) -> Idea | None:
    """What stands beside a thread; None while it is not published yet. One query where it did not come along."""
    found: Idea | None = getattr(thread, "idea", None)
    return found

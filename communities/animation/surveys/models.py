"""A survey and its questions, whom chance has chosen, and the answers, which name nobody."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.fields import OwnedForeignKey, OwnedOneToOneField
from communities.models import Membership
from communities.scoping import CommunityOwned, ScopedManager, ScopedQuerySet
from members.personal import DELETE, KEEP, Personal

# Nobody is asked twice within so many days, by whichever survey.
QUARTER = datetime.timedelta(days=91)
MOST_QUESTIONS, MOST_OPTIONS = 3, 6
# Of fewer answers than that nothing is shown.
LEAST_ASKED, MOST_ASKED = 5, 5000


class SurveyQuerySet(ScopedQuerySet["Survey"]):
    def newest(self) -> SurveyQuerySet:
        return self.order_by("-pk")

    def due(self, at: datetime.datetime) -> SurveyQuerySet:
        """Those for which something is to be done: people to choose, to tell, or an end."""
        opening = Q(drawn_at__isnull=True, opens_at__lte=at)
        return self.filter(opening | Q(due_at__lte=at)).order_by("pk")

    def running(self, at: datetime.datetime) -> SurveyQuerySet:
        """Those that take answers."""
        return self.filter(drawn_at__isnull=False, closed_at__isnull=True, closes_at__gt=at)

    def coming(self, at: datetime.datetime) -> SurveyQuerySet:
        return self.filter(opens_at__gt=at, drawn_at__isnull=True)

    def of_recommendation(self, whom: str) -> SurveyQuerySet:
        """Those whose first question is the one of the score, that have asked such people; the newest first."""
        asked = self.filter(purpose=Survey.Purpose.RECOMMEND, whom=whom, drawn_at__isnull=False)
        return asked.order_by("-drawn_at", "-pk")


SurveyManager = ScopedManager.from_queryset(SurveyQuerySet)


class Survey(CommunityOwned):
    """One to three questions to some members, whom chance chooses when it opens.

    Without `opens_at` it is a draft. Once people are chosen, `due_at` is when a job has to look at it next: to go on
    telling them, and to close it.
    """

    class Purpose(models.TextChoices):
        RECOMMEND = "nps", _("Recommendation score")
        SHORT = "short", _("Short survey")

    class Whom(models.TextChoices):
        ALL = "all", _("All members")
        WRITING = "writing", _("Those who write: a text within 90 days")
        READING = "reading", _("Those who read: no text within 90 days")
        NEW = "new", _("Newcomers: joined within 90 days")
        AMBASSADORS = "amb", _("Ambassadors")

    title = models.CharField(_("title"), max_length=120)
    purpose = models.CharField(_("purpose"), max_length=5, choices=Purpose, default=Purpose.SHORT)
    whom = models.CharField(_("to whom"), max_length=7, choices=Whom, default=Whom.ALL)
    # As many as possible up to this number are chosen.
    size = models.PositiveIntegerField(_("how many"), default=100)
    opens_at = models.DateTimeField(_("from"), null=True, blank=True)
    closes_at = models.DateTimeField(_("until"), null=True, blank=True)
    days = models.PositiveSmallIntegerField(_("days open"), default=14)
    drawn_at = models.DateTimeField(null=True, blank=True)
    # How many were asked; of them, how many had written within 90 days.
    drawn = models.PositiveIntegerField(default=0)
    drawn_writing = models.PositiveIntegerField(default=0)
    closed_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_by = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = SurveyManager()

    personal = (
        Personal("created_by", KEEP, why="Who ran the place: the team’s own record, without the name."),
    )

    class Meta:
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")
        constraints = [
            models.UniqueConstraint(fields=["community", "id"], name="survey_owned"),
            models.CheckConstraint(
                condition=Q(size__gte=LEAST_ASKED, size__lte=MOST_ASKED), name="survey_size"
            ),
            models.CheckConstraint(condition=Q(days__gte=1, days__lte=60), name="survey_days"),
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True, closes_at__isnull=True) | Q(closes_at__gt=F("opens_at")),
                name="survey_ends_later",
            ),
            models.CheckConstraint(
                condition=Q(drawn_at__isnull=True) | Q(opens_at__isnull=False), name="survey_drawn_when_open"
            ),
            models.CheckConstraint(
                condition=Q(due_at__isnull=True) | Q(drawn_at__isnull=False, closed_at__isnull=True),
                name="survey_due_while_open",
            ),
            models.CheckConstraint(condition=Q(drawn_writing__lte=F("drawn")), name="survey_parts"),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="survey_due", condition=Q(due_at__isnull=False)),
            models.Index(
                fields=["opens_at"],
                name="survey_opens",
                condition=Q(drawn_at__isnull=True, opens_at__isnull=False),
            ),
            models.Index(fields=["community", "-id"], name="survey_newest"),
            models.Index(fields=["created_by"], name="survey_by", condition=Q(created_by__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_draft(self) -> bool:
        return self.opens_at is None

    @property
    def is_planned(self) -> bool:
        """It has its day, and nobody has been asked yet."""
        return self.opens_at is not None and self.drawn_at is None

    @property
    def is_running(self) -> bool:
        ends = self.closes_at
        return (
            self.drawn_at is not None
            and self.closed_at is None
            and ends is not None
            and ends > timezone.now()
        )

    @property
    def is_over(self) -> bool:
        return self.drawn_at is not None and not self.is_running

    @property
    def can_be_edited(self) -> bool:
        """Until somebody has been asked: what was asked stays what was asked."""
        return self.drawn_at is None

    @property
    def can_be_deleted(self) -> bool:
        """A draft, and one that found nobody to ask."""
        return self.drawn == 0

    @property
    def last_moment(self) -> datetime.datetime | None:
        """Within its last day: it closes as that ends."""
        return self.closes_at - datetime.timedelta(seconds=1) if self.closes_at is not None else None

    @property
    def can_reopen(self) -> bool:
        """Closed before its last day."""
        ends = self.closes_at
        return self.drawn > 0 and self.closed_at is not None and ends is not None and ends > timezone.now()

    @property
    def percent(self) -> int:
        """Answers by the people asked, where `answered` was counted along."""
        return round(100 * getattr(self, "answered", 0) / self.drawn) if self.drawn else 0

    def values(self) -> dict[str, Any]:
        """What the journal keeps of it."""
        return {
            "title": self.title,
            "purpose": self.purpose,
            "whom": self.whom,
            "size": self.size,
            "days": self.days,
            "opens_at": self.opens_at,
        }


class Question(CommunityOwned):
    """One question of a survey."""

    class Form(models.TextChoices):
        SCALE = "scale", _("0 to 10")
        YES = "yes", _("Yes, partly, no")
        CHOICE = "choice", _("One of several")
        WORDS = "words", _("In their own words")

    survey = OwnedForeignKey(Survey, models.CASCADE, related_name="questions")
    place = models.PositiveSmallIntegerField()
    words = models.CharField(_("question"), max_length=200)
    form = models.CharField(_("answer"), max_length=6, choices=Form, default=Form.SCALE)
    options = ArrayField(
        models.CharField(max_length=80), verbose_name=_("to choose from"), default=list, blank=True
    )

    class Meta:
        verbose_name = _("survey question")
        verbose_name_plural = _("survey questions")
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["community", "id"], name="surveyquestion_owned"),
            models.UniqueConstraint(fields=["survey", "place"], name="surveyquestion_place"),
            models.CheckConstraint(
                condition=Q(place__gte=1, place__lte=MOST_QUESTIONS), name="surveyquestion_few"
            ),
            models.CheckConstraint(
                condition=Q(form="choice", options__len__gte=2, options__len__lte=MOST_OPTIONS)
                | (~Q(form="choice") & Q(options=[])),
                name="surveyquestion_options",
            ),
        ]

    def __str__(self) -> str:
        return self.words

    def choices(self) -> list[str]:
        """What can be answered, the number of an answer being its place in the list; none for one’s own words."""
        if self.form == self.Form.SCALE:
            return [str(n) for n in range(11)]
        if self.form == self.Form.YES:
            return [str(_("Yes")), str(_("Partly")), str(_("No"))]
        return list(self.options)


class AskedQuerySet(ScopedQuerySet["Asked"]):
    def untold(self) -> AskedQuerySet:
        return self.filter(told_at__isnull=True).order_by("pk")

    def open_for(self, membership: Membership) -> AskedQuerySet:
        """What waits for this person’s answer."""
        now = timezone.now()
        return (
            self.filter(membership=membership, answered=False, declined_at__isnull=True)
            .filter(survey__closed_at__isnull=True, survey__closes_at__gt=now)
            .exclude(Exists(Unasked.objects.filter(membership=membership)))
            .select_related("survey")
            .order_by("-pk")
        )


AskedManager = ScopedManager.from_queryset(AskedQuerySet)


class Asked(CommunityOwned):
    """Somebody whom a survey asks. That they have answered is known, what they have said is not."""

    survey = OwnedForeignKey(Survey, models.CASCADE, related_name="+")
    membership = OwnedForeignKey(Membership, models.CASCADE, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    # Whether they had written within 90 days when they were chosen.
    writing = models.BooleanField(default=False)
    told_at = models.DateTimeField(null=True, blank=True)
    # Neither moment nor day: beside the order of the answers either would say which are theirs.
    answered = models.BooleanField(default=False)
    declined_at = models.DateTimeField(null=True, blank=True)

    objects = AskedManager()

    personal = (
        Personal("membership", DELETE, exported_as="surveys", why="Whether they were asked goes with them."),
    )

    class Meta:
        verbose_name = _("person asked")
        verbose_name_plural = _("people asked")
        constraints = [
            models.UniqueConstraint(fields=["survey", "membership"], name="asked_once"),
            models.CheckConstraint(
                condition=Q(answered=False) | Q(declined_at__isnull=True), name="asked_one_answer"
            ),
        ]
        indexes = [
            models.Index(fields=["membership", "-asked_at"], name="asked_person"),
            models.Index(fields=["survey", "id"], name="asked_untold", condition=Q(told_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.membership_id} by {self.survey_id}"


class Sheet(CommunityOwned):
    """What somebody answered to one survey. Nothing in it leads to a person."""

    survey = OwnedForeignKey(Survey, models.CASCADE, related_name="+")
    writing = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("answers of one person")
        verbose_name_plural = _("answers of one person")
        constraints = [models.UniqueConstraint(fields=["community", "id"], name="sheet_owned")]
        indexes = [models.Index(fields=["survey"], name="sheet_survey")]

    def __str__(self) -> str:
        return f"answers to {self.survey_id}"


class AnswerQuerySet(ScopedQuerySet["Answer"]):
    def said(self) -> AnswerQuerySet:
        """In words, the newest first."""
        return self.exclude(words="").order_by("-pk")


AnswerManager = ScopedManager.from_queryset(AnswerQuerySet)


class Answer(CommunityOwned):
    """One answer: the place of what was chosen, or words."""

    sheet = OwnedForeignKey(Sheet, models.CASCADE, related_name="+")
    question = OwnedForeignKey(Question, models.CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField(null=True, blank=True)
    words = models.TextField(max_length=1000, blank=True)

    objects = AnswerManager()

    class Meta:
        verbose_name = _("survey answer")
        verbose_name_plural = _("survey answers")
        constraints = [
            models.UniqueConstraint(fields=["sheet", "question"], name="surveyanswer_once"),
            models.CheckConstraint(
                condition=Q(number__isnull=False, words="", number__lte=10)
                | (Q(number__isnull=True) & ~Q(words="")),
                name="surveyanswer_something",
            ),
        ]
        indexes = [models.Index(fields=["question", "id"], name="surveyanswer_question")]

    def __str__(self) -> str:
        return self.words or str(self.number)


class Unasked(CommunityOwned):
    """Somebody who does not want to be asked by surveys of this community."""

    membership = OwnedOneToOneField(Membership, models.CASCADE, related_name="+")
    since = models.DateTimeField(default=timezone.now)

    personal = (
        Personal("membership", DELETE, exported_as="not_asked", why="Their own wish goes with them."),
    )

    class Meta:
        verbose_name = _("person not to ask")
        verbose_name_plural = _("people not to ask")

    def __str__(self) -> str:
        return f"not {self.membership_id}"

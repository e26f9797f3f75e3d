"""What a survey brought: counts with their margins, a score where there are answers enough, words without names."""

from __future__ import annotations

import datetime
from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Count
from django.utils.translation import gettext as _

from communities.animation.surveys.models import Answer, Question, Sheet, Survey
from communities.animation.surveys.scores import (
    NEEDS_SHOWING,
    Score,
    Than,
    compare,
    weighted,
)
from communities.intervals import wilson

# Texts on one page, and scores beside each other.
WORDS_SHOWN, SCORES_SHOWN = 50, 6
# As many as anybody runs in some years.
MOST_SCORES = 200


@dataclass(frozen=True)
class Bar:
    """One thing that could be answered. Shares in percent; `low` to `high` is Wilson’s interval at 95 %."""

    label: str
    n: int
    share: float
    low: float
    high: float
    # Where it stands among the bars of its question, and how high, 0 to 100.
    place: int = 0
    height: int = 0

    # In the drawing: 30 wide each, the ground at 136.
    @property
    def left(self) -> int:
        return 3 + 30 * self.place

    @property
    def middle(self) -> int:
        return self.left + 12

    @property
    def tall(self) -> int:
        return max(1, round(1.1 * self.height))

    @property
    def top(self) -> int:
        return 136 - self.tall

    @property
    def above(self) -> int:
        return self.top - 6


@dataclass(frozen=True)
class Part:
    """Those who write or those who read: how many of them were asked and answered, and their score."""

    label: str
    asked: int
    answered: int
    score: Score


@dataclass
class Result:
    """The answers to one question."""

    question: Question
    n: int
    bars: list[Bar] = field(default_factory=list)
    score: Score | None = None
    parts: list[Part] = field(default_factory=list)
    weighted: int | None = None
    words: list[Answer] = field(default_factory=list)
    # The cursor of the texts after these.
    older: str = ""

    @property
    def is_hidden(self) -> bool:
        """Of so few it could be guessed who has said what."""
        return self.n < NEEDS_SHOWING

    @property
    def needed(self) -> int:
        return NEEDS_SHOWING

    @property
    def weighted_text(self) -> str:
        """With its sign, as scores are written."""
        return f"{self.weighted:+d}".replace("-", "−") if self.weighted else "0"


def results_of(survey: Survey, *, older: tuple[int, ...] = ()) -> list[Result]:
    """Each question with what was answered; `older` continues the texts of one question before one of them.

    Three statements, and two for each question that is answered in words.
    """
    counts: dict[int, dict[bool, dict[int, int]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    rows = (
        Answer.objects.filter(question__survey=survey, number__isnull=False)
        .order_by()
        .values_list("question_id", "sheet__writing", "number")
        .annotate(n=Count("pk"))
    )
    for question_id, writing, number, n in rows:
        counts[question_id][writing][number] += n
    sheets = dict(
        Sheet.objects.filter(survey=survey).order_by().values_list("writing").annotate(n=Count("pk"))
    )
    questions = Question.objects.filter(survey=survey).order_by("place")
    return [_result(survey, one, counts[one.pk], sheets, older) for one in questions]


def _result(
    survey: Survey,
    question: Question,
    counts: dict[bool, dict[int, int]],
    sheets: dict[bool, int],
    older: tuple[int, ...],
) -> Result:
    if question.form == Question.Form.WORDS:
        return _in_words(question, older[1] if older[:1] == (question.pk,) else 0)
    labels = question.choices()
    by_part = {writing: [counts[writing][n] for n in range(len(labels))] for writing in (True, False)}
    total = [sum(pair) for pair in zip(by_part[True], by_part[False], strict=True)]
    result = Result(question, sum(total))
    if not result.is_hidden:
        result.bars = _bars(labels, total)
    if (
        question.form == Question.Form.SCALE
        and survey.purpose == Survey.Purpose.RECOMMEND
        and question.place == 1
    ):
        result.score = Score.of(total)
        result.parts = [
            Part(_("Those who write"), survey.drawn_writing, sheets.get(True, 0), Score.of(by_part[True])),
            Part(
                _("Those who read"),
                survey.drawn - survey.drawn_writing,
                sheets.get(False, 0),
                Score.of(by_part[False]),
            ),
        ]
        points = weighted([(part.score, part.asked) for part in result.parts])
        result.weighted = round(points) if points is not None else None
    return result


def _bars(labels: list[str], counts: list[int]) -> list[Bar]:
    n, most = sum(counts), max(counts) or 1
    bars = []
    for place, (label, count) in enumerate(zip(labels, counts, strict=True)):
        low, high = wilson(count, n)
        height = round(100 * count / most)
        bars.append(Bar(label, count, 100 * count / n, 100 * low, 100 * high, place, height))
    return bars


def _in_words(question: Question, before: int) -> Result:
    said = Answer.objects.filter(question=question)
    result = Result(question, said.count())
    if not result.is_hidden:
        rows = said.said().filter(pk__lt=before) if before else said.said()
        found = list(rows[: WORDS_SHOWN + 1])
        result.words = found[:WORDS_SHOWN]
        if len(found) > WORDS_SHOWN:
            result.older = f"{question.pk}-{result.words[-1].pk}"
    return result


@dataclass(frozen=True)
class Earlier:
    """The score of one survey among those of other days; its interval as places on a line of 200."""

    survey: Survey
    score: Score

    @property
    def low(self) -> int:
        return max(0, self._place(-(self.score.margin or 0)))

    @property
    def width(self) -> int:
        return min(200, self._place(self.score.margin or 0)) - self.low

    @property
    def middle(self) -> int:
        return self._place(0)

    def _place(self, beside: float) -> int:
        return round(100 + (self.score.value or 0) + beside)


def scores_until(survey: Survey) -> list[Earlier]:
    """This survey’s score and those before it that asked the same kind of people and have answers enough, the newest
    first: two statements."""
    surveys = Survey.objects.of_recommendation(survey.whom).filter(drawn_at__lte=survey.drawn_at)
    by_number = {one.pk: one for one in surveys[: 2 * SCORES_SHOWN]}
    return [one for one in _scores(by_number) if not one.score.is_few][:SCORES_SHOWN]


def scores_between(start: datetime.datetime, end: datetime.datetime) -> list[tuple[Survey, Score]]:
    """The scores of the surveys of all members that closed from `start` up to, not including, `end`, in that order:
    two statements. One that is still open may change its score with each answer."""
    surveys = Survey.objects.of_recommendation(Survey.Whom.ALL).filter(
        closed_at__gte=start, closed_at__lt=end
    )
    found = _scores({one.pk: one for one in surveys.order_by("closed_at", "pk")[:MOST_SCORES]})
    return [(one.survey, one.score) for one in found]


def _scores(surveys: dict[int, Survey]) -> list[Earlier]:
    counts: dict[int, list[int]] = {pk: [0] * 11 for pk in surveys}
    rows = (
        Answer.objects.filter(question__survey__in=list(surveys), question__place=1, number__isnull=False)
        .order_by()
        .values_list("question__survey_id", "number")
        .annotate(n=Count("pk"))
    )
    for survey_id, number, n in rows:
        counts[survey_id][number] += n
    return [Earlier(survey, Score.of(counts[pk])) for pk, survey in surveys.items()]


def verdict_of(scores: list[Earlier], survey: Survey) -> str:
    """What can be said of this survey beside the one before it; nothing where one of them has too few answers."""
    if len(scores) < 2 or scores[0].survey.pk != survey.pk:
        return ""
    return {
        Than.BETTER: _("Better than last time, and by more than chance explains."),
        Than.WORSE: _("Worse than last time, and by more than chance explains."),
        Than.UNKNOWN: _(
            "Whether it is better or worse than last time cannot be told: the margins overlap too far."
        ),
    }[compare(scores[0].score, scores[1].score)]

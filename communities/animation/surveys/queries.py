"""Whom a survey can ask, and how many answers to expect."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from communities.animation.surveys.models import QUARTER, Asked, Sheet, Survey, Unasked
from communities.animation.surveys.scores import (
    NEEDS_SCORE,
    NEEDS_SHOWING,
    USUAL_VARIANCE,
    answers_for,
    margin_for,
)
from communities.content.models import Post, State
from communities.models import STAFF_ROLES, Membership
from communities.terms import having_role

RECENT = datetime.timedelta(days=90)
# Somebody who has just come knows nothing of the place yet.
SETTLED = datetime.timedelta(days=7)
# Of ten who are asked so many answer, as long as this place has no experience of its own.
USUAL_RATE, LEAST_RATE = 0.3, 0.01
AIMED_MARGIN = 10
# So many surveys are looked back at for the usual rate.
LOOKED_AT = 5

Whom = Survey.Whom


def is_writing(at: datetime.datetime) -> Any:
    """Whether somebody has published a text within 90 days."""
    texts = Post.objects.filter(state=State.PUBLISHED, published_at__gte=at - RECENT, published_at__lte=at)
    return Q(pk__in=texts.values("author_id"))


def audience_of(survey: Survey, at: datetime.datetime) -> Any:
    """The members whom it is about: active, not of the team, here for a week at least."""
    people = Membership.objects.shown().not_suspended().filter(joined_at__lte=at - SETTLED)
    if survey.whom == Whom.AMBASSADORS:
        return people.in_role(Membership.Role.AMBASSADOR)
    people = people.exclude(having_role(STAFF_ROLES))
    if survey.whom == Whom.WRITING:
        return people.filter(is_writing(at))
    if survey.whom == Whom.READING:
        return people.exclude(is_writing(at))
    if survey.whom == Whom.NEW:
        return people.filter(joined_at__gte=at - RECENT)
    return people


def asked_lately(at: datetime.datetime) -> Any:
    return Exists(Asked.objects.filter(membership=OuterRef("pk"), asked_at__gt=at - QUARTER))


def can_be_asked(survey: Survey, at: datetime.datetime) -> Any:
    """Of its audience those who were not asked within a quarter and have not said that they do not want to be."""
    people = audience_of(survey, at).exclude(asked_lately(at))
    return people.exclude(Exists(Unasked.objects.filter(membership=OuterRef("pk"))))


@dataclass(frozen=True)
class Outlook:
    """What a draft can be expected to bring. Margins are in points of a score, or of a share at one half."""

    audience: int
    asked_lately: int
    unwilling: int
    asked: int
    answers: int
    rate: float
    is_own_rate: bool
    margin: int | None
    # How many would have to be asked for a margin of AIMED_MARGIN.
    needed: int
    aimed: int = AIMED_MARGIN

    @property
    def percent(self) -> int:
        return round(100 * self.rate)

    @property
    def is_nothing_shown(self) -> bool:
        return self.answers < NEEDS_SHOWING

    @property
    def is_score_missing(self) -> bool:
        """Whether there will hardly be answers enough for a score."""
        return self.answers < NEEDS_SCORE


def outlook_of(survey: Survey, at: datetime.datetime) -> Outlook:
    """Three statements."""
    quiet = Exists(Unasked.objects.filter(membership=OuterRef("pk")))
    lately = asked_lately(at)
    n = audience_of(survey, at).aggregate(
        all=Count("pk"),
        lately=Count("pk", filter=Q(lately)),
        unwilling=Count("pk", filter=Q(quiet) & ~Q(lately)),
    )
    there = n["all"] - n["lately"] - n["unwilling"]
    asked = min(survey.size, there)
    rate, is_own = usual_rate()
    answers = round(asked * rate)
    variance = USUAL_VARIANCE if survey.purpose == Survey.Purpose.RECOMMEND else 0.25
    return Outlook(
        audience=n["all"],
        asked_lately=n["lately"],
        unwilling=n["unwilling"],
        asked=asked,
        answers=answers,
        rate=rate,
        is_own_rate=is_own,
        margin=round(margin_for(answers, variance)) if answers else None,
        needed=round(answers_for(AIMED_MARGIN, variance) / rate),
    )


def usual_rate() -> tuple[float, bool]:
    """How many of those asked answer, by the last surveys that are over; whether that is this place’s own figure."""
    over = Survey.objects.filter(closed_at__isnull=False, drawn__gt=0).newest()[:LOOKED_AT]
    drawn = {survey.pk: survey.drawn for survey in over}
    asked = sum(drawn.values())
    if asked < NEEDS_SCORE:
        return USUAL_RATE, False
    answered = Sheet.objects.filter(survey__in=list(drawn)).count()
    return max(answered / asked, LEAST_RATE), True


def with_answers(surveys: QuerySet[Survey]) -> Any:
    """With how many have answered, as `answered`: a look-up for each row of a list that is short."""
    counted = Sheet.objects.filter(survey=OuterRef("pk")).order_by().values("survey").annotate(n=Count("pk"))
    return surveys.annotate(answered=Coalesce(Subquery(counted.values("n"), output_field=IntegerField()), 0))

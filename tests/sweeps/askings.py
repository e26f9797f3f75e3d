"""The surveys of the sweeps’ world: one that asks a member, and one that is not asked yet."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone

from communities.animation.surveys import asking
from communities.animation.surveys.models import Answer, Asked, Question, Sheet, Survey
from communities.animation.surveys.services import Asks, SurveyWishes, schedule_survey, write_survey
from tests.conftest import Cast


def make_surveys(here: Cast) -> dict[str, Any]:
    """The member is asked, whoever else chance would have chosen; forty others have been, and half of them answered."""
    asks = [
        Asks("Would you recommend us?"),
        Asks("What made you say so?", Question.Form.WORDS),
        Asks("Did anybody help you?", Question.Form.YES),
    ]
    survey = write_survey(SurveyWishes("Autumn", asks, Survey.Purpose.RECOMMEND, size=5), by=here.manager)
    schedule_survey(survey, None, by=here.manager, community=here.community)
    now = timezone.now()
    survey.refresh_from_db()
    assert survey.opens_at is not None
    survey.drawn_at, survey.drawn, survey.due_at = now, 41, survey.opens_at + datetime.timedelta(days=14)
    survey.save()
    Asked.objects.create(survey=survey, membership=here.member)
    asking._tell_some(survey, now)
    _answer(survey)
    draft = write_survey(SurveyWishes("Winter", asks[:1]), by=here.manager)
    words = Answer.objects.said().first()
    return {"survey": survey, "survey_draft": draft, "survey_words": words}


def _answer(survey: Survey) -> None:
    mark, why, helped = Question.objects.filter(survey=survey)
    for number in range(20):
        sheet = Sheet.objects.create(survey=survey, writing=number < 8)
        Answer.objects.create(sheet=sheet, question=mark, number=number % 11)
        Answer.objects.create(sheet=sheet, question=why, words=f"The people of pier {number}")
        Answer.objects.create(sheet=sheet, question=helped, number=number % 3)

"""What somebody who is asked does: answer, decline, ask for peace."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from communities.animation.surveys.exceptions import AnsweredAlready, NothingSaid, SurveyOver
from communities.animation.surveys.models import Answer, Asked, Question, Sheet, Survey, Unasked
from communities.calendar import today
from communities.exceptions import NotAllowed
from communities.models import Community, Membership


@transaction.atomic
def answer_survey(
    survey: Survey, said: Mapping[int, int | str], *, by: Membership, community: Community
) -> None:
    """Keep the answers, once, without who gave them. `said` holds them by the number of their question.

    Raises NotAllowed for whoever is not asked, SurveyOver, AnsweredAlready, NothingSaid.
    """
    asked = _locked(survey, by)
    questions = list(Question.objects.filter(survey=survey))
    given = [
        (question, said[question.pk]) for question in questions if said.get(question.pk) not in (None, "")
    ]
    if not given:
        raise NothingSaid
    day = today(community)
    sheet = Sheet.objects.create(survey=survey, answered_on=day, writing=asked.writing)
    for question, answer in given:
        number, words = (None, answer) if isinstance(answer, str) else (answer, "")
        Answer.objects.create(sheet=sheet, question=question, number=number, words=words)
    asked.answered_on = day
    asked.save(update_fields=["answered_on"])


@transaction.atomic
def decline(survey: Survey, *, by: Membership) -> None:
    """This one is not shown to them any more. Raises NotAllowed, SurveyOver, AnsweredAlready."""
    asked = _locked(survey, by, again=True)
    if asked.declined_at is None:
        asked.declined_at = timezone.now()
        asked.save(update_fields=["declined_at"])


@transaction.atomic
def ask_no_more(*, by: Membership) -> None:
    """No survey of this place from now on, this one included."""
    Unasked.objects.get_or_create(membership=by)
    Asked.objects.open_for(by).update(declined_at=timezone.now())


@transaction.atomic
def ask_again(*, by: Membership) -> None:
    """Back to being asked now and then."""
    Unasked.objects.filter(membership=by).delete()


def _locked(survey: Survey, by: Membership, *, again: bool = False) -> Asked:
    asked: Asked | None = (
        Asked.objects.select_for_update(of=("self",)).filter(survey=survey, membership=by).first()
    )
    if asked is None or not by.is_active:
        raise NotAllowed
    # Locked after: whoever closes the survey waits for the answers that are on their way.
    row = Survey.objects.select_for_update(of=("self",), no_key=True).get(pk=survey.pk)
    if not row.is_running:
        raise SurveyOver
    if asked.answered_on is not None:
        raise AnsweredAlready
    if asked.declined_at is not None and not again:
        asked.declined_at = None
        asked.save(update_fields=["declined_at"])
    return asked

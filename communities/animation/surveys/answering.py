"""What somebody who is asked does: answer, decline, ask for peace."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from communities.animation.surveys.exceptions import AnsweredAlready, NothingSaid, SurveyOver
from communities.animation.surveys.models import Answer, Asked, Question, Sheet, Survey, Unasked
from communities.exceptions import NotAllowed
from communities.models import Membership


@transaction.atomic
def answer_survey(survey: Survey, said: Mapping[int, int | str], *, by: Membership) -> None:
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
    sheet = Sheet.objects.create(survey=survey, writing=asked.writing)
    for question, answer in given:
        number, words = (None, answer) if isinstance(answer, str) else (answer, "")
        Answer.objects.create(sheet=sheet, question=question, number=number, words=words)
    asked.answered = True
    asked.save(update_fields=["answered"])


@transaction.atomic
def decline(survey: Survey, *, by: Membership) -> None:
    """This one is not shown to them any more. Raises NotAllowed, SurveyOver, AnsweredAlready."""
    asked = _locked(survey, by, again=True)
    if asked.declined_at is None:
        asked.declined_at = timezone.now()
        asked.save(update_fields=["declined_at"])


@transaction.atomic
def ask_no_more(*, by: Membership) -> None:
    """No survey of this place from now on, those that wait included: `ask_again` brings them back."""
    Unasked.objects.get_or_create(membership=by)


@transaction.atomic
def ask_again(*, by: Membership) -> None:
    """Back to being asked now and then."""
    Unasked.objects.filter(membership=by).delete()


def _locked(survey: Survey, by: Membership, *, again: bool = False) -> Asked:
    # The survey first, as whoever tells its people or closes it does.
    row = Survey.objects.select_for_update(of=("self",), no_key=True).filter(pk=survey.pk).first()
    asked: Asked | None = (
        Asked.objects.select_for_update(of=("self",)).filter(survey=survey, membership=by).first()
    )
    if row is None or asked is None or not by.is_active:
        raise NotAllowed
    if not row.is_running:
        raise SurveyOver
    if asked.answered:
        raise AnsweredAlready
    if asked.declined_at is not None and not again:
        asked.declined_at = None
        asked.save(update_fields=["declined_at"])
    return asked

"""Writing a survey, asking, calling off, closing: what the team does with it."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from communities.animation.surveys.exceptions import (
    AskedAlready,
    CannotReopen,
    OpensInThePast,
    SurveyChanged,
)
from communities.animation.surveys.models import Answer, Asked, Question, Survey
from communities.animation.surveys.permissions import can_run_surveys
from communities.calendar import DAY, day_of, moment_at, today
from communities.exceptions import NotAllowed
from communities.fields import one_line
from communities.journal.services import record
from communities.models import Community, Membership

# When a survey opens on a day that is still to come.
MORNING = datetime.time(9)


@dataclass(frozen=True)
class Asks:
    """One question as somebody has written it."""

    words: str
    form: str = Question.Form.SCALE
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class SurveyWishes:
    """What is asked, whom, how many and for how many days."""

    title: str
    asks: Sequence[Asks]
    purpose: str = Survey.Purpose.SHORT
    whom: str = Survey.Whom.ALL
    size: int = 100
    days: int = 14

    def put_into(self, survey: Survey) -> None:
        survey.title, survey.purpose, survey.whom = one_line(self.title), self.purpose, self.whom
        survey.size, survey.days = self.size, self.days

    def put_questions(self, survey: Survey) -> None:
        """The questions as they are now; nobody has answered one yet."""
        survey.questions.all().delete()
        for place, ask in enumerate(self.asks, 1):
            options = [one_line(option) for option in ask.options] if ask.form == Question.Form.CHOICE else []
            Question.objects.create(
                survey=survey, place=place, words=one_line(ask.words), form=ask.form, options=options
            )


@transaction.atomic
def write_survey(wishes: SurveyWishes, *, by: Membership) -> Survey:
    """A draft; nobody is asked yet. Raises NotAllowed."""
    if not can_run_surveys(by):
        raise NotAllowed
    survey = Survey(created_by=by)
    wishes.put_into(survey)
    survey.save()
    wishes.put_questions(survey)
    record(by, "survey_written", what=survey.title, about=survey.pk)
    return survey


@transaction.atomic
def edit_survey(
    survey: Survey,
    wishes: SurveyWishes,
    *,
    by: Membership,
    community: Community,
    version: int | None = None,
) -> Survey:
    """Change what will be asked. `version` is the one that its form was opened with.

    Raises NotAllowed, SurveyChanged, AskedAlready.
    """
    row = _locked(survey, by, version)
    _refuse_asked(row)
    before = _said(row)
    wishes.put_into(row)
    wishes.put_questions(row)
    if row.opens_at is not None:
        row.closes_at = _end_of(row, row.opens_at, community)
    _save(row)
    record(by, "survey_edited", what=row.title, about=row.pk, before=before, after=_said(row))
    return row


@transaction.atomic
def schedule_survey(
    survey: Survey,
    day: datetime.date | None,
    *,
    by: Membership,
    community: Community,
    version: int | None = None,
) -> Survey:
    """Ask: today at once, on a later day in the morning. A job chooses the people then.

    Raises NotAllowed, SurveyChanged, AskedAlready, OpensInThePast.
    """
    row = _locked(survey, by, version)
    _refuse_asked(row)
    here = today(community)
    if day is not None and day < here:
        raise OpensInThePast
    before = {"opens_at": row.opens_at}
    row.opens_at = timezone.now() if day in (None, here) else moment_at(day or here, MORNING, community)
    row.closes_at = _end_of(row, row.opens_at, community)
    _save(row)
    after = {"opens_at": row.opens_at}
    record(by, "survey_scheduled", what=row.title, about=row.pk, before=before, after=after)
    return row


@transaction.atomic
def call_off(survey: Survey, *, by: Membership) -> Survey:
    """Back to a draft, as long as nobody has been asked. Raises NotAllowed, SurveyChanged, AskedAlready."""
    row = _locked(survey, by)
    _refuse_asked(row)
    if row.opens_at is not None:
        row.opens_at = row.closes_at = None
        _save(row)
        record(by, "survey_called_off", what=row.title, about=row.pk)
    return row


@transaction.atomic
def delete_survey(survey: Survey, *, by: Membership) -> None:
    """A draft, for good, or one that found nobody; what was asked stays. Raises NotAllowed, SurveyChanged,
    AskedAlready."""
    row = _locked(survey, by)
    if not row.can_be_deleted:
        raise AskedAlready
    number = row.pk
    row.delete()
    record(by, "survey_deleted", what=row.title, about=number)


@transaction.atomic
def close_survey(survey: Survey, *, by: Membership) -> Survey:
    """Before its last day: nobody is told any more, no answer is taken. Raises NotAllowed, SurveyChanged."""
    row = _locked(survey, by)
    if row.is_running:
        row.closed_at, row.due_at = timezone.now(), None
        _save(row)
        record(by, "survey_closed", what=row.title, about=row.pk)
    return row


@transaction.atomic
def reopen_survey(survey: Survey, *, by: Membership) -> Survey:
    """What was closed before its last day goes on as it was. Raises NotAllowed, SurveyChanged, CannotReopen."""
    row = _locked(survey, by)
    if row.closed_at is None:
        return row
    if row.drawn_at is None or row.closes_at is None or row.closes_at <= timezone.now():
        raise CannotReopen
    untold = Asked.objects.filter(survey=row).untold().exists()
    row.closed_at, row.due_at = None, timezone.now() if untold else row.closes_at
    _save(row)
    record(by, "survey_reopened", what=row.title, about=row.pk)
    return row


@transaction.atomic
def take_words_away(answer: Answer, *, by: Membership) -> None:
    """Words that say who somebody is, or that nobody should have to read: for good. Raises NotAllowed."""
    if not can_run_surveys(by):
        raise NotAllowed
    title, number = answer.question.survey.title, answer.question.survey_id
    answer.delete()
    record(by, "survey_words_removed", what=title, about=number)


def _end_of(survey: Survey, opens_at: datetime.datetime, community: Community) -> datetime.datetime:
    """As the last of its days is over, by the community’s clocks; the day on which it opens is not counted."""
    return moment_at(day_of(opens_at, community) + (survey.days + 1) * DAY, datetime.time.min, community)


def _said(survey: Survey) -> dict[str, object]:
    asks = [
        " · ".join([question.words, str(question.get_form_display()), *question.options])
        for question in survey.questions.order_by("place")
    ]
    return {**survey.values(), "asks": asks}


def _refuse_asked(survey: Survey) -> None:
    if not survey.can_be_edited:
        raise AskedAlready


def _locked(survey: Survey, by: Membership, version: int | None = None) -> Survey:
    """Raises NotAllowed, SurveyChanged where it is gone or another one was seen."""
    if not can_run_surveys(by):
        raise NotAllowed
    row: Survey | None = Survey.objects.select_for_update(of=("self",)).filter(pk=survey.pk).first()
    if row is None or (version is not None and version != row.version):
        raise SurveyChanged
    return row


def _save(row: Survey) -> None:
    row.version += 1
    row.save()

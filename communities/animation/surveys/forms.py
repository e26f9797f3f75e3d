"""A survey to write, its day, and what somebody answers."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communities.animation.surveys.models import (
    LEAST_ASKED,
    MOST_ASKED,
    MOST_OPTIONS,
    MOST_QUESTIONS,
    Question,
    Survey,
)
from communities.animation.surveys.services import Asks, SurveyWishes
from communities.dates import DayField
from communities.figures import WholeField
from communities.models import Community

PLACES = range(1, MOST_QUESTIONS + 1)


class SurveyForm(forms.Form):
    """What is asked, whom, for how long: one question at least, three at most."""

    purpose = forms.ChoiceField(
        label=_("Purpose"),
        choices=Survey.Purpose.choices,
        widget=forms.RadioSelect,
        help_text=_("The recommendation score is counted from the first question, answered from 0 to 10."),
    )
    title = forms.CharField(label=_("Title"), max_length=120, help_text=_("Shown above the questions."))
    whom = forms.ChoiceField(label=_("To whom"), choices=Survey.Whom.choices)
    size = WholeField(
        label=_("How many"),
        min_value=LEAST_ASKED,
        max_value=MOST_ASKED,
        help_text=_("They are chosen at random from those who may be asked. The team is never asked."),
    )
    days = WholeField(label=_("Days open"), min_value=1, max_value=60)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        for place in PLACES:
            self._add_question(place)
        after = [
            name
            for name in self.fields
            if name not in ("purpose", "title", "whom", "size", "days", "version")
        ]
        self.order_fields(["purpose", "title", *after, "whom", "size", "days", "version"])

    def _add_question(self, place: int) -> None:
        number = {"n": place}
        self.fields[f"words{place}"] = forms.CharField(
            label=gettext("Question %(n)s") % number, max_length=200, required=place == 1
        )
        self.fields[f"form{place}"] = forms.ChoiceField(
            label=gettext("Answer to question %(n)s") % number, choices=Question.Form.choices
        )
        self.fields[f"options{place}"] = forms.CharField(
            label=gettext("Choices for question %(n)s") % number,
            required=False,
            max_length=MOST_OPTIONS * 82,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text=_("One per line, two to six; only for “One of several”."),
        )

    def questions(self) -> list[tuple[forms.BoundField, forms.BoundField, forms.BoundField]]:
        """The fields of each question: its words, its kind of answer, what can be chosen."""
        return [(self[f"words{place}"], self[f"form{place}"], self[f"options{place}"]) for place in PLACES]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for place in PLACES:
            self._check_options(place, data)
        if data.get("purpose") == Survey.Purpose.RECOMMEND and data.get("form1") not in (
            None,
            Question.Form.SCALE,
        ):
            self.add_error("form1", _("The recommendation score needs answers from 0 to 10."))
        return data

    def _check_options(self, place: int, data: dict[str, Any]) -> None:
        name = f"options{place}"
        options = [line.strip() for line in data.get(name, "").splitlines() if line.strip()]
        if data.get(f"form{place}") != Question.Form.CHOICE or not data.get(f"words{place}"):
            return
        if not 2 <= len(options) <= MOST_OPTIONS:
            self.add_error(name, _("Write two to six choices, one per line."))
        elif len(set(map(str.casefold, options))) < len(options):
            self.add_error(name, _("Two of them are the same."))
        elif any(len(option) > 80 for option in options):
            self.add_error(name, _("Keep each of them within 80 characters."))
        data[name] = options

    def wishes(self) -> SurveyWishes:
        data = self.cleaned_data
        asks = [
            Asks(data[f"words{place}"], data[f"form{place}"], tuple(data[f"options{place}"] or ()))
            for place in PLACES
            if data[f"words{place}"]
        ]
        return SurveyWishes(data["title"], asks, data["purpose"], data["whom"], data["size"], data["days"])


def first_values(community: Community, purpose: str, today: datetime.date) -> dict[str, Any]:
    """What the form of a new survey begins with."""
    start: dict[str, Any] = {"purpose": purpose, "whom": Survey.Whom.ALL, "size": 100, "days": 14}
    start |= {f"form{place}": Question.Form.SCALE for place in PLACES}
    if purpose == Survey.Purpose.RECOMMEND:
        month = date_format(today, "F Y")
        start["title"] = gettext("What do you think of us? %(month)s") % {"month": month}
        start["words1"] = gettext("How likely are you to recommend %(name)s to somebody like you?") % {
            "name": community.name
        }
        start |= {"words2": gettext("What is the main reason?"), "form2": Question.Form.WORDS}
    else:
        start["form1"] = Question.Form.YES
    return start


def values_of(survey: Survey) -> dict[str, Any]:
    """What its form shows of it."""
    said: dict[str, Any] = {**survey.values(), "version": survey.version}
    for question in survey.questions.all():
        place = question.place
        said |= {
            f"words{place}": question.words,
            f"form{place}": question.form,
            f"options{place}": "\n".join(question.options),
        }
    return said


class DayForm(forms.Form):
    """When people are asked."""

    day = DayField(label=_("First day"), required=False, help_text=_("Leave it empty to ask people at once."))
    version = forms.IntegerField(widget=forms.HiddenInput)


class AnswerForm(forms.Form):
    """The questions as whoever is asked sees them; each can be left out."""

    def __init__(self, data: Any = None, *, questions: Sequence[Question], **options: Any) -> None:
        super().__init__(data, **options)
        self.questions = list(questions)
        for question in self.questions:
            self.fields[f"q{question.pk}"] = _field(question)

    def said(self) -> dict[int, int | str]:
        """The answers by the number of their question."""
        said: dict[int, int | str] = {}
        for question in self.questions:
            answer = self.cleaned_data.get(f"q{question.pk}")
            if answer is not None and answer != "":
                said[question.pk] = answer
        return said


def _field(question: Question) -> forms.Field:
    if question.form == Question.Form.WORDS:
        return forms.CharField(
            label=question.words,
            required=False,
            max_length=1000,
            # A draft would stand under a name.
            widget=forms.Textarea(attrs={"rows": 4, "data-unkept": True}),
            help_text=_("Leave out anything that shows who you are."),
        )
    return forms.TypedChoiceField(
        label=question.words,
        required=False,
        coerce=int,
        empty_value=None,
        choices=[(number, label) for number, label in enumerate(question.choices())],
        widget=forms.RadioSelect,
    )

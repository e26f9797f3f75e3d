"""An application to a call, scores of a juror, and what managers do with an application."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communities.calls.applying import Said
from communities.calls.deciding import Plan
from communities.calls.models import Application, ApplicationFile, Ask, Call
from communities.calls.models.applications import LONGEST_SUMMARY, LONGEST_TITLE, LONGEST_WORDS
from communities.dates import DayField
from communities.fields import one_line
from communities.figures import SumField, WholeField
from communities.models import MANAGING_ROLES, Membership
from communities.people.exceptions import FileRefused
from communities.people.fields.files import check_file

# A field of numbers in a browser would not show what the language of the page writes.
AMOUNT = {"inputmode": "decimal", "autocomplete": "off"}
LONGEST_LINE, LONGEST_ANSWER = 300, 4000  # characters
TAKEN = "application/pdf,image/jpeg,image/png,image/webp"


class ApplicationForm(forms.Form):
    """An application: as much of it as there is, to be kept; all that is asked, to be sent."""

    title = forms.CharField(label=_("Name of the project"), max_length=LONGEST_TITLE)
    summary = forms.CharField(
        label=_("Your project in a few sentences"),
        max_length=LONGEST_SUMMARY,
        widget=forms.Textarea(attrs={"rows": 4, "class": "input"}),
        help_text=_("If it is selected, the team may publish its name, these sentences and your name."),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        call: Call,
        stored: dict[str, ApplicationFile],
        sends: bool,
        **options: Any,
    ) -> None:
        """`stored` are the files that are there, `sends` whether all that is asked must be in it."""
        super().__init__(data, files, **options)
        self.call, self.stored, self.sends = call, stored, sends
        self.fields["summary"].required = sends
        for question in call.questions:
            self.fields[question["key"]] = self._field(question)
        for place, condition in enumerate(call.conditions):
            self.fields[f"condition{place}"] = forms.BooleanField(
                label=condition,
                required=sends,
                error_messages={"required": _("Confirm this condition before you send your application.")},
            )

    def _field(self, question: dict[str, Any]) -> forms.Field:
        required = self.sends and question["required"]
        about: dict[str, Any] = {"label": question["words"], "required": required}
        kind = question["kind"]
        if kind == Ask.TEXT:
            area = forms.Textarea(attrs={"rows": 6, "class": "input"})
            return forms.CharField(max_length=LONGEST_ANSWER, widget=area, **about)
        if kind == Ask.NUMBER:
            return SumField(max_digits=14, decimal_places=4, widget=forms.TextInput(AMOUNT), **about)
        if kind == Ask.CHOICE:
            choices = [("", _("Choose …")), *((option, option) for option in question["options"])]
            return forms.ChoiceField(choices=choices, **about)
        if kind == Ask.DAY:
            return DayField(**about)
        if kind == Ask.FILE:
            return self._file_field(question, about)
        return forms.CharField(max_length=LONGEST_LINE, **about)

    def _file_field(self, question: dict[str, Any], about: dict[str, Any]) -> forms.Field:
        there = self.stored.get(question["key"])
        hint = gettext("PDF, JPEG, PNG or WebP, 10 MB at most.")
        if there is not None:
            about["required"] = False
            hint = gettext("“%(name)s” is stored; choosing another file replaces it.") % {"name": there.name}
        widget = forms.FileInput(attrs={"accept": TAKEN, "class": "input"})
        return forms.FileField(widget=widget, help_text=hint, max_length=200, **about)

    @property
    def keys(self) -> list[str]:
        return [question["key"] for question in self.call.questions]

    @property
    def is_multipart_form(self) -> bool:
        return any(question["kind"] == Ask.FILE for question in self.call.questions)

    def answers(self) -> list[forms.BoundField]:
        return [self[key] for key in self.keys]

    def conditions(self) -> list[forms.BoundField]:
        return [self[f"condition{place}"] for place in range(len(self.call.conditions))]

    def clean_title(self) -> str:
        return one_line(self.cleaned_data["title"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for question in self.call.questions:
            file = data.get(question["key"])
            if question["kind"] == Ask.FILE and file:
                try:
                    check_file(file)
                except FileRefused as refusal:
                    self.add_error(question["key"], str(refusal))
        return data

    def said(self) -> Said:
        data, answers, files = self.cleaned_data, {}, {}
        for question in self.call.questions:
            key, value = question["key"], self.cleaned_data.get(question["key"])
            if question["kind"] == Ask.FILE:
                if value:
                    files[key] = value
            elif value not in (None, ""):
                answers[key] = _as_kept(value)
        confirmed = [place for place in range(len(self.call.conditions)) if data[f"condition{place}"]]
        return Said(data["title"], data["summary"], answers, confirmed, files)


def _as_kept(value: Any) -> str:
    """An answer as its row keeps it, in no language."""
    if isinstance(value, datetime.date):
        return value.isoformat()
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def said_in(application: Application) -> dict[str, Any]:
    """An application as its form says it."""
    said: dict[str, Any] = {"title": application.title, "summary": application.summary}
    for question in application.call.questions:
        kept = application.answers.get(question["key"])
        if kept and question["kind"] == Ask.DAY:
            kept = datetime.date.fromisoformat(kept)
        elif kept and question["kind"] == Ask.NUMBER:
            kept = Decimal(kept)
        said[question["key"]] = kept
    said |= {f"condition{place}": True for place in application.confirmed}
    return said | {"version": application.version}


class ScoreForm(forms.Form):
    """A juror’s scores."""

    def __init__(self, data: Any = None, *, call: Call, **options: Any) -> None:
        super().__init__(data, **options)
        self.call = call
        for place, one in enumerate(call.criteria):
            self.fields[f"score{place}"] = WholeField(
                label=one["name"],
                min_value=0,
                max_value=call.scale,
                help_text=gettext("From 0 to %(most)s; weight %(weight)s.")
                % {"most": call.scale, "weight": one["weight"]},
            )

    def scores(self) -> list[int]:
        return [self.cleaned_data[f"score{place}"] for place in range(len(self.call.criteria))]


class MoveForm(forms.Form):
    """One step further, with the words that the applicant is told."""

    state = forms.ChoiceField(label=_("Decision"), widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("What the applicant is told"),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 5, "class": "input"}),
        help_text=_("The reasons, in words for the person who applied. They get them by mail."),
    )
    seen = forms.CharField(max_length=9, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, application: Application, **options: Any) -> None:
        super().__init__(data, **options)
        # What was chosen stays choosable while somebody else decides: the service says what became of it.
        states = application.next_states if data is None else tuple(Application.State)
        self.fields["state"].choices = [(state.value, state.label) for state in states]  # type: ignore[attr-defined]
        self.initial.setdefault("seen", application.state)


class _Person(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A manager, by name."""

    def label_from_instance(self, person: Membership) -> str:
        return person.display_name


class PlanForm(forms.Form):
    """Who sees a chosen project through, by when, and what it is worth."""

    # Who may be chosen is known in a community only.
    owner = _Person(
        label=_("Who sees it through"), queryset=None, required=False, empty_label=_("Nobody yet")
    )
    due_on = DayField(
        label=_("Next step by"), required=False, help_text=_("From that day on, it appears on Today.")
    )
    expected = SumField(
        label=_("Expected value"),
        required=False,
        min_value=0,
        max_digits=14,
        decimal_places=2,
        widget=forms.TextInput(AMOUNT),
    )
    chance = WholeField(label=_("How likely, in percent"), min_value=0, max_value=100)
    actual = SumField(
        label=_("Actual value"),
        required=False,
        min_value=0,
        max_digits=14,
        decimal_places=2,
        widget=forms.TextInput(AMOUNT),
        help_text=_("Once the project is delivered, this counts in the results, on the day of delivery."),
    )

    def __init__(self, data: Any = None, *, currency: str, **options: Any) -> None:
        super().__init__(data, **options)
        # Nobody else of the team reads applications.
        managers = Membership.objects.active().in_roles(MANAGING_ROLES)
        self.fields["owner"].queryset = managers.order_by("display_name", "pk")  # type: ignore[attr-defined]
        for name in ("expected", "actual"):
            self.fields[name].label = f"{self.fields[name].label} ({currency})"

    def plan(self) -> Plan:
        return Plan(**self.cleaned_data)


def said_in_plan(application: Application) -> dict[str, Any]:
    names = ("owner", "due_on", "expected", "chance", "actual")
    return {name: getattr(application, name) for name in names}

"""A call to write: its hours, who may apply, what is asked, and by what a jury judges."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communities.calls.models import Application, Ask, Call
from communities.calls.models.calls import (
    LEAST_SCALE,
    LONGEST_CHOICE,
    LONGEST_CONDITION,
    LONGEST_CRITERION,
    LONGEST_QUESTION,
    MOST_CHOICES,
    MOST_CONDITIONS,
    MOST_CRITERIA,
    MOST_JURORS,
    MOST_QUESTIONS,
    MOST_SCALE,
    MOST_WEIGHT,
)
from communities.calls.services import Wishes
from communities.dates import MomentField
from communities.fields import one_line
from communities.figures import WholeField
from communities.models import Membership

PLACES = range(1, MOST_QUESTIONS + 1)
CRITERIA = range(1, MOST_CRITERIA + 1)


def _lines(text: str) -> list[str]:
    return [line for line in (one_line(line) for line in text.splitlines()) if line]


class HoursForm(forms.Form):
    """When a call opens and closes, and who judges: what can be changed at any time."""

    opens_at = MomentField(label=_("Opens at"), help_text=_("It opens and closes automatically."))
    closes_at = MomentField(label=_("Closes at"))
    jury = forms.CharField(
        label=_("Jury"),
        required=False,
        max_length=MOST_JURORS * 40,
        widget=forms.Textarea(attrs={"rows": 4, "class": "input"}),
        help_text=_(
            "Members by their handles, one per line. They read what was sent and score it against "
            "the criteria; none of them can apply."
        ),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, call: Call | None = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.call = call

    def clean_jury(self) -> list[int]:
        handles = list(
            dict.fromkeys(line.lstrip("@").casefold() for line in _lines(self.cleaned_data["jury"]))
        )
        if len(handles) > MOST_JURORS:
            raise forms.ValidationError(
                gettext("A jury has %(most)s members at most.") % {"most": MOST_JURORS}
            )
        people = []
        for handle in handles:
            person = Membership.objects.active().with_handle(handle).first()
            if person is None:
                raise forms.ValidationError(
                    gettext("Nobody here has the handle “%(handle)s”.") % {"handle": handle[:40]}
                )
            people.append(person.pk)
        applied = Application.objects.filter(call=self.call, applicant__in=people) if self.call else None
        first = applied.select_related("applicant").first() if applied is not None else None
        if first is not None:
            raise forms.ValidationError(
                gettext("%(name)s has begun an application to this call, so cannot judge it.")
                % {"name": first.applicant.display_name}
            )
        return people

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        opens, closes = data.get("opens_at"), data.get("closes_at")
        if opens is not None and closes is not None and closes <= opens:
            self.add_error("closes_at", _("It closes before it opens. Choose a later moment."))
        return data

    def wishes(self) -> Wishes:
        data, call = self.cleaned_data, self.call
        assert call is not None  # of a new call the whole form is asked
        return Wishes(
            data["opens_at"],
            data["closes_at"],
            call.conditions,
            call.questions,
            call.criteria,
            call.scale,
            frozenset(data["jury"]),
        )


class CallForm(HoursForm):
    """All of a call."""

    conditions = forms.CharField(
        label=_("Who may apply"),
        required=False,
        max_length=MOST_CONDITIONS * (LONGEST_CONDITION + 2),
        widget=forms.Textarea(attrs={"rows": 4, "class": "input"}),
        help_text=_(
            "Conditions, one per line, worded as applicants would confirm them: “I am over 18.” "
            "Anyone who may reply to the text may apply."
        ),
    )
    scale = WholeField(
        label=_("Highest score"),
        min_value=LEAST_SCALE,
        max_value=MOST_SCALE,
        initial=5,
        help_text=_("Each criterion is scored from 0 to this number."),
    )

    def __init__(self, data: Any = None, *, call: Call | None = None, **options: Any) -> None:
        super().__init__(data, call=call, **options)
        for place in PLACES:
            self._add_question(place)
        for place in CRITERIA:
            number = {"n": place}
            self.fields[f"criterion{place}"] = forms.CharField(
                label=gettext("Criterion %(n)s") % number, max_length=LONGEST_CRITERION, required=False
            )
            self.fields[f"weight{place}"] = WholeField(
                label=gettext("Weight of criterion %(n)s") % number,
                min_value=1,
                max_value=MOST_WEIGHT,
                required=False,
                initial=1,
            )

    def _add_question(self, place: int) -> None:
        number = {"n": place}
        self.fields[f"words{place}"] = forms.CharField(
            label=gettext("Question %(n)s") % number, max_length=LONGEST_QUESTION, required=False
        )
        self.fields[f"kind{place}"] = forms.ChoiceField(
            label=gettext("Answer to question %(n)s") % number, choices=Ask.choices, required=False
        )
        self.fields[f"options{place}"] = forms.CharField(
            label=gettext("Choices for question %(n)s") % number,
            required=False,
            max_length=MOST_CHOICES * (LONGEST_CHOICE + 2),
            widget=forms.Textarea(attrs={"rows": 3, "class": "input"}),
            help_text=_("One per line; only for “One of several”."),
        )
        self.fields[f"required{place}"] = forms.BooleanField(
            label=gettext("Question %(n)s must be answered") % number, required=False
        )

    @property
    def hours(self) -> list[forms.BoundField]:
        return [self[name] for name in ("opens_at", "closes_at", "conditions")]

    def questions(self) -> list[tuple[int, bool, list[forms.BoundField]]]:
        """The fields of each question, and whether there is anything in it."""
        names = ("words", "kind", "options", "required")
        return [
            (place, bool(self[f"words{place}"].value()), [self[f"{name}{place}"] for name in names])
            for place in PLACES
        ]

    def criteria(self) -> list[list[forms.BoundField]]:
        return [[self[f"criterion{place}"], self[f"weight{place}"]] for place in CRITERIA]

    def clean_conditions(self) -> list[str]:
        lines = _lines(self.cleaned_data["conditions"])
        if len(lines) > MOST_CONDITIONS:
            raise forms.ValidationError(
                gettext("You have entered %(n)s conditions; the limit is %(most)s.")
                % {"n": len(lines), "most": MOST_CONDITIONS}
            )
        if any(len(line) > LONGEST_CONDITION for line in lines):
            raise forms.ValidationError(
                gettext("A condition has %(n)s characters at most.") % {"n": LONGEST_CONDITION}
            )
        return lines

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        for place in PLACES:
            self._check_options(place, data)
        if data.get("jury") and not any(data.get(f"criterion{place}") for place in CRITERIA):
            self.add_error("criterion1", _("A jury needs a criterion to score by."))
        return data

    def _check_options(self, place: int, data: dict[str, Any]) -> None:
        name = f"options{place}"
        options = _lines(data.get(name) or "")
        data[name] = []
        if data.get(f"kind{place}") != Ask.CHOICE or not data.get(f"words{place}"):
            return
        if not 2 <= len(options) <= MOST_CHOICES:
            self.add_error(name, _("Write two to twelve choices, one per line."))
        elif len(set(map(str.casefold, options))) < len(options):
            self.add_error(name, _("Two of them are the same."))
        elif any(len(option) > LONGEST_CHOICE for option in options):
            self.add_error(name, _("Keep each of them within 80 characters."))
        else:
            data[name] = options

    def wishes(self) -> Wishes:
        data = self.cleaned_data
        questions = [
            {
                "key": f"q{place}",
                "words": one_line(data[f"words{place}"]),
                "kind": data[f"kind{place}"] or Ask.LINE.value,
                "required": bool(data[f"required{place}"]),
                "options": data[f"options{place}"],
            }
            for place in PLACES
            if data[f"words{place}"]
        ]
        criteria = [
            {"name": one_line(data[f"criterion{place}"]), "weight": data[f"weight{place}"] or 1}
            for place in CRITERIA
            if data[f"criterion{place}"]
        ]
        return Wishes(
            data["opens_at"],
            data["closes_at"],
            data["conditions"],
            questions,
            criteria,
            data["scale"],
            frozenset(data["jury"]),
        )


def said_of(call: Call, handles: Iterable[str]) -> dict[str, Any]:
    """A call as its form says it."""
    said: dict[str, Any] = {
        "opens_at": call.opens_at,
        "closes_at": call.closes_at,
        "conditions": "\n".join(call.conditions),
        "scale": call.scale,
        "jury": "\n".join(f"@{handle}" for handle in handles),
        "version": call.version,
    }
    for one in call.questions:
        place = one["key"].removeprefix("q")
        said |= {
            f"words{place}": one["words"],
            f"kind{place}": one["kind"],
            f"options{place}": "\n".join(one["options"]),
            f"required{place}": one["required"],
        }
    for place, one in enumerate(call.criteria, 1):
        said |= {f"criterion{place}": one["name"], f"weight{place}": one["weight"]}
    return said

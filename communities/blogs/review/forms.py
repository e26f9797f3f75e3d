"""The forms of an article on its way past an editor."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from communities.blogs.review.models import LONGEST_LINE, LONGEST_NOTE, LONGEST_WORDS, MOST_LINES
from communities.dates import DayField, HourField


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea({"class": "input", "rows": rows})


class SubmitForm(forms.Form):
    """What the author confirms; its choices are the lines of the blog’s checklist."""

    ticked = forms.MultipleChoiceField(
        label=_("Confirm what is so"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, lines: list[str], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["ticked"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(line, line) for line in lines]


class DecisionForm(forms.Form):
    """An editor’s word, and when the article is to appear."""

    word = forms.CharField(
        label=_("Message to its authors"), max_length=LONGEST_NOTE, required=False, widget=_area(3)
    )
    day = DayField(label=_("Day"), required=False)
    hour = HourField(label=_("Hour"), required=False)
    round = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**15 - 1)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    @property
    def seen(self) -> tuple[int, int]:
        return self.cleaned_data["round"], self.cleaned_data["version"]


class ScheduleDecisionForm(DecisionForm):
    """The same where the article is to appear on a day to come."""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not (data.get("day") and data.get("hour")) and not {"day", "hour"} & self.errors.keys():
            self.add_error("day", _("Choose a day and an hour."))
        return data


class NoteForm(forms.Form):
    """A note beside a paragraph; `passage` is its number on the page, `mark` stands for how it read there."""

    words = forms.CharField(label=_("Note"), max_length=LONGEST_NOTE, widget=_area(3))
    about = forms.CharField(
        label=_("On which words"),
        max_length=LONGEST_WORDS,
        required=False,
        widget=forms.TextInput({"class": "input"}),
        help_text=_("Copied from the paragraph; leave it empty for the whole paragraph."),
    )
    passage = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=10_000)
    mark = forms.CharField(max_length=8, required=False, widget=forms.HiddenInput)


class ChecklistForm(forms.Form):
    """Lines that authors confirm, one in each line of the box."""

    lines = forms.CharField(
        label=_("What authors confirm"),
        required=False,
        max_length=MOST_LINES * (LONGEST_LINE + 2),
        widget=_area(8),
        help_text=_("One per line: “Sources are named”, “Links were opened”."),
    )

    def clean_lines(self) -> list[str]:
        lines = [
            " ".join(line.split()) for line in str(self.cleaned_data["lines"]).splitlines() if line.strip()
        ]
        if len(lines) > MOST_LINES:
            said = ngettext("%(most)s line at most.", "%(most)s lines at most.", MOST_LINES)
            raise forms.ValidationError(said % {"most": MOST_LINES})
        if any(len(line) > LONGEST_LINE for line in lines):
            raise forms.ValidationError(_("A line has 160 characters at most."))
        return lines

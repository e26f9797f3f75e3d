"""Which labels of a form say that no answer is needed."""

from __future__ import annotations

from django import forms

from communities.console.place.forms import NeededAtTimes
from communities.people.fields.kinds import AskedBoxes

SIZES = [("s", "Small"), ("l", "Large")]


class Order(forms.Form):
    name = forms.CharField()
    note = forms.CharField(required=False)
    size = forms.ChoiceField(choices=SIZES, required=False, widget=forms.RadioSelect)
    chosen = forms.ChoiceField(choices=SIZES, required=False, widget=forms.RadioSelect, initial="s")
    or_none = forms.ChoiceField(choices=[("", "None"), *SIZES], required=False, widget=forms.RadioSelect)
    shown = forms.MultipleChoiceField(choices=SIZES, required=False, widget=forms.CheckboxSelectMultiple)
    asked = forms.MultipleChoiceField(choices=SIZES, required=False, widget=AskedBoxes)
    needed = forms.MultipleChoiceField(choices=SIZES, widget=AskedBoxes)
    at_times = forms.CharField(required=False, widget=NeededAtTimes)


def test_what_need_not_be_answered_says_so() -> None:
    said = {field.name for field in Order() if field.says_optional}
    assert said == {"note", "size", "asked"}
    assert str(Order()).count("(optional)") == len(said)

"""What a series is called, and which article comes into it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.blogs.series.models import LONGEST_TITLE
from communities.fields import one_line


class SeriesForm(forms.Form):
    title = forms.CharField(
        label=_("Title of the series"),
        max_length=LONGEST_TITLE,
        widget=forms.TextInput({"class": "input"}),
        error_messages={"required": _("Give the series a title first.")},
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    def clean_title(self) -> str:
        return one_line(str(self.cleaned_data["title"]))


class PartForm(forms.Form):
    article = forms.TypedChoiceField(
        label=_("Article"),
        coerce=int,
        widget=forms.Select({"class": "input"}),
        error_messages={
            "required": _("Choose an article first."),
            "invalid_choice": _("Choose an article of this blog that is not in a series."),
        },
    )

    def __init__(self, data: Any = None, *, titles: list[tuple[int, str]]) -> None:
        super().__init__(data)
        field = self.fields["article"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [("", _("Choose an article")), *titles]

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.content.forms import BodyForm


class MarginForm(forms.Form):
    margin = forms.CharField(label=_("In the margin"), max_length=200, required=False)


class NoteForm(BodyForm):
    title = forms.CharField(label=_("Title"), max_length=200)
    mood = forms.CharField(label=_("Mood"), max_length=80, required=False)

    def arguments(self) -> dict[str, Any]:
        names = ("title", "mood", "body", "body_format", "submission")
        return {name: self.cleaned_data[name] for name in names}

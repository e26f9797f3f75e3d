"""A file of another calendar."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.events.foreign import MOST_BYTES
from communities.sizes import size_in_words


class CalendarFileForm(forms.Form):
    """The file; cleaned to its bytes."""

    file = forms.FileField(
        label=_("Calendar file (.ics)"),
        max_length=200,
        error_messages={
            "required": _("Choose a file first."),
            "empty": _("This file is empty."),
        },
        widget=forms.FileInput({"accept": ".ics,text/calendar", "class": "input"}),
    )

    def clean_file(self) -> bytes:
        file: Any = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(
                _("This file has more than %(most)s. Export fewer events at once.")
                % {"most": size_in_words(MOST_BYTES)}
            )
        data: bytes = file.read()
        return data

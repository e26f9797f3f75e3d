"""What the operator is asked for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from communities.console.founding import LONGEST_SLUG, RESERVED
from communities.models import slug_rule


class UploadForm(forms.Form):
    file = forms.FileField(
        label=pgettext_lazy("noun", "Export"),
        help_text=_("The .zip that its owner has downloaded, as it is."),
        widget=forms.FileInput(attrs={"accept": ".zip,application/zip", "class": "input"}),
        error_messages={"required": _("Choose the file.")},
    )


class BringForm(forms.Form):
    slug = forms.CharField(
        label=_("Short name here"),
        max_length=LONGEST_SLUG,
        validators=[slug_rule],
        help_text=_("Its address on this platform. Domains are proven by its owner afterwards."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_slug(self) -> str:
        slug: Any = self.cleaned_data["slug"]
        if slug in RESERVED:
            raise forms.ValidationError(
                _("This name is kept for the platform. Choose another one."), code="kept"
            )
        return str(slug)

"""Asking for an export."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class ExportForm(forms.Form):
    sure = forms.BooleanField(
        label=_("I keep the file where nobody else reads it"),
        error_messages={
            "required": _(
                "Say that you keep it safe: every member’s address and every private text are in it."
            )
        },
    )

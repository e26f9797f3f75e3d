"""A member named by their handle, in a form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.letters import fold
from communities.models import Membership


class HandleField(forms.CharField):
    """The handle of an active member, cleaned to the membership."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", 41)
        attrs = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        options.setdefault("widget", forms.TextInput(attrs=attrs))
        super().__init__(**options)

    def clean(self, value: Any) -> Any:
        handle = str(super().clean(value)).strip().lstrip("@")
        # As it is read, whatever its capitals and accents: two are never told apart by those alone.
        person = Membership.objects.active().filter(handle_key=fold(handle)).first()
        if person is None:
            raise forms.ValidationError(_("Nobody here has this handle."), code="unknown")
        return person

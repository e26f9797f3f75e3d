from __future__ import annotations

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from members.addresses import AddressField


class RecipientForm(forms.Form):
    email = AddressField(
        label=_("E-mail address"),
        help_text=_("Also of somebody who is not a member: the figures are in the mail."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

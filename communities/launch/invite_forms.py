"""To whom invitations go: a few, or a wave of them."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from members.addresses import check_address, without_invisible


class AddressesField(forms.CharField):
    """E-mail addresses, one a line or separated by commas; cleaned to a list, each once."""

    default_error_messages = {"most": _("%(most)s addresses at most.")}

    def __init__(self, *, most: int, **options: Any) -> None:
        self.most = most
        options.setdefault(
            "widget", forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "data-unkept": True})
        )
        super().__init__(**options)

    def clean(self, value: Any) -> list[str]:
        found = [
            part.lower()
            for part in re.split(r"[\s,;]+", without_invisible(str(super().clean(value))))
            if part
        ]
        if len(found) > self.most:
            raise ValidationError(self.error_messages["most"], params={"most": self.most}, code="most")
        for address in found:
            try:
                check_address(address)
            except ValidationError:
                raise ValidationError(
                    gettext("“%(address)s” is not an e-mail address."), params={"address": address}
                ) from None
        return list(dict.fromkeys(found))


class InviteForm(forms.Form):
    addresses = AddressesField(
        label=_("E-mail addresses"), most=20, help_text=_("One per line. Each gets its own link.")
    )
    words = forms.CharField(
        label=_("A word from you"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("People are more likely to join when they know why you thought of them."),
    )


class WaveForm(InviteForm):
    name = forms.CharField(label=_("Name of the wave"), max_length=60)
    addresses = AddressesField(
        label=_("E-mail addresses"), most=500, help_text=_("One per line, 500 at most per wave.")
    )

    field_order = ["name", "addresses", "words"]

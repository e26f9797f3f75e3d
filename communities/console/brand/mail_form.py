"""The form of the mails’ look."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.console.brand.state import mail_look_of, version_of
from communities.models import Community

LONGEST = 300


class MailLookForm(forms.Form):
    """What stands above and below the words of a mail."""

    signature = forms.CharField(
        label=_("Signature"),
        max_length=LONGEST,
        required=False,
        help_text=_(
            "Under each mail, above the publisher’s name. A few lines: who greets, where to reach you."
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    with_logo = forms.BooleanField(
        label=_("Your logo at the top"),
        required=False,
        help_text=_("If there is none, your name is shown instead."),
    )
    with_band = forms.BooleanField(label=_("A band in your colour across the top"), required=False)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, community: Community, **options: Any) -> None:
        look = mail_look_of(community)
        super().__init__(*args, **{"initial": {**look, "seen": version_of(look)}, **options})

    @property
    def chosen(self) -> dict[str, Any]:
        data = self.cleaned_data
        lines = "\n".join(" ".join(line.split()) for line in data["signature"].strip().splitlines())
        return {"signature": lines, "with_logo": data["with_logo"], "with_band": data["with_band"]}

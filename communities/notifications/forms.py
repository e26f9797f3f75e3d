from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.models import Membership
from communities.notices import notices


class ChannelsForm(forms.Form):
    """A checkbox for each kind of news that can be mailed: ticked means “send it”."""

    mails = forms.MultipleChoiceField(
        label=_("Send me an e-mail when"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("One mail about a thread until you come back, however many replies there are."),
    )

    def __init__(self, data: Any = None, *, membership: Membership) -> None:
        asked = [notice for notice in notices if notice.can_be_muted and notice.is_asked(membership)]
        self.names = [notice.name for notice in asked]
        # What is not asked stays as it is.
        self.others = [kind for kind in membership.muted_mails if kind not in self.names]
        wanted = [name for name in self.names if name not in membership.muted_mails]
        super().__init__(data, initial={"mails": wanted})
        choices = [(notice.name, notice.question) for notice in asked]
        cast("forms.ChoiceField", self.fields["mails"]).choices = choices

    def muted(self) -> list[str]:
        left_out = [name for name in self.names if name not in self.cleaned_data["mails"]]
        return left_out + self.others

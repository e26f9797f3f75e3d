"""Forms of the pages about domains and sender."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.fields import one_line
from communities.mailing.models import Sender
from communities.models import Community
from members.addresses import AddressField


class DomainForm(forms.Form):
    host = forms.CharField(
        label=_("Domain"),
        max_length=300,
        help_text=_(
            "Such as community.example.org. It stays with its current provider; only two records change."
        ),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none", "inputmode": "url"}
        ),
    )


class SenderForm(forms.Form):
    name = forms.CharField(
        label=_("Sender’s name"),
        max_length=80,
        required=False,
        help_text=_("Where it is empty, the community’s name is used."),
    )
    address = AddressField(
        label=_("Sender’s address"),
        max_length=254,
        required=False,
        help_text=_("At a domain of yours, where somebody reads the answers. Empty: the platform’s address."),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    @staticmethod
    def values_of(community: Community, sender: Sender | None) -> dict[str, str]:
        return {
            "name": community.sender_name,
            "address": sender.address if sender else community.sender_email,
        }

    def clean_name(self) -> str:
        name: str = one_line(self.cleaned_data["name"])
        if any(sign in name for sign in '<>@"\\'):
            raise forms.ValidationError(_("A name, without an address and without quotation marks."))
        return name

    def clean_address(self) -> str:
        """The part after the @ without capitals: it is looked up, and compared."""
        name, at, host = str(self.cleaned_data["address"]).strip().rpartition("@")
        return f"{name}{at}{host.lower()}"

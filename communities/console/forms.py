"""Forms of the settings."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.models import Community
from members.addresses import AddressField


class LegalIdentityForm(forms.Form):
    """Who publishes the community, as the law requires; required fields are those that opening to everyone needs."""

    publisher = forms.CharField(
        label=_("Publisher"),
        max_length=200,
        help_text=_("The company, association or person that publishes this place."),
    )
    form = forms.CharField(
        label=_("Legal form"),
        max_length=200,
        required=False,
        help_text=_("With the share capital, where there is one."),
    )
    registration = forms.CharField(
        label=_("Registration"),
        max_length=200,
        required=False,
        help_text=_("The register and its number, and the VAT number."),
    )
    address = forms.CharField(label=_("Address"), max_length=400, widget=forms.Textarea(attrs={"rows": 3}))
    phone = forms.CharField(
        label=_("Telephone"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    contact = AddressField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("Where anybody may write to those who run this place."),
    )
    publication_director = forms.CharField(
        label=_("Publication director"),
        max_length=200,
        help_text=_("The person who answers for what is published, by name."),
    )
    host = forms.CharField(
        label=_("Host"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Who stores the place: name, address and telephone."),
    )
    dpo = forms.CharField(
        label=_("Data protection officer"),
        max_length=200,
        required=False,
        help_text=_("Where one is named: how to reach them."),
    )

    @staticmethod
    def values_of(community: Community) -> dict[str, str]:
        return {name: str(community.legal.get(name) or "") for name in LegalIdentityForm.base_fields}

"""What the operator is asked before an act."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.console.operator.opening import LENGTHS
from communities.figures import WholeField
from communities.models import Community
from communities.quotas import Quota, limit_of
from communities.sizes import MEGABYTE
from members.addresses import AddressField

MOST = 10**9


class ReasonForm(forms.Form):
    """Why: for the journal, and where it concerns a community for its owner."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        min_length=5,
        help_text=_("A sentence, or the number of a ticket. It is kept in the journal."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, community: Community | None = None, **options: Any) -> None:
        self.community = community
        super().__init__(*args, **options)


class HandOverForm(ReasonForm):
    address = AddressField(
        label=_("Address of the new owner"),
        help_text=_(
            "They come in with a code sent to this address. Who owns it now becomes a community manager."
        ),
    )
    field_order = ("address", "reason")


class DeleteForm(ReasonForm):
    """A community is deleted by its name, typed."""

    name = forms.CharField(
        label=_("Its name, to confirm"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    field_order = ("name", "reason")


class EnterForm(ReasonForm):
    minutes = forms.ChoiceField(
        label=_("For"),
        choices=[(str(n), _("%(n)s minutes") % {"n": n}) for n in LENGTHS],
        initial=str(LENGTHS[1]),
    )


class QuotaForm(ReasonForm):
    """An empty field is no limit."""

    members = WholeField(
        label=_("Members"),
        required=False,
        min_value=1,
        max_value=MOST,
        help_text=_("When they are reached, nobody else can join."),
    )
    storage = WholeField(
        label=_("Storage, in megabytes"),
        required=False,
        min_value=1,
        max_value=MOST,
        help_text=_("When it is used up, no more pictures can be added."),
    )
    mails = WholeField(
        label=_("E-mails a day"),
        required=False,
        min_value=1,
        max_value=MOST,
        help_text=_("News beyond this limit is sent the next day; codes and decisions are always sent."),
    )

    def __init__(self, *args: Any, community: Community, **options: Any) -> None:
        storage = limit_of(community, Quota.STORAGE)
        initial = {
            "members": limit_of(community, Quota.MEMBERS),
            "storage": storage and storage // MEGABYTE,
            "mails": limit_of(community, Quota.MAILS),
        }
        super().__init__(*args, community=community, initial=initial, **options)
        del self.fields["reason"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        storage = cleaned.get("storage")
        cleaned["quotas"] = {
            Quota.MEMBERS: cleaned.get("members"),
            Quota.STORAGE: storage * MEGABYTE if storage else None,
            Quota.MAILS: cleaned.get("mails"),
        }
        return cleaned


class SearchPeopleForm(ReasonForm):
    address = forms.CharField(
        label=_("E-mail address, or its beginning"),
        min_length=3,
        max_length=254,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    field_order = ("address", "reason")

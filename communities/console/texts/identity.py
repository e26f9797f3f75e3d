"""Who publishes the place: its form and its page."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from communities.console.conflicts import rebase, show_kept
from communities.console.place.onward import go_on
from communities.console.services import digest_of
from communities.console.services import edit_legal_identity as save_identity
from communities.exceptions import ChangedMeanwhile, DomainError
from communities.launch.services import missing_identity
from communities.middleware import MemberRequest
from communities.models import Community, Membership
from communities.permissions import can_edit_legal_identity, team_page
from communities.texts.authorities import authorities, country_of_zone
from members.addresses import AddressField


class LegalIdentityForm(forms.Form):
    """Who publishes the community, as the law requires; required fields are those that opening to everyone needs."""

    publisher = forms.CharField(
        label=gettext_lazy("Publisher"),
        max_length=200,
        help_text=gettext_lazy("The company, association or person that publishes this place."),
    )
    form = forms.CharField(
        label=gettext_lazy("Legal form"),
        max_length=200,
        required=False,
        help_text=gettext_lazy(
            "With the share capital, where there is one. Only a private person leaves it empty."
        ),
    )
    registration = forms.CharField(
        label=gettext_lazy("Registration"),
        max_length=200,
        required=False,
        help_text=gettext_lazy(
            "The register and its number, and the VAT number. Left empty, the legal notice says that there is none."
        ),
    )
    address = forms.CharField(
        label=gettext_lazy("Address"), max_length=400, widget=forms.Textarea(attrs={"rows": 3})
    )
    country = forms.ChoiceField(
        label=gettext_lazy("Country"),
        required=False,
        help_text=gettext_lazy("The privacy text names the authority of this country."),
    )
    phone = forms.CharField(
        label=gettext_lazy("Telephone"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    contact = AddressField(
        label=gettext_lazy("E-mail address"),
        max_length=254,
        help_text=gettext_lazy("Where anybody may write to those who run this place."),
    )
    publication_director = forms.CharField(
        label=gettext_lazy("Publication director"),
        max_length=200,
        help_text=gettext_lazy("The person who answers for what is published, by name."),
    )
    host = forms.CharField(
        label=gettext_lazy("Host"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Who stores the place: name, address and telephone."),
    )
    dpo = forms.CharField(
        label=gettext_lazy("Data protection officer"),
        max_length=200,
        required=False,
        help_text=gettext_lazy(
            "Name and address. Left empty, the privacy text says that none has been appointed."
        ),
    )
    # What the page was filled with: who saves over another’s change is told.
    seen = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        named = sorted((one.country, code) for code, one in authorities().items())
        country = cast("forms.ChoiceField", self.fields["country"])
        country.choices = [("", _("Another country")), *((code, name) for name, code in named)]

    @staticmethod
    def values_of(community: Community, by: Membership | None = None) -> dict[str, str]:
        """What is kept; of a place that nobody has described yet, what is likely: the owner answers for it, in the
        country of its clock."""
        known = {name: str(community.legal.get(name) or "") for name in LegalIdentityForm.base_fields}
        # Whoever runs the platform knows it; an owner would have to ask.
        known["host"] = known["host"] or settings.HOSTED_BY
        if not community.legal:
            known["country"] = country_of_zone(community.time_zone)
            known["publication_director"] = _likely_director(by)
        return known | {"seen": digest_of(community.legal)}

    def identity(self) -> dict[str, str]:
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


def _likely_director(by: Membership | None) -> str:
    return by.display_name if by is not None and by.role == Membership.Role.OWNER else ""


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_legal_identity)
def edit_legal_identity(request: MemberRequest) -> HttpResponse:
    """Who publishes this place? What is missing keeps the launch from opening it to everyone."""
    values = LegalIdentityForm.values_of(request.community, request.membership)
    form = LegalIdentityForm(request.POST if request.method == "POST" else None, initial=values)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            _save(request, form)
        except ChangedMeanwhile as changed:
            kept = Community.objects.get(pk=request.community.pk).legal
            show_kept(form, kept)
            rebase(form, changed, seen=digest_of(kept))
            status = 409
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return go_on(request, "identity", redirect("console:edit-legal-identity"))
    context = {"form": form, "missing": missing_identity(request.community.legal)}
    return render(request, "console/texts/edit_legal_identity.html", context, status=status)


def _save(request: MemberRequest, form: LegalIdentityForm) -> None:
    assert request.membership is not None  # the decorator lets nobody else in
    save_identity(
        request.community, by=request.membership, identity=form.identity(), seen=form.cleaned_data["seen"]
    )

"""Pages of the settings."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from communities.console.forms import LegalIdentityForm
from communities.console.overview import overview
from communities.console.services import edit_legal_identity as save_identity
from communities.exceptions import DomainError
from communities.launch.services import missing_identity
from communities.middleware import MemberRequest
from communities.permissions import (
    can_configure_community,
    can_edit_legal_identity,
    team_page,
)


@require_safe
@team_page(can_configure_community)
def show_console(request: MemberRequest) -> HttpResponse:
    """All settings with what they are set to; `?q=` finds some of them by name, value or another word for it."""
    assert request.membership is not None  # the decorator lets nobody else in
    words = request.GET.get("q", "").strip()[:80]
    context = {"q": words, "groups": overview(request.community, request.membership, words)}
    return render(request, "console/show_console.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_legal_identity)
def edit_legal_identity(request: MemberRequest) -> HttpResponse:
    """Who publishes this place? What is missing keeps the launch from opening it to everyone."""
    values = LegalIdentityForm.values_of(request.community)
    form = LegalIdentityForm(request.POST if request.method == "POST" else None, initial=values)
    if form.is_valid():
        assert request.membership is not None  # the decorator lets nobody else in
        try:
            save_identity(request.community, by=request.membership, identity=form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("console:edit-legal-identity")
    context = {"form": form, "missing": missing_identity(request.community.legal)}
    return render(request, "console/edit_legal_identity.html", context, status=422 if form.errors else 200)

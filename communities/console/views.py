"""Pages of the settings."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from communities.console.forms import BrandForm
from communities.console.overview import last_changes, overview
from communities.console.place.checklist import checklist_of
from communities.console.queries import brand_page
from communities.console.services import edit_brand as save_brand
from communities.content.exceptions import UploadRefused
from communities.middleware import CommunityRequest, MemberRequest
from communities.permissions import (
    can_configure_community,
    can_edit_brand,
    team_page,
)


@require_safe
@team_page(can_configure_community)
def show_console(request: MemberRequest) -> HttpResponse:
    """All settings with what they are set to; `?q=` finds some of them by name, value or another word for it."""
    assert request.membership is not None  # the decorator lets nobody else in
    words = request.GET.get("q", "").strip()[:80]
    groups = overview(request.community, request.membership, words)
    context = {
        "q": words,
        "groups": groups,
        "found": sum(len(lines) for _label, lines in groups),
        "checklist": None if words else checklist_of(request.community),
        "changes": [] if words else last_changes(request.membership),
    }
    return render(request, "console/show_console.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_brand)
def edit_brand(request: MemberRequest) -> HttpResponse:
    """The look of the community. A preview is an address with the values in its query: it needs no scripts."""
    if request.method != "POST":
        form = BrandForm(initial=BrandForm.values_of(request.community, request.GET.dict()))
        return render(request, "console/edit_brand.html", brand_page(form, form.initial))
    form = BrandForm(request.POST, request.FILES)
    if form.is_valid():
        if form.moved:
            messages.info(request, _("Your colour was moved to the nearest one that can be read."))
        if "preview" in request.POST:
            return HttpResponseRedirect(f"{reverse('console:edit-brand')}?{form.preview_query}")
        if _saved(request, form):
            messages.success(request, _("Theme applied."))
            return redirect("console:edit-brand")
    return render(request, "console/edit_brand.html", brand_page(form, request.POST), status=422)


def _saved(request: CommunityRequest, form: BrandForm) -> bool:
    values = form.cleaned_data
    assert request.membership is not None  # the decorator lets nobody else in
    try:
        save_brand(
            request.community,
            by=request.membership,
            theme=form.theme.as_json(),
            name=values["name"],
            tagline=values["tagline"],
            sender_name=values["sender_name"],
            logo=values["logo"],
            remove_logo=values["remove_logo"],
        )
    except UploadRefused as refused:
        form.add_error("logo", str(refused))
        return False
    return True

"""Former addresses of the community, and trying a list of old ones."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from communities.console.redirects import queries
from communities.console.redirects.forms import RedirectForm, TrialForm
from communities.content.models import Redirect
from communities.content.permissions import can_edit_redirects
from communities.content.services.forwarding import add_redirect, remove_redirect
from communities.exceptions import DomainError
from communities.fields import one_line
from communities.middleware import MemberRequest
from communities.permissions import team_page


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_redirects)
def list_redirects(request: MemberRequest) -> HttpResponse:
    form = RedirectForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            added = add_redirect(by=request.membership, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error("path", str(refusal))
        else:
            messages.success(request, _("%(path)s now redirects.") % {"path": added.path})
            return redirect("console:list-redirects")
    return _page(request, form=form)


@require_POST
@team_page(can_edit_redirects)
def delete_redirect(request: MemberRequest, id: int) -> HttpResponse:
    remove_redirect(get_object_or_404(Redirect, pk=id), by=request.membership)
    messages.success(request, _("This address no longer redirects. The journal can bring it back."))
    return redirect("console:list-redirects")


@require_POST
@team_page(can_edit_redirects)
def try_redirects(request: MemberRequest) -> HttpResponse:
    """Where each of a list of old addresses leads. Nothing is changed."""
    trial = TrialForm(request.POST)
    tried = queries.try_addresses(trial.cleaned_data["addresses"]) if trial.is_valid() else []
    return _page(request, trial=trial, tried=tried)


def _page(
    request: MemberRequest,
    *,
    form: RedirectForm | None = None,
    trial: TrialForm | None = None,
    tried: Any = (),
) -> HttpResponse:
    words = one_line(request.GET.get("q", ""))[:200]
    context = {
        "page": queries.redirects_page(words=words, after=request.GET.get("after", "")),
        "q": words,
        "form": form or RedirectForm(),
        "trial": trial or TrialForm(),
        "tried": tried,
    }
    refused = any(one is not None and one.errors for one in (form, trial))
    return render(request, "console/redirects/list_redirects.html", context, status=422 if refused else 200)

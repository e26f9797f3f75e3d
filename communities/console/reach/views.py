"""The page about domains."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from communities.console.reach import domains
from communities.console.reach.forms import DomainForm
from communities.console.reach.queries import domains_page
from communities.exceptions import DomainError
from communities.middleware import MemberRequest
from communities.models import Domain
from communities.permissions import can_edit_domains, team_page
from communities.queries import community_root, local_path, platform_root
from communities.responses import may_lead_to


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_domains)
def add_domain(request: MemberRequest) -> HttpResponse:
    """The domains of this community, the records that each needs, and room for another one."""
    form = DomainForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            host = form.cleaned_data["host"]
            domain = domains.add_domain(request.community, by=request.membership, text=host)
        except DomainError as refusal:
            form.add_error("host", str(refusal))
        else:
            messages.success(
                request, _("Now put the two records of %(host)s in place.") % {"host": domain.host}
            )
            return redirect("console:add-domain")
    context = {"form": form, **domains_page(request.community)}
    return render(request, "console/reach/add_domain.html", context, status=422 if form.errors else 200)


@require_POST
@team_page(can_edit_domains)
def check_domain(request: MemberRequest, pk: int) -> HttpResponse:
    """Have the records looked up now, by the worker: nobody waits for somebody else’s name server."""
    try:
        domains.ask_for_look(_own(request, pk), by=request.membership)
    except DomainError as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("The records are being looked up."))
    return redirect("console:add-domain")


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_domains)
def make_primary(request: MemberRequest, pk: int) -> HttpResponse:
    """Asks first: everybody’s links will lead to the new address, and people sign in there once more."""
    domain = _own(request, pk)
    if request.method == "POST":
        try:
            domains.make_primary(domain, by=request.membership)
        except DomainError as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, _("%(host)s is the main address now.") % {"host": domain.host})
        return redirect("console:add-domain")
    # The answer leads to the new address.
    return may_lead_to(render(request, "console/reach/make_primary.html", {"domain": domain}), domain.host)


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_domains)
def release_domain(request: MemberRequest, pk: int) -> HttpResponse:
    """Asks first. Whoever stands at the domain itself goes on at an address that still leads here."""
    domain = _own(request, pk)
    if request.method == "POST":
        domains.release_domain(domain, by=request.membership)
        messages.success(request, _("%(host)s no longer leads here.") % {"host": domain.host})
        here = reverse("console:add-domain")
        if request.get_host().partition(":")[0] == domain.host:
            here = platform_root(request.community) + local_path(here).lstrip("/")
        return redirect(here)
    # The answer may lead to the platform's address, and from there to another domain.
    page = render(request, "console/reach/release_domain.html", {"domain": domain})
    return may_lead_to(page, platform_root(request.community), community_root(request.community))


def _own(request: MemberRequest, pk: int) -> Domain:
    return get_object_or_404(Domain.objects.filter(community=request.community), pk=pk)

"""Invitation links: how people come in, and who came through each."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from communities.console.people.forms import LinkForm
from communities.content.audiences import spaces_of
from communities.keysets import NUMBER, Keyset
from communities.launch import services
from communities.launch.models import InvitationLink
from communities.launch.permissions import can_edit_links
from communities.middleware import MemberRequest
from communities.permissions import team_page
from communities.queries import absolute_address

BY_NUMBER = Keyset(("pk", NUMBER), size=30)


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_links)
def list_links(request: MemberRequest) -> HttpResponse:
    """Each link with what it gives and how many came; on POST one is made."""
    form = LinkForm(request.POST if request.method == "POST" else None, community=request.community)
    if form.is_valid():
        services.make_link(by=request.membership, **form.acts())
        messages.success(request, _("The link is ready. Copy it from the list."))
        return redirect("console:list-links")
    place = BY_NUMBER.place(request.GET.get("after", ""))
    rows = InvitationLink.objects.newest()
    page = BY_NUMBER.page(rows.before(*place) if place else rows)
    names = {space.pk: space.name for space in spaces_of(request.community.pk)}
    for link in page.rows:
        path = reverse("launch:show-invitation", args=[link.key])
        link.address = absolute_address(request.community, path)
        link.space_name = names.get(link.space_id, "")
    context = {"form": form, "page": page, "robots": "noindex"}
    return render(request, "console/people/list_links.html", context, status=422 if form.errors else 200)


@require_POST
@team_page(can_edit_links)
def close_link(request: MemberRequest, pk: int) -> HttpResponse:
    if services.close_link(get_object_or_404(InvitationLink, pk=pk), by=request.membership):
        messages.success(request, _("The link no longer lets anybody in."))
    return redirect("console:list-links")


@require_POST
@team_page(can_edit_links)
def reopen_link(request: MemberRequest, pk: int) -> HttpResponse:
    if services.reopen_link(get_object_or_404(InvitationLink, pk=pk), by=request.membership):
        messages.success(request, _("The link works again."))
    return redirect("console:list-links")

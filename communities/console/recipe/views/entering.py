"""The link of the owner’s mail: a page with one button, which signs in and confirms the address."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from communities.console.recipe import services
from communities.console.recipe.emails import find_link
from communities.console.recipe.exceptions import LinkSpent
from communities.console.start.views import first_page
from communities.middleware import CommunityRequest
from communities.permissions import in_any_state, public_page
from communities.responses import by_token
from members.limits import limited


@public_page
@in_any_state
@require_http_methods(["GET", "HEAD", "POST"])
def enter_as_owner(request: CommunityRequest, token: str) -> HttpResponse:
    """Mail programs look at links before people do: only the button opens the door."""
    link = find_link(token, request.community)
    if link is None:
        raise Http404
    if request.method == "POST":
        try:
            person = services.use_owner_link(link)
        except LinkSpent:
            link.refresh_from_db()
        else:
            login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
            return redirect(first_page(request.community, link.membership))
    context = {"link": link, "token": token, "robots": "noindex"}
    status = 200 if link.is_usable else 410
    return by_token(render(request, "recipe/enter_as_owner.html", context, status=status))


@public_page
@in_any_state
@require_POST
@limited("owner_link")
def send_owner_link(request: CommunityRequest, token: str) -> HttpResponse:
    """A fresh link to the same mailbox, for one that was used or whose time is over."""
    link = find_link(token, request.community)
    if link is None:
        raise Http404
    if not link.is_usable:
        services.send_owner_link(request.community, link.membership)
    messages.success(request, _("A new link is on its way to the same address."))
    return redirect("console:enter-as-owner", token)

"""Inside a community: what its owner sees of the operator’s visits, and the operator’s door."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import get_script_prefix
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from communities.console.operator import opening
from communities.console.operator.models import Opening
from communities.console.operator.queries import openings_of
from communities.exceptions import DomainError
from communities.middleware import CommunityRequest, MemberRequest
from communities.permissions import can_see_openings, in_any_state, public_page, team_page
from members.models import Member


@require_safe
@team_page(can_see_openings)
def list_openings(request: MemberRequest) -> HttpResponse:
    """When the operator was inside, who and why; the one that is under way can be ended."""
    page = openings_of(request.community, after=request.GET.get("after", ""))
    return render(request, "operator/list_openings.html", {"page": page})


@require_POST
@team_page(can_see_openings)
def end_opening(request: MemberRequest, pk: int) -> HttpResponse:
    """The owner sends the operator away."""
    found = get_object_or_404(Opening.objects.of(request.community), pk=pk)
    try:
        opening.send_away(found, by=request.membership)
    except DomainError as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("Ended. Nobody from the platform is inside any longer."))
    return redirect("console:list-openings")


@require_safe
@public_page
@in_any_state
def enter_as_operator(request: CommunityRequest, ticket: str) -> HttpResponse:
    """From the platform’s page to here, within a minute of asking: the browser gets its pass."""
    found = opening.opening_of_ticket(ticket, request.community)
    if found is None:
        raise Http404
    response = redirect("front:show-home")
    response.set_cookie(
        opening.COOKIE,
        opening.pass_for(found),
        expires=found.ends_at,
        path=get_script_prefix(),
        secure=settings.SECURE,
        httponly=True,
        samesite="Lax",
    )
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "same-origin"
    return response


@require_POST
@public_page
@in_any_state
def leave_as_operator(request: HttpRequest) -> HttpResponse:
    """The operator leaves before the time is over, and goes back to the platform’s page."""
    found: Opening | None = getattr(request, "opening", None)
    if found is None:
        raise Http404
    opening.end_opening(found, by=cast("Member", found.operator))
    address = f"{settings.PLATFORM_URL}/operator/communities/{found.community.slug}/"
    response = redirect(address)
    response.delete_cookie(opening.COOKIE, path=get_script_prefix(), samesite="Lax")
    return response

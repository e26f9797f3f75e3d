"""What is to come: for whoever reads the place, and for the team as others read it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from communities.launch.features import is_open
from communities.launch.permissions import can_see_plan
from communities.launch.services import joining_is_open
from communities.launch.teasers import EYES, as_neutral, eyes_offered, what_opens
from communities.middleware import CommunityRequest, MemberRequest
from communities.models import Community, Membership
from communities.permissions import public_page, team_page


@public_page
@require_safe
def show_coming(request: CommunityRequest) -> HttpResponse:
    """What will open for me, in which stage, under which condition, and how far is it?"""
    context = _page(request.community, request.membership)
    response = render(request, "launch/show_coming.html", context)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_safe
@team_page(can_see_plan)
def preview_coming(request: MemberRequest) -> HttpResponse:
    """The same as somebody reads it who is nobody in particular."""
    eyes = request.GET.get("audience", "")
    eyes = eyes if eyes in EYES else EYES[0]
    reader = as_neutral(request.membership, request.community, eyes)
    context = _page(request.community, reader) | {"eyes": eyes, "offered": eyes_offered()}
    return render(request, "launch/preview_coming.html", context)


def _page(community: Community, reader: Membership | None) -> dict[str, object]:
    """Whoever is outside is led to the door that is open: joining, or the waiting list."""
    is_outside = reader is None and community.state == Community.State.OPEN
    joins = is_outside and joining_is_open(community)
    return {
        "coming": what_opens(community, reader),
        "joins": joins,
        "waits": is_outside and not joins and is_open(community, None, "waiting_list"),
    }

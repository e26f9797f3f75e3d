"""The first page of a community: curated for visitors, personal for members."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from communities.content.addresses import community_root
from communities.content.showing.sharing import share_address
from communities.content.viewers import viewer_of
from communities.front.queries import home_of
from communities.middleware import CommunityRequest
from communities.permissions import public_page
from communities.redrawing import redrawn_when_changed


@public_page
@redrawn_when_changed
@require_safe
def show_home(request: CommunityRequest) -> HttpResponse:
    """For visitors: what is this about, is it for me? For members: what is new for me?"""
    community = request.community
    home = home_of(community, viewer_of(request), request.membership, user=request.user)
    if request.membership is None:
        context = {
            "home": home,
            "canonical_url": community_root(community),
            "page_title": community.name,
            "page_description": community.tagline,
            "share_image": share_address(community),
        }
        return render(request, "front/show_home.html", context)
    response = render(request, "front/show_home_member.html", {"home": home})
    response.headers["Cache-Control"] = "private, no-store"
    return response

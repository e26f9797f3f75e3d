"""The first page of a community: curated for visitors, personal for members."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from communities.content.addresses import community_root
from communities.content.text.extracts import opening
from communities.content.viewers import viewer_of
from communities.front.queries import member_home, visitor_home
from communities.launch.queries import news_of_parts
from communities.middleware import CommunityRequest
from communities.models import Membership
from communities.permissions import public_page

# Characters under the title of the visitors’ home: three lines on a wide screen.
LONGEST_LEDE = 210


@public_page
@require_safe
def show_home(request: CommunityRequest) -> HttpResponse:
    """What is this place, is it for me? For members: what is new for me?"""
    viewer = viewer_of(request)
    if request.membership is None:
        context = {
            "home": visitor_home(request.community, viewer),
            "canonical_url": community_root(request.community),
            "page_title": request.community.name,
            "page_description": request.community.tagline,
            "house_rules": request.community.settings.get("rules", [])[:3],
            "lede": opening(request.community.about.strip(), LONGEST_LEDE),
            "notice": _standing(request),
        }
        return render(request, "front/show_home.html", context)
    home = member_home(request.community, viewer, request.membership)
    context = {"home": home, "part_news": news_of_parts(request.community, request.membership)}
    response = render(request, "front/show_home_member.html", context)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _standing(request: HttpRequest) -> str:
    """What somebody signed in should know who is no active member: suspended people read as visitors do."""
    if not request.user.is_authenticated:
        return ""
    suspended = Membership.objects.filter(member=request.user, status=Membership.Status.SUSPENDED)
    if suspended.exists():
        return _("Your membership is suspended. You can read what visitors read.")
    return ""

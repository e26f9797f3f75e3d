"""About the community: who runs it, help, its rules."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from communities.middleware import CommunityRequest
from communities.models import Membership
from communities.permissions import public_page
from communities.texts.facts import identity_of
from communities.texts.kinds import kinds
from communities.texts.queries import published_versions, read_text


@public_page
@require_safe
def show_about(request: CommunityRequest) -> HttpResponse:
    """About the community, in one minute."""
    team = list(Membership.objects.shown().team().order_by("joined_at", "id")[:12])
    shown = read_text(request.community, kinds["about"])
    context = {"team": team, "identity": identity_of(request.community), "shown": shown}
    return render(request, "front/show_about.html", context)


@public_page
@require_safe
def show_help(request: CommunityRequest) -> HttpResponse:
    return render(request, "front/show_help.html")


@public_page
@require_safe
def show_rules(request: CommunityRequest) -> HttpResponse:
    """The house rules in force, each with its reason; where the team has published none, those that are proposed."""
    shown = read_text(request.community, kinds["rules"])
    return render(request, "front/show_rules.html", {"shown": shown, "versions": published_versions("rules")})

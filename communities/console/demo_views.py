"""The demo's door: one click signs in as one of its invented people, on the local machine only."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from communities.console.demo_shapes import shape_doors, way_into
from communities.console.permissions import demo_door
from communities.languages import plain_language
from communities.mails import speaking
from communities.models import Community, Membership
from communities.navigation import landing_of
from communities.permissions import public_page
from communities.scoping import community_scope
from communities.theming import theme_css
from members.models import Member


@dataclass(frozen=True)
class Door:
    """A demo community, with the people one can be there."""

    community: Community
    css: str
    people: list[Membership]


def _demo_communities() -> list[Community]:
    return list(Community.objects.filter(settings__has_key="demo_people", state="open").order_by("id"))


def _door_of(community: Community) -> Door:
    handles: list[str] = community.settings["demo_people"]
    with community_scope(community):
        known = Membership.objects.active().filter(handle__in=handles, member__isnull=False)
        people = sorted(known, key=lambda membership: handles.index(membership.handle))
    css = theme_css(community.theme, selector=f"[data-community={community.slug}]")
    return Door(community, css, people)


def _operator() -> Member | None:
    return Member.objects.filter(email=settings.DEMO_OPERATOR, is_operator=True, is_active=True).first()


@public_page
@require_safe
@never_cache
@demo_door
def show_demo(request: HttpRequest) -> HttpResponse:
    """The people to sign in as, shape by shape, then community by community."""
    doors = [_door_of(community) for community in _demo_communities()]
    shapes = shape_doors([(door.community, door.people) for door in doors], language=plain_language())
    said = {"doors": doors, "shapes": shapes, "operator": _operator()}
    return render(request, "console/show_demo.html", said)


@public_page
@require_POST
@demo_door
def enter_demo(request: HttpRequest) -> HttpResponse:
    """Sign in as the chosen person; without a handle, become a visitor. With a shape one lands where that is shown."""
    slug = request.POST.get("community", "")
    community = next((one for one in _demo_communities() if one.slug == slug), None)
    if community is None:
        raise Http404
    handle = request.POST.get("handle", "")
    if not handle:
        logout(request)
    else:
        chosen = next((one for one in _door_of(community).people if one.handle == handle), None)
        _become(request, chosen.member_id if chosen else None)
        if chosen is not None:
            way = way_into(community, request.POST.get("shape", ""), handle)
            landing = f"/c/{community.slug}{way}" if way else _landing(community, chosen)
            return HttpResponseRedirect(landing, status=303)
    return HttpResponseRedirect(f"/c/{community.slug}/", status=303)


def _landing(community: Community, chosen: Membership) -> str:
    """Where they would land by signing in."""
    with speaking(community, community.language), community_scope(community):
        chosen.community = community
        return landing_of(chosen)


@public_page
@require_POST
@demo_door
def run_demo(request: HttpRequest) -> HttpResponse:
    """Become the operator of the platform."""
    operator = _operator()
    _become(request, operator.pk if operator else None)
    return HttpResponseRedirect("/", status=303)


def _become(request: HttpRequest, member_id: int | None) -> None:
    member = get_object_or_404(Member, pk=member_id, is_active=True)
    # A fresh session: nothing of the previous identity comes along.
    logout(request)
    login(request, member, backend=settings.AUTHENTICATION_BACKENDS[0])

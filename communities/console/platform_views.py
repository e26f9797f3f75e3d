"""The platform's own pages: its front page, and the communities of an account."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from communities.console.permissions import door_is_open, is_own_machine
from communities.console.platform_queries import memberships_of, public_directory
from communities.console.recipe.permissions import can_found
from communities.console.recipe.queries import unfinished
from communities.middleware import person_of
from communities.models import Community
from communities.responses import private
from communities.theming import OWN, PLATFORM, favicon_svg, theme_css, theme_from_hex
from members.operators import first_key, operator_is_wanted


def _look_of(community: Community) -> str:
    """Its colours and shapes; its own fonts are loaded on its own pages only."""
    theme = {name: value for name, value in (community.theme or {}).items() if value != OWN}
    return theme_css(theme, selector=f"[data-community={community.slug}]")


@require_safe
def show_platform(request: HttpRequest) -> HttpResponse:
    """The communities that want to be listed; the operator is led to all of them."""
    if request.user.is_authenticated and request.user.is_operator:
        return private(redirect("platform:show-fleet"))
    page = public_directory(after=request.GET.get("after", ""))
    context = {
        "page": page,
        # Each stands on the page in its own colours.
        "css": [_look_of(one) for one in page.communities],
        "may_found": can_found(request.user),
        "demo_is_open": door_is_open(request),
        "first_link": "" if page.communities else _first_link(request),
    }
    return render(request, "console/show_platform.html", context)


@require_safe
@login_required
def list_own_communities(request: HttpRequest) -> HttpResponse:
    """The communities one is a member of, and the recipes one has begun; nobody else sees this list."""
    person = person_of(request)
    context = {
        "mine": memberships_of(person.pk),
        "may_found": can_found(person),
        "unfinished": unfinished(person) if can_found(person) else [],
        "robots": "noindex",
    }
    return private(render(request, "console/list_own_communities.html", context))


@require_safe
@login_required
def preview_theme(request: HttpRequest) -> HttpResponse:
    """The palette of a colour, for the preview beside the form."""
    try:
        theme = theme_from_hex(request.GET.get("colour", ""))
    except ValueError as error:
        raise Http404 from error
    css = theme_css(theme.as_json(), selector='[data-community="preview"]')
    return private(HttpResponse(css, content_type="text/css; charset=utf-8"))


@require_safe
def show_favicon(request: HttpRequest) -> HttpResponse:
    class _Platform:
        name, mark, theme = settings.PLATFORM_NAME, "mark-platform", PLATFORM.as_json()

    response = HttpResponse(favicon_svg(_Platform()), content_type="image/svg+xml")
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


def _first_link(request: HttpRequest) -> str:
    """On the machine itself, the way to become the operator of an installation that has none."""
    if not is_own_machine(request) or not operator_is_wanted():
        return ""
    return reverse("platform:become-operator", args=[first_key()])

"""The platform's own pages: its front page, the communities of an account, creating one."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from communities.console.founding import create_community as found
from communities.console.founding import owner_for
from communities.console.permissions import door_is_open
from communities.console.platform_forms import FoundingForm
from communities.console.platform_queries import fleet, memberships_of, public_directory
from communities.exceptions import DomainError
from communities.theming import PLATFORM, favicon_svg, theme_css, theme_from_hex
from members.models import Member


@require_safe
def show_platform(request: HttpRequest) -> HttpResponse:
    """For visitors the communities that want to be listed; for the operator all of them, with figures."""
    if request.user.is_authenticated and request.user.is_operator:
        page = fleet(words=request.GET.get("q", "").strip()[:60], after=request.GET.get("after", ""))
        return _private(render(request, "console/show_fleet.html", {"page": page, "robots": "noindex"}))
    page = public_directory(after=request.GET.get("after", ""))
    context = {
        "page": page,
        # Each stands on the page in its own colours.
        "css": [theme_css(one.theme, selector=f"[data-community={one.slug}]") for one in page.communities],
        "may_found": _may_found(request),
        "demo_is_open": door_is_open(request),
    }
    return render(request, "console/show_platform.html", context)


@require_safe
@login_required
def list_own_communities(request: HttpRequest) -> HttpResponse:
    """The communities one is a member of; nobody else sees this list."""
    context = {
        "mine": memberships_of(_person(request).pk),
        "may_found": _may_found(request),
        "robots": "noindex",
    }
    return _private(render(request, "console/list_own_communities.html", context))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def create_community(request: HttpRequest) -> HttpResponse:
    """One page, then the new community’s home. For the operator; for everybody where settings say so."""
    if not _may_found(request):
        raise Http404
    person = _person(request)
    operator = person.is_operator
    initial = {"language": get_language(), "languages": [get_language()], "time_zone": "Europe/Paris"}
    form = FoundingForm(request.POST or None, initial=initial, for_operator=operator)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        email = data.pop("owner_email", "")
        try:
            community = found(owner=owner_for(email) if operator else person, **data)
        except DomainError as refusal:
            form.add_error("owner_email" if operator else None, str(refusal))
        else:
            words = _("%(name)s is there, as a draft: only its team sees it until it is opened.")
            messages.success(request, words % {"name": community.name})
            return HttpResponseRedirect("/" if operator else f"/c/{community.slug}/")
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "colour": form["colour"].value() or "#2a5d9f", "robots": "noindex"}
    return _private(render(request, "console/create_community.html", context, status=status))


@require_safe
@login_required
def preview_theme(request: HttpRequest) -> HttpResponse:
    """The palette of a colour, for the preview beside the form."""
    try:
        theme = theme_from_hex(request.GET.get("colour", ""))
    except ValueError as error:
        raise Http404 from error
    css = theme_css(theme.as_json(), selector='[data-community="preview"]')
    return _private(HttpResponse(css, content_type="text/css; charset=utf-8"))


@require_safe
def show_favicon(request: HttpRequest) -> HttpResponse:
    class _Platform:
        name, mark, theme = settings.PLATFORM_NAME, "mark-platform", PLATFORM.as_json()

    response = HttpResponse(favicon_svg(_Platform()), content_type="image/svg+xml")
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


def _person(request: HttpRequest) -> Member:
    """The account: `login_required` lets nobody else in."""
    return cast("Member", request.user)


def _may_found(request: HttpRequest) -> bool:
    if not request.user.is_authenticated:
        return False
    return bool(request.user.is_operator or settings.COMMUNITIES_BY_MEMBERS)


def _private(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "private, no-store"
    return response

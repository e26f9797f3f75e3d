"""Who may open a page: the checks that hold before any object is fetched. One predicate per rule."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from communities.exceptions import NotAllowed
from communities.models import Community, Membership
from communities.unasked import is_unasked

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def public_page(view: View) -> View:
    """Opens a page to visitors. What they may see on it is still decided by `visible_to`."""
    cast("Any", view).is_public = True
    return view


def in_any_state(view: View) -> View:
    """For what must be reached while a community is a draft: files of its look, links that mails carry, one’s data."""
    cast("Any", view).in_any_state = True
    return view


def is_hidden_from(request: HttpRequest) -> bool:
    """Whether the community is a draft, and whoever asks is not of its team."""
    visit = cast("Any", request)
    if not visit.community.is_draft or getattr(visit, "preview", None) is not None:
        return False
    return visit.membership is None or not visit.membership.is_staff


def hide_draft(request: HttpRequest, view: Any) -> HttpResponse | None:
    """None where the community may be seen; else, for whoever is not of the team of a draft, a sober page.

    The same page whatever was asked for, so that nothing is told of what is being prepared.
    """
    if not is_hidden_from(request):
        return None
    if getattr(view, "is_personal", False) or getattr(view, "in_any_state", False):
        return None
    status = 200 if request.path == reverse("front:show-home") else 404
    response = render(request, "front/show_draft.html", {"robots": "noindex"}, status=status)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def refuse_stranger(request: HttpRequest) -> HttpResponse | None:
    """None for a member of this community; else a redirect to signing in or joining, or 401 for what was not asked."""
    if getattr(request, "membership", None):
        return None
    if is_unasked(request):
        return HttpResponse(status=401)
    name = "launch:join-community" if request.user.is_authenticated else "account_login"
    target = request.get_full_path() if request.method == "GET" else reverse("front:show-home")
    return HttpResponseRedirect(f"{reverse(name)}?{urlencode({'next': target})}")


def team_page(may: Callable[[Membership], bool]) -> Callable[[View], View]:
    """For a page of the team: a member without the right gets 403, a visitor is sent to sign in.

    The page keeps the right as `may`, so that the table of permissions can be held against every page.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            membership: Membership = cast("Any", request).membership
            if not may(membership):
                raise NotAllowed
            return view(request, *args, **kwargs)

        cast("Any", checked).may = may
        return cast("View", checked)

    return decorate


def operator_page(view: View) -> View:
    """For the operator's pages on the platform host; 404 for everybody else."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated and is_unasked(request):
            return HttpResponse(status=401)
        if not request.user.is_authenticated:
            return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': request.path})}")
        if not request.user.is_operator:
            raise Http404
        return view(request, *args, **kwargs)

    return cast("View", checked)


def can_edit_brand(membership: Membership) -> bool:
    return membership.can_manage


def can_edit_legal_identity(membership: Membership) -> bool:
    """The owner alone, who is responsible for what the legal notice says."""
    return membership.can_manage and membership.role == Membership.Role.OWNER


def can_see_openings(membership: Membership) -> bool:
    """See when the operator of the platform was inside, and end it: the owner alone."""
    return membership.can_manage and membership.role == Membership.Role.OWNER


def can_configure_community(membership: Membership) -> bool:
    return membership.can_manage


def can_edit_spaces(membership: Membership) -> bool:
    """Spaces, the menu and which modules exist."""
    return membership.can_manage


def can_open_community(membership: Membership) -> bool:
    """Out of its draft: those who open stages, once the owner has said who publishes the place."""
    return membership.can_manage


def can_close_community(membership: Membership) -> bool:
    """The owner alone: closed, read-only, deleted, and back."""
    return membership.can_manage and membership.role == Membership.Role.OWNER


def can_read_changes(membership: Membership) -> bool:
    """The journal of what the team did; lines of other packages by the right that holds there."""
    return membership.can_manage


def can_import_content(membership: Membership) -> bool:
    return membership.can_manage


def can_see_directory(community: Community, membership: Membership | None) -> bool:
    """The member list is open to visitors only where the community says so."""
    return membership is not None or bool(community.settings.get("directory_public"))


def can_edit_domains(membership: Membership) -> bool:
    """The owner alone: whoever moves the place to another name takes everybody’s links along."""
    return membership.can_manage and membership.role == Membership.Role.OWNER


def can_edit_sender(membership: Membership) -> bool:
    """The owner alone: mails leave in this name."""
    return membership.can_manage and membership.role == Membership.Role.OWNER

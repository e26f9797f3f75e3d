"""Who may open a page: the checks that hold before any object is fetched. One predicate per rule."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from communities.exceptions import NotAllowed
from communities.models import Community, Membership

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def public_page(view: View) -> View:
    """Opens a page to visitors. What they may see on it is still decided by `visible_to`."""
    cast("Any", view).is_public = True
    return view


def refuse_stranger(request: HttpRequest) -> HttpResponse | None:
    """None for a member of this community; else a redirect to signing in or joining."""
    if getattr(request, "membership", None):
        return None
    name = "launch:join-community" if request.user.is_authenticated else "account_login"
    target = request.get_full_path() if request.method == "GET" else reverse("front:show-home")
    return HttpResponseRedirect(f"{reverse(name)}?{urlencode({'next': target})}")


def team_page(may: Callable[[Membership], bool]) -> Callable[[View], View]:
    """For a page of the team: a member without the right gets 403, a visitor is sent to sign in."""

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            membership: Membership = cast("Any", request).membership
            if not may(membership):
                raise NotAllowed
            return view(request, *args, **kwargs)

        return cast("View", checked)

    return decorate


def operator_page(view: View) -> View:
    """For the operator's pages on the platform host; 404 for everybody else."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
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


def can_configure_community(membership: Membership) -> bool:
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

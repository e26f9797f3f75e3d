"""A suspended community, and the operator inside one. Runs inside the scope, and costs others no query."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _

from communities.console.operator.opening import COOKIE, opening_of_pass, owner_in_the_mind
from communities.exceptions import NotAllowed
from communities.middleware import CommunityRequest
from communities.models import Membership
from communities.unasked import is_unasked

# What people keep where the place itself is stopped: the law’s pages, their data, and leaving. Namespaces and names.
STAYS = frozenset(
    {
        "front:show-legal",
        "front:show-legal-text",
        "front:show-theme",
        "front:show-favicon",
        "front:show-touch-icon",
        "front:serve-public-picture",
        "people:export-data",
        "people:leave-community",
        "console:enter-as-operator",
        "console:leave-as-operator",
        "members:set-language",
        "account_login",
        "account_request_login_code",
        "account_confirm_login_code",
        "account_logout",
        "notifications:unsubscribe",
    }
)
# Pages about whoever looks: nobody is a member by an opening, and has neither profile nor account to change in here.
OWN = frozenset(
    {
        "people:edit-profile",
        "people:edit-preferences",
        "people:export-data",
        "people:leave-community",
    }
)
# Results are the owner’s: the operator has aggregates of many communities (`close_to_operator`).
_closed: set[str] = set()


def close_to_operator(*namespaces: str) -> None:
    """Pages under these namespaces stay shut during an opening."""
    _closed.update(namespaces)


class OperatorMiddleware:
    """During an opening pages are drawn as for the owner and the transaction refuses every change; while a community
    is suspended, everybody else finds one sober page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request = cast("CommunityRequest", request)
        request.opening = None  # type: ignore[attr-defined]
        if getattr(request, "community", None) is None:
            return self.get_response(request)
        if COOKIE in request.COOKIES and request.membership is None:
            self._let_in(request)
        opening = cast("Any", request).opening
        if opening is not None:
            return self._look(request)
        if request.community.suspended_at is not None and not _stays(request):
            if is_unasked(request):
                return HttpResponse(status=403)
            return show_suspended(request)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        match = request.resolver_match
        if not getattr(request, "opening", None) or match is None:
            return
        if _closed.intersection(match.namespaces):
            raise NotAllowed(_("Results belong to the community: they are not shown to the operator."))
        is_personal = getattr(view, "is_personal", False) and match.view_name not in STAYS
        if is_personal or match.view_name in OWN:
            raise NotAllowed(_("You are looking as the operator: pages about yourself are not in here."))

    def _let_in(self, request: CommunityRequest) -> None:
        opening = opening_of_pass(request.COOKIES[COOKIE], request.community)
        if opening is None or opening.operator is None:
            return
        operator = opening.operator
        # Whoever runs the platform no more looks no more, whatever time was left.
        if not (operator.is_active and operator.is_operator):
            return
        cast("Any", request).opening = opening
        request.user = operator
        request.membership = owner_in_the_mind(request.community, opening)

    def _look(self, request: CommunityRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD") and _name_of(request) != "console:leave-as-operator":
            if is_unasked(request):
                return HttpResponse(status=403)
            messages.warning(request, _("You are looking as the operator: nothing can be changed."))
            return HttpResponseRedirect(reverse("front:show-home"))
        if request.method in ("GET", "HEAD"):
            with connection.cursor() as cursor:
                # Whatever a page does, the database refuses to be changed by it.
                cursor.execute("set local transaction_read_only = on")
        response = self.get_response(request)
        response.headers["Cache-Control"] = "private, no-store"
        return response


def show_suspended(request: CommunityRequest) -> HttpResponse:
    """503: it is meant to come back, for people and for search engines."""
    reader: Membership | None = request.membership
    is_owner = reader is not None and reader.role == Membership.Role.OWNER
    context = {
        "why": request.community.suspended_why if is_owner else "",
        "contact": settings.DEFAULT_FROM_EMAIL,
        "robots": "noindex",
    }
    response = render(request, "operator/suspended.html", context, status=503)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Retry-After"] = str(60 * 60)
    return response


def _stays(request: HttpRequest) -> bool:
    return _name_of(request) in STAYS


def _name_of(request: HttpRequest) -> str:
    """The name of the view that an address leads to; empty where there is none."""
    try:
        return resolve(request.path_info, getattr(request, "urlconf", None)).view_name
    except Resolver404:
        return ""

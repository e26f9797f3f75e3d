"""Error pages: in the community's look, with a reference to quote, without a query."""

from __future__ import annotations

import logging
import sys
from typing import Any

from django.conf import settings
from django.core.exceptions import DisallowedHost, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import get_script_prefix
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from communities.files import StoreAway
from communities.in_place import is_in_place
from communities.launch.features import open_features
from communities.sizes import MEGABYTE
from config.logs import request_id

log = logging.getLogger(__name__)

# PostgreSQL’s classes: no connection, no resources, stopped by its operator.
AWAY = ("08", "53", "57P")


def show_error(request: HttpRequest, status: int, template: str = "", **context: Any) -> HttpResponse:
    """The page of one status. It knows the community from the request, and asks the database nothing."""
    community = getattr(request, "community", None)
    # A request that was refused early has no user yet; looking one up could fail again.
    features: frozenset[str] = frozenset()
    if community is not None and hasattr(request, "membership"):
        features = open_features(community, request.membership)
    page = {
        "community": community,
        "open_features": features,
        "LANGUAGE_CODE": getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE),
        "platform_name": settings.PLATFORM_NAME,
        "reference": f"{status}-{request_id.get()[:8]}".rstrip("-"),
        "back": _page_before(request),
        "is_member": getattr(request, "membership", None) is not None,
        # To a press in place the words alone, which are said beside it.
        "status": status,
        "layout": "errors/beside.html" if is_in_place(request) and request.method == "POST" else "",
        **context,
    }
    # No request is given: context processors, which may query, stay out.
    response = HttpResponse(render_to_string(template or f"errors/{status}.html", page), status=status)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def refuse_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return show_error(request, 400)


def refuse_person(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: why it was refused, and what one can do instead."""
    reason = str(exception or "")
    community = getattr(request, "community", None)
    if community is not None and not community.takes_texts and request.method not in ("GET", "HEAD"):
        reason = _("This community is read-only: everything can be read, nobody joins or writes.")
    return show_error(request, 403, reason=reason, method=request.method, typed=_typed_by_member(request))


def show_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404, also for people who were writing when a part was closed: their text is shown to be copied."""
    return show_error(request, 404, typed=_typed_by_member(request))


def refuse_conflict(request: HttpRequest, **context: Any) -> HttpResponse:
    """409, for views that have nothing better to show than the two versions side by side."""
    return show_error(request, 409, **context)


def show_gone(request: HttpRequest) -> HttpResponse:
    return show_error(request, 410)


def refuse_size(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return show_error(request, 413, megabytes=settings.UPLOAD_MAX_BYTES // MEGABYTE)


def refuse_speed(request: HttpRequest, *, seconds: int) -> HttpResponse:
    response = show_error(request, 429, seconds=seconds)
    response.headers["Retry-After"] = str(seconds)
    return response


def refuse_many(request: HttpRequest) -> HttpResponse:
    """Where allauth’s limits send those who sign in, ask for codes or join too fast (handler429 in config.urls)."""
    return refuse_speed(request, seconds=60)


def show_failure(request: HttpRequest) -> HttpResponse:
    """500: the last resort, so it falls back to one line if even its template fails."""
    try:
        problem = sys.exc_info()[1]
        if is_database_away(problem):
            return show_unavailable(request, seconds=30)
        if is_store_away(problem):
            return show_unavailable(
                request, seconds=30, files=True, method=request.method, typed=_typed_by_member(request)
            )
        return show_error(request, 500)
    except Exception:
        log.exception("the page for failures failed itself")
        text = _("Our fault. Try again in a moment.")
        return HttpResponse(text, status=500, content_type="text/plain; charset=utf-8")


def is_database_away(problem: BaseException | None) -> bool:
    """Whether it was not the page that failed: the database cannot be reached, is starting, or has no place left."""
    while problem is not None:
        if isinstance(problem, OperationalError | InterfaceError):
            state = str(getattr(problem.__cause__, "pgcode", "") or "")
            if not state or state.startswith(AWAY):
                return True
        problem = problem.__cause__ or problem.__context__
    return False


def is_store_away(problem: BaseException | None) -> bool:
    """Whether a page needed a stored file, and the store of media does not answer."""
    while problem is not None:
        if isinstance(problem, StoreAway):
            return True
        problem = problem.__cause__ or problem.__context__
    return False


def show_unavailable(request: HttpRequest, *, seconds: int = 60, **context: Any) -> HttpResponse:
    """503. With `files`, it is the stored files that cannot be had."""
    response = show_error(request, 503, **context)
    response.headers["Retry-After"] = str(seconds)
    return response


def refuse_csrf(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Named in settings.CSRF_FAILURE_VIEW: the page was open for too long, or cookies are off."""
    log.info("request without a valid token: %s", reason)
    response = show_error(request, 403, template="errors/403_csrf.html", typed=_typed(request))
    if is_in_place(request):
        # Whoever signed in again in another tab has a new one: the page takes it, and the next press works. No page of
        # another site may send the header that makes it one of htmx, or read what comes back.
        response.headers["Fresh-Token"] = get_token(request)
    return response


def _typed(request: HttpRequest) -> str:
    """The text of a refused form of ours, to be copied; what another page sends here is not repeated."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return ""
    return "\n\n".join(filter(None, (request.POST.get("title", ""), request.POST.get("body", ""))))


def _typed_by_member(request: HttpRequest) -> str:
    """The same, of somebody who could have written here; empty for a form that cannot be read at all."""
    if request.method != "POST" or getattr(request, "membership", None) is None:
        return ""
    try:
        return _typed(request)
    except (SuspiciousOperation, MultiPartParserError, UnreadablePostError):
        return ""


def _page_before(request: HttpRequest) -> str:
    """Where the person was: this page for a GET, the page with the form for a POST."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    before = request.headers.get("Referer", "")
    try:
        if url_has_allowed_host_and_scheme(before, allowed_hosts={request.get_host()}):
            return before
    except DisallowedHost:
        # The host itself is what this page refuses.
        return "/"
    return get_script_prefix()

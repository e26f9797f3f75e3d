"""The developers’ mail page: what would have been sent. It exists on one’s own machine only."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from functools import wraps

from csp.constants import SELF
from csp.decorators import csp_update
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from communities.console.emails import KeptMail, find_mail, kept_mails

# A mail shown in a frame: its own styles, no script, no picture from elsewhere.
FRAME_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox"
PROXY_HEADERS = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via")
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})


def is_own_machine(request: HttpRequest) -> bool:
    """Whether developer pages may exist: embedded servers, spoken to from this machine by a loopback name.

    The name is asked as well, for a page elsewhere could point its own name at this address; a forwarded
    request comes from somebody else by definition.
    """
    if not settings.EMBEDDED or any(request.headers.get(name) for name in PROXY_HEADERS):
        return False
    try:
        near = ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
    host = request.get_host()
    name = host if host.endswith("]") else host.rsplit(":", 1)[0]
    return near and name.lower() in LOOPBACK_NAMES


def own_machine_only(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    @wraps(view)
    def checked(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponseBase:
        if not is_own_machine(request):
            raise Http404
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "private, no-store"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return checked


@require_safe
@own_machine_only
def list_mails(request: HttpRequest) -> HttpResponse:
    return render(request, "console/list_mails.html", {"mails": kept_mails(), "robots": "noindex"})


@require_safe
@own_machine_only
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]
def show_mail(request: HttpRequest, name: str) -> HttpResponse:
    return render(request, "console/show_mail.html", {"mail": _mail(name), "robots": "noindex"})


@require_safe
@own_machine_only
@xframe_options_sameorigin
def show_mail_body(request: HttpRequest, name: str) -> HttpResponse:
    """The HTML part alone, in a sandbox."""
    response = HttpResponse(_mail(name).html)
    response.headers["Content-Security-Policy"] = FRAME_POLICY
    return response


def _mail(name: str) -> KeptMail:
    mail = find_mail(name)
    if mail is None:
        raise Http404
    return mail

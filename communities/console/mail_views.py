"""The developers’ mail page: what would have been sent. It exists on the local machine only."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from csp.constants import SELF
from csp.decorators import csp_update
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from communities.console.emails import KeptMail, find_mail, kept_mails
from communities.console.permissions import is_own_machine

# A mail shown in a frame: its own styles, no script, no picture from elsewhere.
FRAME_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox"


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

"""Whether the demo's door is there: only on one's own machine, in the embedded set-up."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

View = Callable[..., HttpResponse]

# Whoever speaks through a proxy is not at this machine, whatever the headers say.
PROXY_HEADERS = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via")


def door_is_open(request: HttpRequest) -> bool:
    """Whether the demo's door exists for this request.

    It does in the embedded set-up with its demo on, asked for from this machine, without a proxy, by one of
    the platform's own names for this machine.
    """
    return (
        settings.DEMO
        and settings.EMBEDDED
        and _is_loopback(request.META.get("REMOTE_ADDR", ""))
        and not any(request.headers.get(name) for name in PROXY_HEADERS)
        and _host_is_here(request)
    )


def _host_is_here(request: HttpRequest) -> bool:
    host = request.get_host()
    name = (host if host.endswith("]") else host.rsplit(":", 1)[0]).lower()
    return name in settings.PLATFORM_HOSTS and (name == "localhost" or _is_loopback(name.strip("[]")))


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def demo_door(view: View) -> View:
    """Where the door is not open, there is none: 404."""

    @wraps(view)
    def checked(request: HttpRequest) -> HttpResponse:
        if not door_is_open(request):
            raise Http404
        return view(request)

    return checked

"""Pages that exist on the local machine only: the developers' mails, the demo's sign-in."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

View = Callable[..., HttpResponse]

# A client behind a proxy is not on this machine, whatever the headers say.
PROXY_HEADERS = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via")


def door_is_open(request: HttpRequest) -> bool:
    """Whether the demo's door exists for this request."""
    return settings.DEMO and is_own_machine(request)


def is_own_machine(request: HttpRequest) -> bool:
    """Whether the embedded set-up is spoken to from this machine, without a proxy, by a loopback name.

    The name is asked as well, for a page elsewhere could point its own name at this address; a forwarded
    request comes from somebody else by definition.
    """
    return (
        settings.EMBEDDED
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
    """404 where demo sign-in is not allowed."""

    @wraps(view)
    def checked(request: HttpRequest) -> HttpResponse:
        if not door_is_open(request):
            raise Http404
        return view(request)

    return checked

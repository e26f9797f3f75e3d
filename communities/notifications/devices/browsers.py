"""How a browser knows which device it is: by a cookie that it cannot read, one for all the places of a host.

Not by the session: whoever signs in anew has another one, and signing out must find the device all the same.
"""

from __future__ import annotations

import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

from communities.notifications.devices.models import Device
from communities.scoping import active_community_id, community_scope

COOKIE = "devices"
SALT = "devices"
KEPT = datetime.timedelta(days=400)  # what browsers grant at most
MOST = 20  # places of one host
# Number of a community → number of a device.
Known = dict[int, int]


def known_devices(request: HttpRequest) -> Known:
    said = request.get_signed_cookie(COOKIE, default="", salt=SALT)
    pairs = [one.partition(".") for one in str(said).split("_") if one]
    return {int(place): int(device) for place, _dot, device in pairs if place.isdigit() and device.isdigit()}


def device_here(request: HttpRequest) -> int:
    """The number of the device that asks, in the community in scope; 0 where it is none."""
    return known_devices(request).get(active_community_id(), 0)


def remember(response: HttpResponse, request: HttpRequest, device: int | None) -> HttpResponse:
    """That the browser is this device of the community in scope, or none any more."""
    known = known_devices(request)
    known.pop(active_community_id(), None)
    if device is not None:
        known[active_community_id()] = device
    if not known:
        response.delete_cookie(COOKIE, samesite="Lax")
        return response
    value = "_".join(f"{place}.{number}" for place, number in list(known.items())[-MOST:])
    response.set_signed_cookie(
        COOKIE, value, salt=SALT, max_age=KEPT, secure=settings.SECURE, httponly=True, samesite="Lax"
    )
    return response


@receiver(user_logged_out, dispatch_uid="notifications.devices.browsers")
def forget_browser(sender: Any, request: HttpRequest | None, **_extra: Any) -> None:
    """Whoever signs out at a browser is sent nothing there any more, in none of the places of this host."""
    for place, device in (known_devices(request) if request is not None else {}).items():
        with community_scope(place):
            Device.objects.filter(pk=device).delete()

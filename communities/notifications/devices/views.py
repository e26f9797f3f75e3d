from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from communities.exceptions import DomainError
from communities.limits import refused
from communities.middleware import MemberRequest
from communities.notifications.devices.browsers import device_here, remember
from communities.notifications.devices.models import Device
from communities.notifications.devices.naming import name_of
from communities.notifications.devices.services import Subscription, are_offered
from communities.notifications.devices.services import add_device as switch_on
from communities.notifications.devices.services import remove_device as switch_off
from communities.notifications.devices.signing import known_key, public_key
from communities.notifications.page import show_channels
from communities.responses import private


@require_http_methods(["GET", "HEAD", "POST"])
def show_key(request: MemberRequest) -> HttpResponse:
    """Of whom a browser is to take messages. Posted by whoever switches them on, it is made where there is none; read
    by a service worker whose push service has given it another address."""
    if not are_offered():
        raise Http404
    key = public_key() if request.method == "POST" else known_key()
    return private(JsonResponse({"key": key, "token": get_token(request)}))


@require_POST
def add_device(request: MemberRequest) -> HttpResponse:
    """Notifications on the device that asks."""
    said = request.POST
    subscription = Subscription(said.get("endpoint", ""), said.get("p256dh", ""), said.get("auth", ""))
    name = name_of(request.headers.get("User-Agent", ""))
    try:
        device = switch_on(
            subscription, name=name, by=request.membership, instead_of=said.get("instead_of", "")
        )
    except DomainError as refusal:
        return refused(show_channels(request, device_problem=str(refusal), status=422), refusal)
    messages.success(request, _("Notifications are on for this device."))
    return remember(redirect("notifications:edit-channels"), request, device.pk)


@require_POST
def remove_device(request: MemberRequest, pk: int) -> HttpResponse:
    device = get_object_or_404(Device.objects.of(request.membership), pk=pk)
    switch_off(device)
    messages.success(request, _("Nothing is sent to this device any more."))
    response = redirect("notifications:edit-channels")
    return remember(response, request, None) if device_here(request) == pk else response

"""The page of what one is told, and where: mails and devices."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render

from communities.mailing.returns import has_complained
from communities.middleware import MemberRequest
from communities.notifications.devices.browsers import device_here
from communities.notifications.devices.models import Device
from communities.notifications.devices.services import are_offered
from communities.notifications.forms import ChannelsForm
from communities.notifications.queries import address_of


@dataclass(frozen=True)
class ShownDevice:
    device: Device
    is_here: bool


def show_channels(
    request: MemberRequest, *, form: ChannelsForm | None = None, device_problem: str = "", status: int = 200
) -> HttpResponse:
    membership = request.membership
    here = device_here(request)
    devices = [ShownDevice(one, one.pk == here) for one in Device.objects.of(membership).newest()]
    context = {
        "form": form or ChannelsForm(membership=membership),
        # The way from a mail leads to what it is one of.
        "opened": request.GET.get("open", ""),
        "has_complained": has_complained(address_of(membership)),
        "offers_devices": are_offered(),
        "devices": devices,
        "is_on_here": any(one.is_here for one in devices),
        "device_problem": device_problem,
    }
    return render(request, "notifications/edit_channels.html", context, status=status)
